"""The perceptual loss on a network small enough to follow by hand."""

import numpy as np
import pytest

from tf_semsynth.losses.perceptual import LAYER_WEIGHTS, perceptual_loss

tf = pytest.importorskip("tensorflow")


def _five_scalings(image):
    return [image * factor for factor in (1, 2, 3, 4, 5)]


def test_features_are_weighted_from_shallow_to_deep():
    fake = np.full((2, 4, 4, 3), 0.25, "float32")
    real = np.full((2, 4, 4, 3), -0.25, "float32")
    expected = 0.5 * (1 / 32 + 2 / 16 + 3 / 8 + 4 / 4 + 5)
    found = perceptual_loss(_five_scalings, fake, real)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_gradients_flow_to_the_fake_picture_only():
    fake = tf.Variable(tf.ones((1, 2, 2, 3)))
    real = tf.Variable(tf.zeros((1, 2, 2, 3)))
    with tf.GradientTape() as tape:
        loss = perceptual_loss(_five_scalings, fake, real)
    to_fake, to_real = tape.gradient(loss, [fake, real])
    expected = np.dot(LAYER_WEIGHTS, (1, 2, 3, 4, 5)) / 12
    np.testing.assert_allclose(to_fake, np.full((1, 2, 2, 3), expected))
    assert to_real is None


def test_one_weight_per_feature_map_is_needed():
    image = np.zeros((1, 2, 2, 3))
    with pytest.raises(ValueError):
        perceptual_loss(_five_scalings, image, image, layer_weights=(1, 2))
