"""The mean absolute difference by hand."""

import keras
import numpy as np

from tf_semsynth.losses.l1 import mean_absolute


def test_mean_absolute_difference_by_hand():
    a = np.array([[1.0, -2.0], [0.0, 4.0]], "float32")
    b = np.array([[0.0, 2.0], [0.0, 1.0]], "float32")
    assert float(mean_absolute(a, b)) == 2.0  # (1 + 4 + 0 + 3) / 4


def test_low_precision_is_averaged_in_float32():
    a = keras.ops.full((100, 100), 1 / 3, dtype="bfloat16")
    found = mean_absolute(a, keras.ops.zeros_like(a))
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, 1 / 3, rtol=2e-3)
