"""The inception score on predictions whose score is known."""

import numpy as np
import pytest

from tf_semsynth.metrics.inception_score import InceptionScore

K = 6


def score(logits, num_splits, keys=None):
    state = InceptionScore(num_splits)
    keys = keys or [f"{i:03d}" for i in range(len(logits))]
    state.update(logits, keys)
    return state.result()


def test_sure_and_varied_predictions_score_the_number_of_classes():
    found = score(1000 * np.eye(K), 1)
    np.testing.assert_allclose(found["mean"], K)
    assert found["std"] == 0


def test_equal_predictions_score_one():
    logits = np.tile(np.arange(K), (12, 1))
    np.testing.assert_allclose(score(logits, 3)["mean"], 1, rtol=1e-12)


def test_parts_are_consecutive_in_the_order_of_keys():
    # The first part holds 2 classes, the second 3: scores 2 and 3.
    logits = 1000 * np.eye(K)[[0, 1, 0, 1, 0, 1, 2, 3, 4, 2, 3, 4]]
    keys = [f"{i:03d}" for i in range(12)]
    shuffled = np.random.default_rng(0).permutation(12)
    found = score(logits[shuffled], 2, [keys[i] for i in shuffled])
    np.testing.assert_allclose(found["mean"], 2.5)
    np.testing.assert_allclose(found["std"], 0.5)


def test_it_equals_a_loop_over_pictures_and_classes():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(9, K)).astype("float32").astype("float64")
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    mean = p.mean(0)
    divergences = [
        sum(row[k] * np.log(row[k] / mean[k]) for k in range(K)) for row in p
    ]
    expected = np.exp(np.mean(divergences))
    np.testing.assert_allclose(score(logits, 1)["mean"], expected, rtol=1e-12)


def test_each_part_needs_a_picture():
    with pytest.raises(ValueError, match="10 parts .* received 9"):
        score(np.zeros((9, K)), 10)
    with pytest.raises(ValueError, match="num_splits"):
        InceptionScore(0)
