"""Feature matching: the sum over features of the mean difference."""

import keras
import numpy as np
import pytest

from tf_semsynth.losses.feature_matching import feature_matching

tf = pytest.importorskip("tensorflow")


def _features(seed):
    rng = np.random.default_rng(seed)
    return [
        [rng.normal(size=(2, 4, 4, 3)), rng.normal(size=(2, 2, 2, 5))],
        [rng.normal(size=(2, 3, 3, 7))],
    ]


def test_each_feature_counts_by_its_mean():
    fake, real = _features(0), _features(1)
    expected = sum(
        np.abs(f - r).mean()
        for fs, rs in zip(fake, real, strict=True)
        for f, r in zip(fs, rs, strict=True)
    )
    np.testing.assert_allclose(
        feature_matching(fake, real), expected, rtol=1e-6
    )


def test_no_gradient_flows_to_the_real_features():
    fake = tf.Variable([[1.0, 2.0]])
    real = tf.Variable([[0.0, 5.0]])
    with tf.GradientTape() as tape:
        loss = feature_matching([fake], [real])
    gradients = tape.gradient(loss, [fake, real])
    np.testing.assert_allclose(gradients[0], [[0.5, -0.5]])
    assert gradients[1] is None


def test_different_structures_are_refused():
    a = keras.ops.ones((1, 2))
    with pytest.raises(ValueError):
        feature_matching([[a, a]], [[a]])


def test_nothing_to_match_is_refused():
    with pytest.raises(ValueError, match="at least one feature map"):
        feature_matching([], [])
