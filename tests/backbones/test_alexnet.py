"""AlexNet's features: PyTorch's operations in the published order."""

import numpy as np
import pytest

from tests.backbones.trunks import (
    TorchTrunk,
    assert_taps_equal,
    random_image,
    randomise,
)
from tf_semsynth.backbones.alexnet import AlexNetFeatures


@pytest.fixture(scope="module")
def network():
    return randomise(AlexNetFeatures())


@pytest.mark.parametrize("size", [(31, 40), (64, 80), (67, 55)])
def test_the_features_are_those_of_torchvisions_layers(network, size):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    official = TorchTrunk(torch, network)
    image = random_image(*size)
    relu1 = official.conv("features.0", official.image(image), 4, 2)
    relu2 = official.conv("features.3", official.pool(relu1, 3), 1, 2)
    relu3 = official.conv("features.6", official.pool(relu2, 3), 1, 1)
    relu4 = official.conv("features.8", relu3, 1, 1)
    relu5 = official.conv("features.10", relu4, 1, 1)
    assert_taps_equal(network(image), [relu1, relu2, relu3, relu4, relu5])


def test_it_has_the_parameters_of_alexnets_convolutions(network):
    assert network.count_params() == 2_469_696
    assert network.trainable_weights == []


def test_a_picture_of_64x80_gives_the_published_sizes(network):
    taps = network(np.zeros((1, 64, 80, 3), "float32"))
    assert [tuple(tap.shape[1:]) for tap in taps] == [
        (15, 19, 64),
        (7, 9, 192),
        (3, 4, 384),
        (3, 4, 256),
        (3, 4, 256),
    ]
    assert tuple(tap.shape[-1] for tap in taps) == network.channels
