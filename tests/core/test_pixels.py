"""Float pictures and bytes."""

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.core.pixels import to_float, to_uint8

BYTES = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)


@pytest.mark.parametrize("convert", [np.asarray, tf.constant])
def test_clips_and_truncates(convert):
    image = np.array([-3, -1, -0.999, 0, 0.9999, 1, 1.5], "float32")
    grey = to_uint8(convert(image))
    # 0 lies at 127.5 and is cut to 127, not rounded to 128.
    np.testing.assert_array_equal(grey, [0, 0, 0, 127, 254, 255, 255])
    assert np.asarray(grey).dtype == np.uint8


def test_numpy_and_tensor_agree_bit_for_bit():
    image = np.random.default_rng(0).uniform(-1.1, 1.1, 10000)
    image = image.astype("float32")
    expected = np.clip((image + 1) / 2.0 * 255.0, 0, 255).astype("uint8")
    np.testing.assert_array_equal(to_uint8(image), expected)
    np.testing.assert_array_equal(to_uint8(tf.constant(image)), expected)
    traced = tf.function(to_uint8)(tf.constant(image))
    np.testing.assert_array_equal(traced, expected)


def test_a_picture_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="1 of 3 values"):
        to_uint8(np.array([0, np.nan, 1], "float32"))


def test_half_precision_is_widened_first():
    image = tf.constant([0.5, 1.0], tf.bfloat16)
    np.testing.assert_array_equal(to_uint8(image), [191, 255])


def test_bytes_become_the_floats_of_torchvision_bit_for_bit():
    torch = pytest.importorskip("torch")
    grey = torch.from_numpy(BYTES).to(torch.float32).div(255)
    expected = grey.sub_(torch.tensor(0.5)).div_(torch.tensor(0.5)).numpy()
    np.testing.assert_array_equal(to_float(BYTES), expected)
    np.testing.assert_array_equal(to_float(tf.constant(BYTES)), expected)
    in_pipeline = tf.data.Dataset.from_tensors(BYTES).map(to_float)
    np.testing.assert_array_equal(next(iter(in_pipeline)), expected)


def test_there_and_back_errs_by_at_most_one_level():
    back = to_uint8(to_float(BYTES)).astype(int)
    difference = BYTES.astype(int) - back
    assert difference.min() >= 0 and difference.max() <= 1
