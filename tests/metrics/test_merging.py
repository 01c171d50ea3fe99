"""States of three shards add up to what one pass over everything gives."""

import pickle

import numpy as np
import pytest

from tf_semsynth.metrics.class_diversity import ClassDiversity
from tf_semsynth.metrics.confusion import ConfusionMatrix
from tf_semsynth.metrics.feature_rows import FeatureRows
from tf_semsynth.metrics.frechet import FrechetDistance
from tf_semsynth.metrics.image_quality import ImageQuality
from tf_semsynth.metrics.inception_score import InceptionScore
from tf_semsynth.metrics.kernel_distance import KernelDistance
from tf_semsynth.metrics.mean_value import MeanValue
from tf_semsynth.metrics.moments import Moments
from tf_semsynth.metrics.precision_recall import PrecisionRecall

N, D, K = 61, 6, 5
SHARDS = (range(20), range(20, 47), range(47, N))

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(N, D)).astype("float32")
FAKE = (RNG.normal(size=(N, D)) + 0.3).astype("float32")
FAKE[:9] = REAL[30:39]  # Ties.
LABELS = RNG.integers(0, K + 1, (N, 4, 5))
PREDICTIONS = RNG.integers(0, K + 2, (N, 4, 5))
PICTURES = RNG.integers(0, 256, (2, N, 12, 13, 3)).astype("uint8")
DISTANCES = RNG.uniform(size=(2, N, 3))


def add_sides(state, i):
    key = [f"pictures/{i:03d}.png"]
    state.update(REAL[i : i + 1], True, key)
    state.update(FAKE[i : i + 1], False, key)


def add_moments(state, i):
    state.update(REAL[i : i + 1], True)
    state.update(FAKE[i : i + 1], False)


# Name -> how to make the state, and how it takes picture i. These keep every
# picture's row, or integers, so they must be equal to the last bit.
EXACT = {
    "kernel distance": (lambda: KernelDistance(7, 16), add_sides),
    "inception score": (
        lambda: InceptionScore(4),
        lambda state, i: state.update(FAKE[i : i + 1], [f"{i:03d}"]),
    ),
    "precision and recall": (PrecisionRecall, add_sides),
    "confusion": (
        lambda: ConfusionMatrix(K),
        lambda state, i: state.update(LABELS[i], PREDICTIONS[i], K),
    ),
}
# These keep sums of floats.
ROUNDED = {
    "frechet distance": (FrechetDistance, add_moments),
    "image quality": (
        ImageQuality,
        lambda state, i: state.update(*PICTURES[:, i : i + 1]),
    ),
    "mean value": (
        MeanValue,
        lambda state, i: state.update(DISTANCES[0, i]),
    ),
    "class diversity": (
        lambda: ClassDiversity(K),
        lambda state, i: state.update(i % 4, *DISTANCES[:, i]),
    ),
}


def one_pass(make, add, pictures=range(N)):
    state = make()
    for i in pictures:
        add(state, i)
    return state


def merge_shards(make, add, order):
    total = make()
    for i in order:
        # Shards come from other processes.
        shard = pickle.loads(pickle.dumps(one_pass(make, add, SHARDS[i])))
        total.merge(shard)
    return total.result()


def flatten(result):
    result = result if isinstance(result, dict) else {"value": result}
    return np.concatenate([np.ravel(result[key]) for key in sorted(result)])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("name", EXACT)
def test_counts_and_kept_features_are_exact_in_any_order(name, order):
    expected = flatten(one_pass(*EXACT[name]).result())
    found = flatten(merge_shards(*EXACT[name], order))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("name", ROUNDED)
def test_sums_agree_to_rounding_in_any_order(name, order):
    expected = flatten(one_pass(*ROUNDED[name]).result())
    found = flatten(merge_shards(*ROUNDED[name], order))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("make", [
    make for make, _ in (EXACT | ROUNDED).values()
])  # fmt: skip
def test_an_empty_shard_may_be_merged(make):
    make().merge(make())


@pytest.mark.parametrize(
    "state, other, setting",
    [
        (KernelDistance(seed=1), KernelDistance(seed=2), "seed=1.*seed=2"),
        (InceptionScore(10), InceptionScore(5), "num_splits=10"),
        (PrecisionRecall(3), PrecisionRecall(5), "neighbours=5"),
        (ConfusionMatrix(3), ConfusionMatrix(4), "num_classes=4"),
        (ClassDiversity(3), ClassDiversity(4), "num_classes=4"),
        (ImageQuality(255), ImageQuality(1), "data_range=1"),
        (Moments(), FeatureRows(), "received a FeatureRows"),
    ],
)
def test_states_that_differ_are_refused(state, other, setting):
    with pytest.raises(ValueError, match=setting):
        state.merge(other)


def test_a_state_is_not_merged_with_itself():
    state = MeanValue()
    with pytest.raises(ValueError, match="twice"):
        state.merge(state)
