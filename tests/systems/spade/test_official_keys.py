import pytest

from tf_semsynth.systems.spade import official_keys
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.generator import Generator
from tf_semsynth.systems.spade.pix2pixhd_generator import Pix2PixHDGenerator


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"use_encoder": True, "use_edges": True},
        {"size": "most", "image_height": 128, "image_width": 128},
        {
            "spade_normalization": "instance",
            "use_spectral_norm": False,
            "image_height": 64,  # A single pixel cannot be normalised.
        },
    ],
)
def test_every_variable_of_the_generator_has_one_rule(fields):
    generator = Generator(Config.tiny(**fields))
    generator.build()
    _assert_one_rule_each(official_keys.generator_rules(generator), generator)


def test_pix2pixhd_counts_the_official_modules():
    generator = Pix2PixHDGenerator(Config.tiny(generator_type="pix2pixhd"))
    generator.build()
    rules = official_keys.pix2pixhd_rules(generator)
    _assert_one_rule_each(rules, generator)
    keys = {rule.key for rule in rules}
    assert "model.19.conv_block.4.0.weight_orig" in keys
    assert {"model.20.0.weight_v", "model.29.bias"} <= keys


def _assert_one_rule_each(rules, network):
    ruled = [rule.variable.path for rule in rules]
    assert sorted(ruled) == sorted(v.path for v in network.variables)
    assert len({rule.key for rule in rules}) == len(rules)
