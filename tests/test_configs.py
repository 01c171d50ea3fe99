"""Every file in `configs/` says what it is and is understood."""

import re
from pathlib import Path

import pytest
from absl import flags

from tf_semsynth.core import option_flags, parsing
from tf_semsynth.core.config import config_from_flags, define_config_flags
from tf_semsynth.data.options import DataOptions
from tf_semsynth.systems import registry
from tf_semsynth.training.options import TrainingOptions

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "configs").rglob("*.cfg")
    if path.parent.name != "data"
)
# Where no picture is downloaded, no weights are either.
WITHOUT_VGG = ("camvid", "quickstart")


def read(config, monkeypatch):
    monkeypatch.chdir(ROOT)
    values = flags.FlagValues()
    flags.DEFINE_string("system", None, "system", flag_values=values)
    option_flags.define_option_flags(TrainingOptions, flag_values=values)
    option_flags.define_option_flags(DataOptions, flag_values=values)
    classes = {
        name: registry.get_config_class(name)
        for name in registry.list_systems()
    }
    define_config_flags(classes, values)
    arguments = parsing.expand_flagfiles([f"--flagfile={config}"], values)
    parsing.parse(arguments, values)
    name = values["system"].value
    return (
        name,
        config_from_flags(name, classes[name], values),
        option_flags.options_from_flags(TrainingOptions, values),
        option_flags.options_from_flags(DataOptions, values),
    )


@pytest.mark.parametrize("config", CONFIGS)
def test_a_config_is_understood(config, monkeypatch):
    name, system, options, data = read(config, monkeypatch)
    stem = Path(config).stem
    assert name == ("spade" if "spade" in config else "cc_fpse")
    assert data.dataset == {
        "camvid_small": "camvid",
        "quickstart": "scenes",
    }.get(stem, stem)
    without_vgg = stem.startswith(WITHOUT_VGG)
    assert bool(system.lambda_vgg) != without_vgg
    if name == "cc_fpse":  # With neither, the pictures stay grey.
        assert system.lambda_vgg or system.lambda_l1
    assert without_vgg == (options.ema_decay is not None)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_config_says_what_it_is_and_what_to_type(config):
    words = "\n".join(
        line
        for line in (ROOT / config).read_text().splitlines()
        if line.startswith("#")
    )
    assert re.match(r"# (CC-FPSE|SPADE) on ", words)
    assert f"python -m tf_semsynth.train --flagfile={config} \\" in words
    assert "# Expect: " in words


PUBLISHED = {
    # height, width, batch, constant and decay epochs
    "ade20k": (256, 256, 16, 100, 100),
    "coco_stuff": (256, 256, 16, 100, 100),
    "cityscapes": (256, 512, 16, 100, 100),
    "spade/ade20k": (256, 256, 32, 100, 100),
    "spade/coco_stuff": (256, 256, 32, 100, 0),
    "spade/cityscapes": (256, 512, 16, 100, 100),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_settings_are_the_published_ones(name, monkeypatch):
    _, system, options, _ = read(f"configs/{name}.cfg", monkeypatch)
    found = (
        system.image_height,
        system.image_width,
        options.batch_size,
        system.constant_epochs,
        system.decay_epochs,
    )
    assert found == PUBLISHED[name]
    assert system.generator_filters == system.discriminator_filters == 64
    assert system.hidden_filters == 128
    assert system.gan_mode == "hinge"
    assert system.lambda_vgg == 10 and system.lambda_kl == 0.05
    assert system.lambda_l1 == 0
    rates = system.generator_learning_rate, system.discriminator_learning_rate
    assert rates == (1e-4, 4e-4)
    assert (system.beta_1, system.beta_2) == (0.0, 0.9)
    assert options.precision == "float32"
    is_spade = name.startswith("spade/")
    assert system.lambda_feature_matching == (10 if is_spade else 20)
    assert system.use_encoder != is_spade
    if not is_spade:
        assert system.kl_batch_size == 1  # One picture a GPU.
    assert system.size == ("more" if "cityscapes" in name else "normal")
    assert system.use_edges == ("ade20k" not in name)
