"""SqueezeNet's features: PyTorch's operations in the published order."""

import keras
import numpy as np
import pytest

from tests.backbones.trunks import (
    TorchTrunk,
    assert_taps_equal,
    random_image,
    randomise,
)
from tf_semsynth.backbones.squeezenet import Fire, SqueezeNetFeatures

TAPPED = (4, 7, 9, 10, 11, 12)


@pytest.fixture(scope="module")
def network():
    return randomise(SqueezeNetFeatures())


# Even and odd sides before each pooling: an incomplete window counts.
@pytest.mark.parametrize("size", [(17, 40), (38, 41), (64, 35)])
def test_the_features_are_those_of_torchvisions_layers(network, size):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    official = TorchTrunk(torch, network)
    image = random_image(*size)
    x = official.conv("features.0", official.image(image), stride=2)
    expected = [x]
    for index in (3, 4, 6, 7, 9, 10, 11, 12):
        if index in (3, 6, 9):
            x = official.pool(x, 3, ceil_mode=True)
        name = f"features.{index}"
        x = official.conv(f"{name}.squeeze", x)
        wide = official.conv(f"{name}.expand3x3", x, padding=1)
        x = torch.cat([official.conv(f"{name}.expand1x1", x), wide], 1)
        if index in TAPPED:
            expected.append(x)
    assert_taps_equal(network(image), expected)


def test_it_has_the_parameters_of_squeezenets_features(network):
    """SqueezeNet 1.1 has 1,235,496; its classifier is 512 -> 1000."""
    assert network.count_params() == 1_235_496 - 513_000
    assert network.trainable_weights == []


def test_a_picture_of_64x80_gives_the_published_sizes(network):
    taps = network(np.zeros((1, 64, 80, 3), "float32"))
    sizes = [(31, 39), (15, 19), (7, 9), (3, 4), (3, 4), (3, 4), (3, 4)]
    channels = (64, 128, 256, 384, 384, 512, 512)
    assert [tuple(tap.shape[1:]) for tap in taps] == [
        (*size, count) for size, count in zip(sizes, channels, strict=True)
    ]
    assert network.channels == channels


def test_a_fire_is_rebuilt_from_its_config():
    fire = Fire(2, 3, name="fire")
    features = random_image(5, 6)
    expected = fire(features)
    assert expected.shape == (1, 5, 6, 6)
    assert fire.compute_output_shape(features.shape) == (1, 5, 6, 6)
    again = keras.layers.deserialize(keras.layers.serialize(fire))
    if not again.built:
        again.build(features.shape)
    again.set_weights(fire.get_weights())
    np.testing.assert_array_equal(again(features), expected)
