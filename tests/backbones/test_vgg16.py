"""VGG-16's features: PyTorch's operations in the published order."""

import numpy as np
import pytest

from tests.backbones.trunks import (
    TorchTrunk,
    assert_taps_equal,
    random_image,
    randomise,
)
from tf_semsynth.backbones.vgg16 import Vgg16Features


@pytest.fixture(scope="module")
def network():
    return randomise(Vgg16Features())


@pytest.mark.parametrize("size", [(16, 21), (35, 50)])
def test_the_features_are_those_of_torchvisions_layers(network, size):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    official = TorchTrunk(torch, network)
    image = random_image(*size)
    x = official.image(image)
    expected = []
    stages = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
    for stage in stages:
        x = official.pool(x, 2) if expected else x
        for index in stage:
            x = official.conv(f"features.{index}", x, 1, 1)
        expected.append(x)
    assert_taps_equal(network(image), expected)


def test_it_has_the_parameters_of_vgg16s_convolutions(network):
    assert network.count_params() == 14_714_688
    assert network.trainable_weights == []


def test_every_block_halves_the_picture(network):
    taps = network(np.zeros((1, 37, 50, 3), "float32"))
    assert [tuple(tap.shape[1:]) for tap in taps] == [
        (37, 50, 64),
        (18, 25, 128),
        (9, 12, 256),
        (4, 6, 512),
        (2, 3, 512),
    ]
    assert tuple(tap.shape[-1] for tap in taps) == network.channels
