"""Scores of a network on held-out pictures, counted by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.evaluation.held_out import HeldOutScores, make_predict, score
from tf_semsynth.evaluation.judge_classes import JudgeClasses

# Class 1 of the data set is unknown.
CLASSES = JudgeClasses(("sky", "road"), (0, 2, 1), (0, 2, 1))


class Echo(keras.Model):
    """Calls a pixel road where its red is above 0."""

    def call(self, image, training=None):
        assert not training
        return keras.ops.concatenate([-image[..., :1], image[..., :1]], -1)


def batches(predicted, class_ids):
    """Pictures in which `Echo` sees `predicted`, two in a batch."""
    image = np.repeat(np.array(predicted)[..., None] * 2.0 - 1, 3, axis=-1)
    data = {
        "image": image.astype("float32"),
        "class_ids": np.array(class_ids, "int32"),
    }
    return tf.data.Dataset.from_tensor_slices(data).batch(2)


# Three pictures of 1 x 4 pixels: the last batch has one.
PREDICTED = [[[0, 0, 1, 1]], [[0, 1, 1, 1]], [[0, 0, 0, 1]]]
TRUE = [[[0, 0, 2, 0]], [[0, 2, 1, 1]], [[0, 2, 0, 2]]]


def test_scores_are_those_of_all_pixels_that_count():
    scores = score(make_predict(Echo()), batches(PREDICTED, TRUE), CLASSES)
    # sky: 5 right, 1 taken for road; road: 3 right, 1 taken for sky.
    assert scores["pixel_accuracy"] == pytest.approx(8 / 10)
    assert scores["iou"] == pytest.approx({"sky": 5 / 7, "road": 3 / 5})
    assert scores["mean_iou"] == pytest.approx((5 / 7 + 3 / 5) / 2)


def test_a_class_that_is_nowhere_has_no_iou():
    scores = score(
        make_predict(Echo()), batches([[[0, 0]]], [[[0, 0]]]), CLASSES
    )
    assert scores["iou"] == {"sky": 1.0, "road": None}
    assert scores["mean_iou"] == 1.0


def test_only_epochs_that_are_better_are_kept():
    kept, lines = [], []
    scores = HeldOutScores(
        batches(PREDICTED, TRUE),
        CLASSES,
        lambda found, epoch: kept.append((found["pixel_accuracy"], epoch)),
        lines.append,
    )
    scores.set_model(Echo())
    scores.set_params({"epochs": 3})
    scores.on_epoch_end(0, {"loss": float("nan")})
    assert not kept and not lines
    scores.on_epoch_end(1, {"loss": 0.25})
    scores.on_epoch_end(2, {"loss": 0.2})  # As good, so not better.
    assert kept == [(pytest.approx(0.8), 2)]
    assert lines[0] == (
        "epoch 2/3: loss 0.250, held out: mean IoU 0.6571, pixel accuracy "
        "0.8000, the best"
    )
    assert "best" not in lines[1]
