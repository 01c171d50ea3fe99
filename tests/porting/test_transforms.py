"""Each transform against a loop over the indices of PyTorch's layout."""

import numpy as np
import pytest

from tf_semsynth.porting import transforms

OUT, IN, H, W = 4, 3, 2, 5  # All different, so that a swapped axis shows.


def _numbers(*shape):
    return np.arange(np.prod(shape), dtype="float32").reshape(shape)


def test_conv_kernel_moves_channels_last():
    weight = _numbers(OUT, IN, H, W)
    kernel = transforms.conv_kernel(weight)
    assert kernel.shape == (H, W, IN, OUT)
    for o, i, y, x in np.ndindex(weight.shape):
        assert kernel[y, x, i, o] == weight[o, i, y, x]


def test_transpose_kernel_ends_in_the_input_channels():
    weight = _numbers(IN, OUT, H, W)
    kernel = transforms.transpose_kernel(weight)
    assert kernel.shape == (H, W, OUT, IN)
    for i, o, y, x in np.ndindex(weight.shape):
        assert kernel[y, x, o, i] == weight[i, o, y, x]


def test_dense_kernel_is_transposed():
    weight = _numbers(OUT, IN)
    assert np.array_equal(transforms.dense_kernel(weight), weight.T)


def test_spectral_v_follows_the_kernel():
    """u . (M v) is the same number in both layouts."""
    weight = _numbers(OUT, IN, H, W)
    v = _numbers(IN * H * W) ** 2
    expected = weight.reshape(OUT, -1) @ v
    ours = transforms.spectral_v(H, W)(v)
    kernel = transforms.conv_kernel(weight)
    np.testing.assert_allclose(kernel.reshape(-1, OUT).T @ ours, expected)


def test_chw_rows_makes_the_output_height_width_channels():
    weight = _numbers(OUT * H * W, IN)
    x = _numbers(IN)
    expected = (weight @ x).reshape(OUT, H, W).transpose(1, 2, 0)
    ours = transforms.chw_rows(OUT, H, W)(weight)
    np.testing.assert_allclose((ours @ x).reshape(H, W, OUT), expected)


def test_chw_rows_reorders_a_bias_too():
    bias = _numbers(OUT * H * W)
    ours = transforms.chw_rows(OUT, H, W)(bias).reshape(H, W, OUT)
    for c, y, x in np.ndindex(OUT, H, W):
        assert ours[y, x, c] == bias[(c * H + y) * W + x]


def test_chw_columns_reads_features_with_the_channels_last():
    features = _numbers(OUT, H, W)
    weight = _numbers(7, OUT * H * W)
    ours = transforms.chw_columns(OUT, H, W)(weight)
    np.testing.assert_allclose(
        ours @ features.transpose(1, 2, 0).ravel(), weight @ features.ravel()
    )


@pytest.mark.parametrize("rest", [(), (IN, 3, 3)])
def test_tap_major_puts_a_taps_channels_side_by_side(rest):
    array = _numbers(9 * OUT, *rest)
    ours = transforms.tap_major(array)
    for channel, tap in np.ndindex(OUT, 9):
        assert np.array_equal(
            ours[tap * OUT + channel], array[channel * 9 + tap]
        )


def test_chain_applies_the_first_transform_first():
    weight = _numbers(9 * OUT, IN, 3, 3)
    both = transforms.chain(transforms.tap_major, transforms.conv_kernel)
    expected = transforms.conv_kernel(transforms.tap_major(weight))
    assert np.array_equal(both(weight), expected)


def test_a_wrong_number_of_axes_is_named():
    with pytest.raises(ValueError, match=r"4 axes.*\(3, 4\)"):
        transforms.conv_kernel(np.zeros((3, 4)))
