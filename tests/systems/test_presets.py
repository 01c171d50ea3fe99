import dataclasses
import json

import keras
import numpy as np
import pytest

import tf_semsynth as ss
from tests.training import painter
from tests.workdirs import randomize
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.system import SPADE


@pytest.fixture(scope="module")
def spade():
    classes = ClassTable(("sky", "sea"), ((0, 0, 255), (0, 255, 0)), 1)
    config = Config.tiny(num_classes=2, use_encoder=True)
    system = ss.build_system("spade", classes, **dataclasses.asdict(config))
    randomize(system)
    system.absent_networks = {"discriminator"}
    return system


@pytest.fixture(scope="module")
def folder(spade, tmp_path_factory):
    folder = tmp_path_factory.mktemp("preset")
    spade.save_to_preset(folder)
    return folder


def test_a_preset_gives_back_the_system(spade, folder):
    loaded = ss.System.from_preset(folder)
    assert type(loaded) is SPADE
    assert loaded.config == spade.config
    assert loaded.classes == spade.classes
    assert loaded.absent_networks == {"discriminator"}
    for name, network in spade.networks.items():
        for ours, other in zip(
            network.weights, loaded.networks[name].weights, strict=True
        ):
            np.testing.assert_array_equal(ours, other)


def test_the_files_are_those_of_kerashub(spade, folder):
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "model.weights.h5",
        "metadata.json",
        "README.md",
    }
    metadata = json.loads((folder / "metadata.json").read_text())
    assert metadata["keras_version"] == keras.__version__
    assert metadata["parameter_count"] == sum(
        int(np.prod(weight.shape))
        for network in spade.networks.values()
        for weight in network.weights
    )
    config = json.loads((folder / "config.json").read_text())
    assert config["registered_name"] == "tf_semsynth>spade"
    assert "module" not in config


def test_the_model_card_says_what_it_is_and_how_to_use_it(folder):
    card = (folder / "README.md").read_text()
    for words in (
        "# spade, 32 x 32 pixels, 2 classes",
        "Park et al.",
        "ss.System.from_preset",
        "seed=[1]",
        "| 1 | sea | #00ff00 |",
        "| `latent_dim` | 8 |",
        "never loaded",
    ):
        assert words in card


def test_the_averaged_weights_are_saved_and_no_optimizer(tmp_path):
    system = painter.build(ema_decay=0.9)
    for average in system.ema.averages:
        average.assign(0.5 + 0 * average)
    before = painter.values_of(system)
    system.save_to_preset(tmp_path)
    for value, other in zip(before, painter.values_of(system), strict=True):
        np.testing.assert_array_equal(value, other)
    loaded = ss.System.from_preset(tmp_path)
    for weight in loaded.generator.weights:
        np.testing.assert_array_equal(weight, np.full(weight.shape, 0.5))
    assert loaded.ema is None and not hasattr(loaded, "generator_optimizer")


def test_a_subclass_loads_itself_alone(folder):
    assert isinstance(SPADE.from_preset(folder), SPADE)
    with pytest.raises(ValueError, match="holds a SPADE, not a Painter"):
        painter.Painter.from_preset(folder)


def change_config(folder, tmp_path, **changes):
    config = json.loads((folder / "config.json").read_text())
    config.update(changes)
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_a_file_cannot_name_a_class_that_is_not_registered(folder, tmp_path):
    change_config(
        folder, tmp_path, registered_name="tf_semsynth>os", module="os"
    )
    with pytest.raises(ValueError, match="no system 'os'"):
        ss.System.from_preset(tmp_path)
    change_config(folder, tmp_path, registered_name="keras_hub>VGG")
    with pytest.raises(ValueError, match="preset of 'keras_hub'"):
        ss.System.from_preset(tmp_path)


def test_missing_files_are_named(folder, tmp_path):
    with pytest.raises(OSError, match="no config.json"):
        ss.System.from_preset(tmp_path)
    change_config(folder, tmp_path)
    with pytest.raises(OSError, match="model.weights.h5"):
        ss.System.from_preset(tmp_path)


def test_a_broken_config_is_named(tmp_path):
    for content in ("{", "[]", "{}"):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(ValueError, match="no configuration of a preset"):
            ss.System.from_preset(tmp_path)
