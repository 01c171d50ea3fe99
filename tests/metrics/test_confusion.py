"""Counts of pixels, and scores that can be worked out by hand."""

import numpy as np
import pytest

from tf_semsynth.metrics.confusion import ConfusionMatrix, segmentation_scores

K = 4


def test_counts_equal_a_loop_over_pixels():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, K + 1, (2, 5, 7)).astype("uint8")
    predictions = rng.integers(-1, K + 2, (2, 5, 7))
    expected = np.zeros((K, K + 1), int)
    for true, predicted in zip(labels.flat, predictions.flat, strict=True):
        if true != K:
            expected[true, predicted if 0 <= predicted < K else K] += 1
    state = ConfusionMatrix(K)
    for pair in zip(labels, predictions, strict=True):
        state.update(*pair, ignore=K)
    np.testing.assert_array_equal(state.counts, expected)
    assert state.counts.dtype == "int64"


# Class 0: 3 of 4 right, the other is taken for class 3, which is nowhere
# else. Class 1: 2 of 4 right, one taken for 0, one for none. Class 2: nowhere.
COUNTS = np.array([
    [3, 0, 0, 1, 0],
    [1, 2, 0, 0, 1],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
])  # fmt: skip


@pytest.mark.parametrize(
    "variant, mean_iou",
    [
        ("drn", (3 / 5 + 2 / 4 + 0) / 3),
        ("deeplab", (3 / 5 + 2 / 4) / 2),
        ("mit", (3 / 5 + 2 / 4 + 0 + 0) / 4),
    ],
)
def test_variants_differ_in_the_classes_of_their_mean(variant, mean_iou):
    found = segmentation_scores(COUNTS, variant)
    np.testing.assert_allclose(found["mean_iou"], mean_iou, rtol=1e-9)
    np.testing.assert_allclose(found["pixel_accuracy"], 5 / 8)
    np.testing.assert_allclose(found["class_accuracy"], (3 / 4 + 2 / 4) / 2)
    np.testing.assert_allclose(
        found["frequency_weighted_iou"], (3 / 5 + 2 / 4) / 2
    )
    empty = 0 if variant == "mit" else np.nan
    np.testing.assert_allclose(found["iou"], [3 / 5, 2 / 4, empty, 0])


def test_labels_outside_of_the_classes_are_refused():
    state = ConfusionMatrix(K)
    with pytest.raises(ValueError, match="2 pixel.* such as 255"):
        state.update([0, 255, 255, 1], [0, 1, 1, 1])
    state.update([0, 255, 255, 1], [0, 1, 1, 1], ignore=255)
    assert state.counts.sum() == 2


def test_class_ids_are_integers_of_equal_shape():
    state = ConfusionMatrix(K)
    with pytest.raises(ValueError, match="arg max"):
        state.update([0, 1], [0.2, 0.8])
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        state.update([0, 1], [0, 1, 2])


def test_without_pixels_there_is_no_score():
    state = ConfusionMatrix(K)
    state.update([9, 9], [0, 1], ignore=9)
    with pytest.raises(ValueError, match="ignored label"):
        state.result()
    with pytest.raises(ValueError, match="drn, deeplab, mit"):
        segmentation_scores(COUNTS, "voc")
