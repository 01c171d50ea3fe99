"""The modes resize, crop and mirror as documented, with Pillow's values."""

import numpy as np
import pytest
from PIL import Image

from tests.data import makers
from tf_semsynth.data import preprocessing
from tf_semsynth.data.preprocessing import Plan
from tf_semsynth.data.reader import Record

RECORD = Record(
    makers.photo(1),
    makers.label(1).astype("int32"),
    makers.label(2).astype("int32") * 1000,
)


@pytest.mark.parametrize(
    "mode, size, expected",
    [
        ("resize_and_crop", (30, 20), (14, 14)),
        ("scale_width", (30, 20), (14, 9)),  # 14 * 20 / 30 = 9.33
        ("scale_width_and_crop", (14, 99), (14, 99)),
        ("scale_shortside", (30, 20), (21, 20)),  # The short side stays.
        ("scale_shortside", (20, 30), (20, 21)),
        ("fixed", (30, 20), (12, 6)),
        ("none", (30, 50), (32, 64)),  # 1.56 x 32 is nearer to 2 x 32.
        ("none", (48, 80), (64, 64)),  # 1.5 and 2.5 round to even numbers.
        ("crop", (30, 20), (30, 20)),
    ],
)
def test_sizes_follow_the_mode(mode, size, expected):
    plan = Plan.official(mode, load_size=14, crop_size=12, aspect_ratio=2.0)
    assert preprocessing.resized_size(plan, size) == expected


def test_photos_are_resized_by_pillows_bicubic_filter():
    plan = Plan("fixed", 13, 11, 13, 11)
    image = preprocessing.resize(RECORD, plan).image
    expected = Image.fromarray(RECORD.image).resize((13, 11), Image.BICUBIC)
    np.testing.assert_array_equal(image, expected)


def test_labels_and_instances_are_resized_by_nearest():
    plan = Plan("fixed", 15, 10, 15, 10)
    resized = preprocessing.resize(RECORD, plan)
    # Half the size: the nearest to a centre is the pixel right and below.
    np.testing.assert_array_equal(
        resized.class_ids, RECORD.class_ids[1::2, 1::2]
    )
    np.testing.assert_array_equal(
        resized.instance_ids, RECORD.instance_ids[1::2, 1::2]
    )


def test_all_parts_are_cropped_at_one_place_and_mirrored():
    plan = Plan("crop", 0, 0, 6, 4)
    record = preprocessing.crop_and_flip(RECORD, plan, (3, 2), True)
    for part, source in zip(record, RECORD, strict=True):
        np.testing.assert_array_equal(part, source[2:6, 3:9][:, ::-1])


def test_a_crop_outside_the_picture_is_black_and_unknown():
    """Official: 0 in all parts, which would teach that class 0 is black."""
    plan = Plan("scale_shortside_and_crop", 0, 0, 12, 12)
    record = preprocessing.crop_and_flip(RECORD, plan, (25, 15), False, 2)
    for part, source, fill in zip(record, RECORD, (0, 2, 0), strict=True):
        np.testing.assert_array_equal(part[:5, :5], source[15:, 25:])
        assert (part[5:] == fill).all() and (part[:, 5:] == fill).all()
        assert part.shape[:2] == (12, 12)


def test_a_crop_outside_the_picture_needs_an_unknown_class():
    plan = Plan("crop", 0, 0, 12, 12)
    with pytest.raises(ValueError, match="less than the crop of 12 x 12"):
        preprocessing.crop_and_flip(RECORD, plan, (19, 0), False)
    preprocessing.crop_and_flip(RECORD, plan, (18, 8), False)


@pytest.mark.parametrize(
    "mode, size, is_outside",
    [
        ("crop", (12, 12), False),
        ("crop", (11, 40), True),
        ("crop", (40, 11), True),
        ("resize_and_crop", (3, 3), False),
        ("scale_width_and_crop", (40, 24), False),  # To 20 x 12.
        ("scale_width_and_crop", (40, 22), True),  # To 20 x 11.
        ("scale_shortside_and_crop", (11, 40), True),
        ("scale_width", (40, 22), False),
    ],
)
def test_crops_outside_are_known_from_the_size(mode, size, is_outside):
    plan = Plan(mode, 20, 20, 12, 12)
    assert preprocessing.crops_outside(plan, size) == is_outside


def test_the_crop_range_is_that_of_the_resized_picture():
    plan = Plan.official("resize_and_crop", 20, 16)
    assert preprocessing.crop_range(plan, (99, 77)) == (4, 4)
    plan = Plan.official("scale_width_and_crop", 20, 16)
    assert preprocessing.crop_range(plan, (40, 20)) == (4, 0)


def test_the_same_size_leaves_the_pixels_alone():
    plan = Plan("fixed", makers.W, makers.H, makers.W, makers.H)
    resized = preprocessing.resize(RECORD, plan)
    for part, source in zip(resized, RECORD, strict=True):
        np.testing.assert_array_equal(part, source)


def test_a_picture_that_would_vanish_is_refused():
    with pytest.raises(ValueError, match="resized to 32 x 0"):
        tiny = Record(makers.photo()[:9], makers.label()[:9], None)
        preprocessing.resize(tiny, Plan.official("none", 8, 8))
