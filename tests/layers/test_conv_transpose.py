import numpy as np
import torch

from tf_semsynth.layers.conv_transpose import Conv2DTranspose

H, W, C, F = 4, 6, 3, 5


def build(use_bias=True):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, H, W, C)).astype("float32")
    layer = Conv2DTranspose(F, use_bias=use_bias)
    layer.build(inputs.shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer, inputs


def test_doubles_the_size_as_pytorch_does():
    layer, inputs = build()
    expected = torch.nn.functional.conv_transpose2d(
        torch.tensor(inputs).permute(0, 3, 1, 2),
        torch.tensor(np.array(layer.kernel)).permute(3, 2, 0, 1),
        torch.tensor(np.array(layer.bias)),
        stride=2,
        padding=1,
        output_padding=1,
    )
    y = layer(inputs)
    assert y.shape == (2, 2 * H, 2 * W, F)
    expected = expected.permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)


def test_pixel_i_and_tap_t_reach_output_2i_minus_1_plus_t():
    layer, inputs = build(use_bias=False)
    kernel = np.array(layer.kernel)  # (3, 3, F, C)
    expected = np.zeros((2, 2 * H + 2, 2 * W + 2, F))  # A border around.
    for i, j, m, n in np.ndindex(H, W, 3, 3):
        part = inputs[:, i, j] @ kernel[m, n].T
        expected[:, 2 * i + m, 2 * j + n] += part
    expected = expected[:, 1:-1, 1:-1]
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-4, atol=1e-4)


def test_a_kernel_can_be_given_in_place_of_its_own():
    layer, inputs = build(use_bias=False)
    kernel = 2 * np.array(layer.kernel)
    np.testing.assert_allclose(
        layer(inputs, kernel=kernel), 2 * layer(inputs), rtol=1e-5, atol=1e-5
    )


def test_an_unknown_size_stays_unknown():
    shape = Conv2DTranspose(F).compute_output_shape((None, None, W, C))
    assert shape == (None, None, 2 * W, F)
