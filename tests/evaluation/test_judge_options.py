"""The size of a judge."""

import pytest

from tf_semsynth.data.reader import Published
from tf_semsynth.evaluation.judge_options import JudgeOptions

CAMVID = Published("fixed", 480, 480, 4 / 3)


@pytest.mark.parametrize(
    ("fields", "published", "expected"),
    [
        ({}, CAMVID, (192, 256)),
        ({}, Published("fixed", 512, 512, 2.0), (128, 256)),
        ({}, Published(), (256, 256)),
        ({}, Published("fixed", 128, 128), (128, 128)),
        ({"image_width": 128}, CAMVID, (96, 128)),
        ({"image_height": 48}, CAMVID, (48, 64)),
        ({"image_height": 64, "image_width": 64}, CAMVID, (64, 64)),
    ],
)
def test_the_size_follows_the_ratio_of_the_data_set(
    fields, published, expected
):
    assert JudgeOptions(**fields).find_size(published) == expected


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"image_height": 100}, "multiple of 16.*Try 96 or 112"),
        ({"learning_rate": 0.0}, "learning_rate.*above 0"),
        ({"precision": "float16"}, "precision"),
        ({"num_epochs": 0}, "at least 1"),
    ],
)
def test_impossible_options_are_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        JudgeOptions(**fields)
