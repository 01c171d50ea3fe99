import numpy as np
import pytest
import torch

from tf_semsynth.layers.conv import Conv2D, conv2d, conv_size

H, W, C, F = 7, 10, 3, 5  # All different, so that a swapped axis shows.


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(2, H, W, C)).astype("float32")


def randomised(layer, shape, seed=1):
    layer.build(shape)
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer


def torch_conv(inputs, kernel, bias, stride, padding, mode):
    x = torch.tensor(inputs).permute(0, 3, 1, 2)
    if mode == "reflect":
        x = torch.nn.functional.pad(x, 4 * [padding], mode="reflect")
        padding = 0
    weight = torch.tensor(np.array(kernel)).permute(3, 2, 0, 1)
    bias = None if bias is None else torch.tensor(np.array(bias))
    y = torch.nn.functional.conv2d(x, weight, bias, stride, padding)
    return y.permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize(
    "kernel_size, padding",
    [(1, None), (3, None), (5, None), (4, 2), (3, 0), (4, None), (4, 1)],
)
@pytest.mark.parametrize("mode", ["zero", "reflect"])
def test_equals_pytorch(inputs, kernel_size, padding, strides, mode):
    layer = Conv2D(F, kernel_size, strides, padding, mode)
    randomised(layer, inputs.shape)
    expected = torch_conv(
        inputs, layer.kernel, layer.bias, strides, layer.padding, mode
    )
    y = layer(inputs)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)
    assert layer.compute_output_shape(inputs.shape) == y.shape


def test_without_a_bias_there_is_one_weight(inputs):
    layer = randomised(Conv2D(F, 3, use_bias=False), inputs.shape)
    assert layer.bias is None and len(layer.weights) == 1
    expected = torch_conv(inputs, layer.kernel, None, 1, 1, "zero")
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-4)


def test_a_kernel_can_be_given_in_place_of_its_own(inputs):
    layer = randomised(Conv2D(F, 3), inputs.shape)
    kernel = np.array(layer.kernel) / 3
    expected = conv2d(inputs, kernel) + np.array(layer.bias)
    np.testing.assert_allclose(
        layer(inputs, kernel=kernel), expected, rtol=1e-5, atol=1e-5
    )


def test_an_unknown_size_stays_unknown():
    assert conv_size(None, 3, 2, 1) is None
    assert Conv2D(F, 3).compute_output_shape((None, None, W, C)) == (
        None,
        None,
        W,
        F,
    )


def test_an_unknown_padding_mode_is_refused():
    with pytest.raises(ValueError, match='"zero" or "reflect"'):
        Conv2D(F, 3, padding_mode="same")


def test_new_kernels_are_small_xavier_normal():
    layer = Conv2D(64, 3)
    layer.build((None, None, None, 32))
    expected = 0.02 * np.sqrt(2 / (9 * (32 + 64)))
    assert np.std(layer.kernel) == pytest.approx(expected, rel=0.05)
    # Not cut at two deviations, as Keras' default is.
    assert np.abs(layer.kernel).max() > 3 * expected
    assert not np.any(layer.bias)
