"""Data options follow the system's size, or say why they cannot."""

import pytest

from tf_semsynth.core.config import config_from_dict, config_to_dict
from tf_semsynth.data.options import DataOptions, make_plan
from tf_semsynth.data.reader import Published

ADE20K = Published("resize_and_crop", 286, 256, 1.0)


def test_the_published_setting_is_the_default():
    plan = make_plan(DataOptions(), ADE20K, 256, 256, training=True)
    assert (plan.mode, plan.load_width, plan.load_height) == (
        "resize_and_crop",
        286,
        286,
    )
    assert (plan.crop_width, plan.crop_height) == (256, 256)


def test_the_load_size_keeps_its_ratio_at_other_sizes():
    plan = make_plan(DataOptions(), ADE20K, 96, 128, training=True)
    assert (plan.load_width, plan.load_height) == (143, 107)
    assert (plan.crop_width, plan.crop_height) == (128, 96)


def test_evaluation_resizes_to_the_systems_size():
    plan = make_plan(DataOptions(), ADE20K, 256, 256, training=False)
    assert (plan.load_width, plan.load_height) == (256, 256)


def test_a_given_load_size_is_taken():
    options = DataOptions(load_size=300)
    plan = make_plan(options, ADE20K, 256, 256, training=True)
    assert plan.load_width == 300


@pytest.mark.parametrize(
    "options, words",
    [
        (DataOptions(crop_size=256), "crop_size=256.*image_width=128"),
        (DataOptions(aspect_ratio=2.0), "64 rows.*image_height is 96"),
        (DataOptions(load_size=100), "at least the width of the crop, 128"),
        (
            DataOptions(load_size=100, preprocess_mode="resize"),
            "load_size=100 must equal image_width=128",
        ),
    ],
)
def test_options_that_contradict_the_systems_size_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        make_plan(options, ADE20K, 96, 128, training=True)


def test_options_that_agree_are_fine():
    options = DataOptions(crop_size=128, aspect_ratio=4 / 3)
    assert make_plan(options, ADE20K, 96, 128, training=True).crop_height == 96


@pytest.mark.parametrize(
    "values, words",
    [
        ({"preprocess_mode": "stretch"}, "`preprocess_mode` must be one of"),
        ({"aspect_ratio": 0.0}, "`aspect_ratio` must be above 0"),
        ({"colour_jitter": 1.0}, "below 1"),
        ({"label_encoding": "rgb"}, "`label_encoding` must be one of"),
    ],
)
def test_impossible_values_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        DataOptions(**values)


def test_options_survive_a_json_file():
    options = DataOptions(dataset="camvid", load_size=7, aspect_ratio=1.5)
    assert config_from_dict(DataOptions, config_to_dict(options)) == options
