"""The resize in the graph against Pillow itself."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tf_semsynth.data import preprocessing
from tf_semsynth.exporting.pillow_resize import resize_bicubic


@pytest.mark.parametrize(
    ("height", "width", "new_height", "new_width"),
    [
        (10, 10, 5, 5),
        (100, 77, 96, 128),  # Pillow takes the rows first.
        (360, 480, 96, 128),
        (7, 9, 64, 64),
        (33, 50, 33, 49),
        (1, 1, 8, 8),
        (200, 100, 30, 90),
    ],
)
def test_equals_pillow_at_every_value(height, width, new_height, new_width):
    rng = np.random.default_rng(0)
    image = rng.integers(256, size=(height, width, 3), dtype="uint8")
    size = (new_width, new_height)
    expected = preprocessing.resize_bicubic(Image.fromarray(image), size)
    result = resize_bicubic(tf.constant(image), new_height, new_width)
    np.testing.assert_array_equal(result, np.asarray(expected))
