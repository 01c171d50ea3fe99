"""Scores of sets from features, against slow loops."""

import dataclasses

import numpy as np
import pytest

from tf_semsynth.evaluation.protocols import PROTOCOLS
from tf_semsynth.evaluation.set_scores import (
    score_features,
    score_segmentation,
)
from tf_semsynth.metrics.confusion import ConfusionMatrix

PROTOCOL = PROTOCOLS["camvid_judges"]


@dataclasses.dataclass
class Network:
    """The settings that scores read of a feature network."""

    dimension: int = 4
    num_logits: int = 0
    kernel_scale: float = 0.5
    kernel_subsets: object = None
    frechet_name: str = "frechet4"
    kid_name: str = "kid4"


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(20, 4)).astype("float32"),
        rng.normal(0.5, 1.2, size=(30, 4)).astype("float32"),
    )


def test_the_kernel_distance_is_that_of_all_pairs(features):
    found = score_features(*features, Network(), PROTOCOL, ["kid"])
    x, y = (rows.astype(float) * 0.5 for rows in features)

    def kernel(a, b):
        return (a @ b / 4 + 1) ** 3

    def within(rows):
        pairs = [
            kernel(a, b)
            for i, a in enumerate(rows)
            for j, b in enumerate(rows)
            if i != j
        ]
        return np.mean(pairs)

    between = np.mean([kernel(a, b) for a in x for b in y])
    expected = within(x) + within(y) - 2 * between
    assert list(found) == ["kid4"]
    assert found["kid4"].value == pytest.approx(expected, rel=1e-9)
    assert found["kid4"].std is None


def test_subsets_are_the_protocols_and_have_a_spread(features):
    network = Network(kernel_subsets="protocol")
    protocol = dataclasses.replace(
        PROTOCOL, kernel_subsets=7, kernel_subset_size=5
    )
    arguments = network, protocol, ["kid"]
    first = score_features(*features, *arguments, seed=1)["kid4"]
    again = score_features(*features, *arguments, seed=1)["kid4"]
    other = score_features(*features, *arguments, seed=2)["kid4"]
    assert first == again and first.std > 0
    assert first.value != other.value


def test_the_frechet_distance_is_the_formula(features):
    linalg = pytest.importorskip("scipy.linalg")
    found = score_features(*features, Network(), PROTOCOL, ["fid"])
    x, y = features
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    difference = x.mean(0, dtype=float) - y.mean(0, dtype=float)
    root = linalg.sqrtm(a @ b).real
    expected = difference @ difference + np.trace(a + b - 2 * root)
    assert found["frechet4"].value == pytest.approx(expected, rel=1e-5)


def test_equal_sets_have_full_precision_and_recall(features):
    metrics = ["precision", "recall"]
    x, _ = features
    found = score_features(x, x, Network(), PROTOCOL, metrics)
    assert {name: s.value for name, s in found.items()} == {
        "precision": 1.0,
        "recall": 1.0,
    }


def test_logits_behind_the_features_give_the_inception_score(features):
    x, y = features
    # Each picture is surely of one of 5 classes: the score is 5.
    logits = 50 * np.eye(5, dtype="float32")[np.arange(20) % 5]
    rows = np.concatenate([x, logits], 1)
    reference = np.concatenate([y, np.zeros((30, 5), "float32")], 1)
    network = Network(num_logits=5)
    metrics = ["inception_score", "kid"]
    found = score_features(rows, reference, network, PROTOCOL, metrics)
    without = score_features(x, y, Network(), PROTOCOL, ["kid"])
    # Ten parts of two pictures, of two classes each.
    assert found["inception_score"].value == pytest.approx(2, rel=1e-6)
    assert found["kid4"] == without["kid4"]


def test_segmentation_follows_the_variant():
    state = ConfusionMatrix(3)
    state.update(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 3]))
    metrics = ["mean_iou", "pixel_accuracy", "kid"]
    # IoU: 1/2, 1/3; the third class is nowhere.
    found = score_segmentation(state, metrics, "drn")
    assert found["mean_iou"].value == pytest.approx(5 / 12)
    assert found["pixel_accuracy"].value == 0.5
    found = score_segmentation(state, metrics, "mit")
    assert found["mean_iou"].value == pytest.approx(5 / 18)
    assert list(found) == ["mean_iou", "pixel_accuracy"]


def test_labels_without_a_pixel_that_counts_are_refused():
    with pytest.raises(ValueError, match="every pixel"):
        score_segmentation(ConfusionMatrix(2), ["mean_iou"], "drn")
