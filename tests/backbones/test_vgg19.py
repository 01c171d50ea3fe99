"""VGG-19's features: shapes, frozenness, saving."""

import keras
import numpy as np
import pytest

from tf_semsynth.backbones.vgg19 import Vgg19Features

DIVISOR = 16


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    network = Vgg19Features(DIVISOR)
    network.build((None, None, None, 3))
    rng = np.random.default_rng(0)  # The family's kernels are tiny.
    network.set_weights([rng.normal(0, 0.2, w.shape) for w in network.weights])
    return network


@pytest.fixture
def image():
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (2, 37, 50, 3)).astype("float32")


def test_the_full_network_has_the_parameters_of_vgg19_up_to_conv5_1():
    network = Vgg19Features()
    network.build((None, None, None, 3))
    count = 0
    channels = 3
    for filters, convs in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 1)):
        for _ in range(convs):
            count += 9 * channels * filters + filters
            channels = filters
    assert network.count_params() == count + 3  # And the input shift.


def test_five_feature_maps_are_each_half_as_large(network, image):
    shapes = [tuple(f.shape) for f in network(image)]
    assert shapes == [
        (2, 37, 50, 4),
        (2, 18, 25, 8),
        (2, 9, 12, 16),
        (2, 4, 6, 32),
        (2, 2, 3, 32),
    ]
    assert network.compute_output_shape(image.shape) == shapes


def test_nothing_is_trained_but_gradients_reach_the_picture(network, image):
    tf = pytest.importorskip("tensorflow")
    assert network.trainable_weights == []
    picture = tf.Variable(image)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(network(picture)[-1])
    gradient = tape.gradient(loss, picture)
    assert float(tf.reduce_max(tf.abs(gradient))) > 0


def test_a_saved_network_gives_the_same_features(network, image, tmp_path):
    network(image)
    network.save(tmp_path / "vgg.keras")
    again = keras.saving.load_model(tmp_path / "vgg.keras")
    for a, b in zip(network(image), again(image), strict=True):
        np.testing.assert_array_equal(a, b)
    assert again.trainable_weights == []


def test_mixed_precision_gives_low_precision_features(image):
    network = Vgg19Features(DIVISOR, dtype="mixed_bfloat16")
    assert {f.dtype.name for f in network(image)} == {"bfloat16"}
    assert {w.dtype for w in network.weights} == {"float32"}
