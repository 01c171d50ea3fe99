import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.core import backend
from tf_semsynth.layers.conditional_depthwise_conv import (
    ConditionalDepthwiseConv2D,
)

H, W, C = 4, 6, 3


def make_inputs(kernel_size=3):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2, H, W, C)).astype("float32")
    kernels = rng.normal(size=(2, H, W, kernel_size**2 * C)).astype("float32")
    return features, kernels


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_matches_a_loop_over_pixels_and_taps(
    kernel_size, compiled, monkeypatch
):
    monkeypatch.setattr(backend, "LEAST_COMPILED_WORK", 0)
    features, kernels = make_inputs(kernel_size)
    border = kernel_size // 2
    sides = ((0, 0), (border, border), (border, border), (0, 0))
    padded = np.pad(features, sides)
    expected = np.zeros_like(features)
    for i, j, m, n in np.ndindex(H, W, kernel_size, kernel_size):
        start = (m * kernel_size + n) * C
        weights = kernels[:, i, j, start : start + C]
        expected[:, i, j] += padded[:, i + m, j + n] * weights
    layer = ConditionalDepthwiseConv2D(kernel_size)
    run = tf.function(layer) if compiled else layer
    y = run(tf.constant(features), tf.constant(kernels))
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


def test_the_tap_in_the_middle_alone_multiplies():
    features, kernels = make_inputs()
    kernels[..., : 4 * C] = 0
    kernels[..., 5 * C :] = 0
    y = ConditionalDepthwiseConv2D()(features, kernels)
    expected = features * kernels[..., 4 * C : 5 * C]
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_kernels_of_another_width_are_refused_with_the_numbers():
    features, kernels = make_inputs()
    with pytest.raises(ValueError, match="expected 27 values a pixel"):
        ConditionalDepthwiseConv2D()(features, kernels[..., 1:])
