"""What the tests of LPIPS' trunks share."""

import numpy as np


def randomise(trunk):
    """Gives a trunk weights that keep its features near 1 in size."""
    if not trunk.built:
        trunk.build((None, None, None, 3))
    rng = np.random.default_rng(0)
    for weight in trunk.weights:
        fan_in = max(np.prod(weight.shape[:-1]), 1)
        scale = (2 / fan_in) ** 0.5 if len(weight.shape) == 4 else 0.1
        weight.assign(rng.normal(size=weight.shape) * scale)
    return trunk


def random_image(height, width):
    """A normalised picture `(1, H, W, 3)`."""
    rng = np.random.default_rng(height)
    return rng.normal(size=(1, height, width, 3)).astype("float32")


class TorchTrunk:
    """Applies a trunk's convolutions with PyTorch's operations.

    Args:
        torch: the module.
        trunk: a built trunk.
    """

    def __init__(self, torch, trunk):
        self.torch = torch
        self.convs = trunk.convs

    def conv(self, name, x, stride=1, padding=0):
        """Convolution under an official name, then ReLU."""
        conv = self.convs[name]
        weight = np.transpose(np.asarray(conv.kernel), (3, 2, 0, 1))
        y = self.torch.nn.functional.conv2d(
            x,
            self.torch.tensor(np.ascontiguousarray(weight)),
            self.torch.tensor(np.asarray(conv.bias)),
            stride=stride,
            padding=padding,
        )
        return self.torch.relu(y)

    def pool(self, x, size, ceil_mode=False):
        """Max pooling with stride 2."""
        return self.torch.nn.functional.max_pool2d(
            x, size, 2, ceil_mode=ceil_mode
        )

    def image(self, image):
        """`(B, H, W, 3)` to a tensor `(B, 3, H, W)`."""
        return self.torch.tensor(np.moveaxis(image, -1, 1))


def assert_taps_equal(taps, expected):
    """Compares our feature maps with a list of PyTorch's."""
    assert len(taps) == len(expected)
    for tap, reference in zip(taps, expected, strict=True):
        reference = np.moveaxis(reference.numpy(), 1, -1)
        assert np.any(reference > 0)
        np.testing.assert_allclose(tap, reference, rtol=1e-4, atol=1e-4)
