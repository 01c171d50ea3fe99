"""Conversion as a library: the table, the check, old files."""

import numpy as np
import pytest

from tests.official_states import make_state
from tf_semsynth.systems import conversion, registry

FIELDS = {
    "num_classes": 5,
    "image_height": 64,
    "image_width": 64,
    "generator_filters": 2,
    "discriminator_filters": 2,
    "hidden_filters": 3,
}


@pytest.fixture(scope="module")
def states():
    system = registry.build_system("spade", **FIELDS)
    return {
        name: make_state(system, name)
        for name in ("generator", "discriminator")
    }


@pytest.fixture
def config():
    return registry.get_config_class("spade")(**FIELDS)


def test_the_config_is_read_off_and_explained(states, config):
    said = []
    size = {"image_height": 64, "image_width": 64}
    found = conversion.infer_config("spade", states, size, said.append)
    assert found == config
    assert said[0].startswith("From the files:")
    assert said[1] == "From the flags: image_height=64, image_width=64"


def test_a_converted_system_has_the_files_values(states, config, tmp_path):
    said = []
    conversion.convert(
        "spade", states, config, tmp_path / "w", report=said.append
    )
    again = registry.load_system(tmp_path / "w")
    np.testing.assert_array_equal(
        again.generator.to_image.bias, states["generator"]["conv_img.bias"]
    )
    conversion.verify(str(tmp_path / "w"), states)
    altered = {**states["generator"], "conv_img.bias": np.zeros(3, "float32")}
    with pytest.raises(ValueError, match="values of `conv_img.bias`"):
        conversion.verify(str(tmp_path / "w"), {"generator": altered})


def test_arrays_in_python_may_be_wrapped_and_of_other_types(states, config):
    system = registry.get_system_class("spade")(config)
    wrapped = {
        f"module.{k}": v.astype("float64")
        for k, v in states["generator"].items()
    }
    system.load_official_weights(generator={"ema": wrapped, "step": 3})
    np.testing.assert_array_equal(
        system.generator.to_image.bias, states["generator"]["conv_img.bias"]
    )


def test_the_table_counts_parameters_statistics_and_what_is_left_out(
    states, config
):
    system = registry.get_system_class("spade")(config)
    generator = {**states["generator"], "extra.weight": np.zeros((2, 3))}
    lines = conversion.describe(system, {"generator": generator}).splitlines()
    extra = next(line for line in lines if line.startswith("extra.*"))
    assert extra.split() == ["extra.*", "generator", "1", "0", "0", "6"]
    total = next(line for line in lines if line.startswith("all"))
    parameters, statistics = (
        sum(int(np.prod(w.shape)) for w in weights)
        for weights in (
            system.generator.trainable_weights,
            system.generator.non_trainable_weights,
        )
    )
    assert total.split()[3:] == [
        f"{parameters:,}",
        f"{statistics:,}",
        "6",
    ]
    assert "No file for the discriminator" in lines[-1]


def test_a_cc_fpse_generator_of_small_pictures_is_converted(tmp_path):
    """Only its discriminator, which is not there, needs 64 pixels."""
    size = {"image_height": 32, "image_width": 64}
    config = registry.get_config_class("cc_fpse").tiny(**size)
    system = registry.get_system_class("cc_fpse")(config)
    states = {"generator": make_state(system, "generator")}
    found = conversion.infer_config("cc_fpse", states, size, lambda words: None)
    assert (found.image_height, found.image_width) == (32, 64)
    conversion.convert(
        "cc_fpse", states, found, tmp_path / "w", report=lambda words: None
    )
    again = registry.load_system(tmp_path / "w")
    ids = np.zeros((1, 32, 64), "int32")
    assert again.synthesize({"class_ids": ids}, seed=[0]).shape[1:3] == (32, 64)
