"""PSNR and SSIM against hand-worked values, a loop and TensorFlow."""

import numpy as np
import pytest

from tf_semsynth.metrics.image_quality import (
    ImageQuality,
    multiscale_ssim,
    psnr,
    ssim,
    ssim_maps,
)

tf = pytest.importorskip("tensorflow")


def make_pair(height, width, noise=20):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (2, height // 4 + 1, width // 4 + 1, 3))
    x = x.repeat(4, 1).repeat(4, 2)[:, :height, :width]
    y = (x + rng.normal(size=x.shape) * noise).clip(0, 255)
    return x.astype("uint8"), y.astype("uint8")


def test_psnr_of_a_constant_error():
    x = np.full((2, 4, 4, 3), 100, "uint8")
    y = np.full((2, 4, 4, 3), [[[[151] * 3]], [[[100] * 3]]], "uint8")
    # An error of a fifth of the range: 10 log10(25); none: infinite.
    np.testing.assert_allclose(psnr(x, y), [10 * np.log10(25), np.inf])


def test_a_position_of_the_map_equals_a_loop_over_its_window():
    x, y = make_pair(14, 17)
    c1, c2 = 0.01**2 * 255**2, 0.03**2 * 255**2
    row, column = 2, 5
    weights, a, b = [], [], []
    for i in range(11):
        for j in range(11):
            weights.append(np.exp(-((i - 5) ** 2 + (j - 5) ** 2) / 4.5))
            a.append(float(x[1, row + i, column + j, 2]))
            b.append(float(y[1, row + i, column + j, 2]))
    w = np.array(weights) / np.sum(weights)
    a, b = np.array(a), np.array(b)
    mean_a, mean_b = w @ a, w @ b
    variances = w @ (a - mean_a) ** 2 + w @ (b - mean_b) ** 2
    covariance = w @ ((a - mean_a) * (b - mean_b))
    structure = (2 * covariance + c2) / (variances + c2)
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    whole, part = ssim_maps(x, y)
    assert whole.shape == part.shape == (2, 4, 7, 3)
    np.testing.assert_allclose(part[1, row, column, 2], structure)
    np.testing.assert_allclose(whole[1, row, column, 2], luminance * structure)


# 201 and 179 have odd halves at several scales.
@pytest.mark.parametrize("size", [(176, 192), (201, 179)])
def test_all_equal_tensorflows(size):
    x, y = make_pair(*size)
    for ours, theirs in (
        (psnr, tf.image.psnr),
        (ssim, tf.image.ssim),
        (multiscale_ssim, tf.image.ssim_multiscale),
    ):
        np.testing.assert_allclose(ours(x, y), theirs(x, y, 255), rtol=2e-5)


def test_the_range_scales_the_values():
    x, y = make_pair(20, 24)
    found = ssim(x / 127.5 - 1, y / 127.5 - 1, 2)
    expected = tf.image.ssim(x / 127.5 - 1, y / 127.5 - 1, 2)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_equal_pictures_are_perfect_and_negatives_are_not():
    x, _ = make_pair(176, 176)
    np.testing.assert_allclose(ssim(x, x), 1)
    np.testing.assert_allclose(multiscale_ssim(x, x), 1)
    np.testing.assert_array_equal(multiscale_ssim(x, 255 - x), [0, 0])


def test_the_state_averages_over_pictures():
    x, y = make_pair(176, 180)
    state = ImageQuality()
    state.update(x[:1], y[:1])
    state.update(x[1:], y[1:])
    expected = {
        "psnr": np.mean(tf.image.psnr(x, y, 255)),
        "ssim": np.mean(tf.image.ssim(x, y, 255)),
        "ms_ssim": np.mean(tf.image.ssim_multiscale(x, y, 255)),
    }
    assert state.result() == pytest.approx(expected, rel=2e-5)


def test_small_pictures_have_no_multiscale_value():
    x, y = make_pair(180, 176)
    state = ImageQuality()
    state.update(x, y)
    state.update(x[:, :175], y[:, :175])
    assert sorted(state.result()) == ["psnr", "ssim"]
    with pytest.raises(ValueError, match="176 pixels.* 175x176"):
        multiscale_ssim(x[:, :175], y[:, :175])
    with pytest.raises(ValueError, match="11 pixels.* 10x176"):
        ssim(x[:, :10], y[:, :10])


def test_pictures_must_agree_with_each_other_and_the_range():
    x, y = make_pair(16, 16)
    with pytest.raises(ValueError, match=r"\(2, 16, 16, 3\)"):
        psnr(x, y[:1])
    with pytest.raises(ValueError, match="data_range=1"):
        ssim(x, y, 1)
    with pytest.raises(ValueError, match="nan"):
        psnr(x, np.full(x.shape, np.nan))
