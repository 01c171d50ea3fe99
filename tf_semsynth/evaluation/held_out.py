"""Scores a network that labels pixels, after each epoch of its training."""

import keras
import numpy as np
import tensorflow as tf

from tf_semsynth.metrics.confusion import ConfusionMatrix


class HeldOutScores(keras.callbacks.Callback):
    """Scores held-out pictures after each epoch and keeps the best one.

    Args:
        batches: `tf.data.Dataset` of batches with `image` and `class_ids`.
        classes: `JudgeClasses`.
        keep: Function of the scores (see `score`) and the epoch, from 1,
            that is called when the mean IoU is higher than ever before.
        report: Function of a str, called once an epoch.
    """

    def __init__(self, batches, classes, keep, report=print):
        super().__init__()
        self._batches = batches
        self._classes = classes
        self._keep = keep
        self._report = report
        self._best = -1.0

    def set_model(self, model):
        super().set_model(model)
        self._predict = make_predict(model)

    def on_epoch_end(self, epoch, logs=None):
        loss = (logs or {}).get("loss", 0.0)
        if not np.isfinite(loss):  # Nothing worth keeping.
            return
        scores = score(self._predict, self._batches, self._classes)
        is_best = scores["mean_iou"] > self._best
        self._report(
            f"epoch {epoch + 1}/{self.params['epochs']}: loss {loss:.3f}, held "
            f"out: mean IoU {scores['mean_iou']:.4f}, pixel accuracy "
            f"{scores['pixel_accuracy']:.4f}{', the best' if is_best else ''}"
        )
        if is_best:
            self._best = scores["mean_iou"]
            self._keep(scores, epoch + 1)


def make_predict(network):
    """A graph that labels pictures, for many calls.

    Args:
        network: Keras model from pictures to logits `(B, H, W, K)`.

    Returns:
        Function from float `(B, H, W, 3)` to int32 `(B, H, W)`.
    """

    @tf.function(reduce_retracing=True)
    def predict(image):
        return tf.argmax(network(image, training=False), -1, "int32")

    return predict


def score(predict, batches, classes):
    """Pixel accuracy and IoU, over one confusion matrix of all pictures.

    Args:
        predict: Function of pictures, such as `make_predict` gives.
        batches: as for `HeldOutScores`.
        classes: `JudgeClasses`.

    Returns:
        Dictionary that JSON can hold: `pixel_accuracy`, `mean_iou` over the
        classes that occur, and `iou`, class name -> float or None.
    """
    known = np.array(classes.class_table)
    state = ConfusionMatrix(classes.num_classes)
    for batch in batches:
        state.update(
            known[batch["class_ids"].numpy()],
            predict(batch["image"]).numpy(),
            ignore=classes.num_classes,
        )
    scores = state.result()
    iou = [None if np.isnan(v) else float(v) for v in scores["iou"]]
    return {
        "pixel_accuracy": scores["pixel_accuracy"],
        "mean_iou": scores["mean_iou"],
        "iou": dict(zip(classes.names, iou, strict=True)),
    }
