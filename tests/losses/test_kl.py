"""The KL divergence against numerical integration and known values."""

import keras
import numpy as np

from tf_semsynth.losses.kl import kl_divergence


def test_the_standard_normal_has_no_divergence():
    assert float(kl_divergence(np.zeros((3, 4)), np.zeros((3, 4)))) == 0


def test_equals_the_integral_summed_over_the_latent_and_averaged_over_rows():
    mean = np.array([[0.3, -1.0], [2.0, 0.0]])
    log_variance = np.array([[0.5, -0.7], [0.0, 1.2]])
    x = np.linspace(-30, 30, 200_001)
    total = 0.0
    for m, v in zip(mean.ravel(), np.exp(log_variance.ravel()), strict=True):
        log_p = -0.5 * ((x - m) ** 2 / v + np.log(2 * np.pi * v))
        log_q = -0.5 * (x**2 + np.log(2 * np.pi))
        total += np.trapezoid(np.exp(log_p) * (log_p - log_q), x)
    found = kl_divergence(mean, log_variance)
    np.testing.assert_allclose(found, total / 2, rtol=1e-5)


def test_low_precision_input_is_summed_in_float32():
    ones = keras.ops.ones((2, 1000), "bfloat16")
    found = kl_divergence(ones, keras.ops.zeros_like(ones))
    assert found.dtype == "float32"
    assert float(found) == 500.0
