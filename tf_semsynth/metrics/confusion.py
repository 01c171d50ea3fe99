"""Pixel accuracy and intersection over union, from counts of pixels."""

import numpy as np

from tf_semsynth.metrics.merging import check_mergeable

VARIANTS = ("drn", "deeplab", "mit")


class ConfusionMatrix:
    """Counts pixels by true and predicted class; scores come from the counts.

    Memory: K * (K + 1) numbers, whatever the number of pictures. Counts add
    up exactly.

    Args:
        num_classes: int, the number K of classes that are scored.

    Attributes:
        counts: int64 `(K, K + 1)`: `[true, predicted]`; the last column
            counts predictions that are none of the K classes (such as
            "void"), which are mistakes.
    """

    def __init__(self, num_classes):
        if num_classes < 1:
            raise ValueError(
                f"`num_classes` must be at least 1. Received: {num_classes}."
            )
        self.num_classes = num_classes
        self.counts = np.zeros((num_classes, num_classes + 1), "int64")

    def update(self, labels, predictions, ignore=None):
        """Adds pixels.

        Args:
            labels: int array of any shape, the true classes: 0..K-1 or
                `ignore`.
            predictions: int array of the same shape; what is outside of
                0..K-1 counts as a mistake.
            ignore: int, the label of pixels that do not count.
        """
        labels, predictions = np.asarray(labels), np.asarray(predictions)
        for name, array in (("labels", labels), ("predictions", predictions)):
            if not np.issubdtype(array.dtype, np.integer):
                raise ValueError(
                    f"`{name}` must hold class ids, integers. Received "
                    f"{array.dtype}; take the arg max of logits first."
                )
        if labels.shape != predictions.shape:
            raise ValueError(
                "Each pixel needs a label and a prediction. Received labels "
                f"of shape {labels.shape}, predictions of shape "
                f"{predictions.shape}."
            )
        size = self.num_classes
        labels = labels.ravel().astype("int64")
        predictions = predictions.ravel().astype("int64")
        if ignore is not None:
            counted = labels != ignore
            labels, predictions = labels[counted], predictions[counted]
        wrong = (labels < 0) | (labels >= size)
        if wrong.any():
            raise ValueError(
                f"{wrong.sum()} pixel(s) have a label outside of "
                f"0..{size - 1}, such as {labels[wrong][0]}; `ignore` is "
                f"{ignore}. Check `num_classes` and the ignored label."
            )
        known = (predictions >= 0) & (predictions < size)
        predictions = np.where(known, predictions, size)
        self.counts += np.bincount(
            labels * (size + 1) + predictions, minlength=size * (size + 1)
        ).reshape(size, size + 1)

    def merge(self, other):
        """Adds the counts of another state."""
        check_mergeable(self, other, "num_classes")
        self.counts += other.counts

    def result(self, variant="drn"):
        """Returns the scores of the counts; see `segmentation_scores`."""
        return segmentation_scores(self.counts, variant)


def segmentation_scores(counts, variant="drn"):
    """Returns accuracies and IoU of pixel counts.

    Published code differs in which classes the mean IoU is over:

    - `"drn"` (fyu/drn, Cityscapes): those in the labels or the predictions.
    - `"deeplab"` (kazuto1011/deeplab-pytorch, COCO-Stuff): those in the
      labels.
    - `"mit"` (CSAILVision/semantic-segmentation-pytorch, ADE20K): all; one
      that is nowhere counts 0.

    Args:
        counts: int array `(K, K + 1)` or `(K, K)`: `[true, predicted]`.
        variant: one of `VARIANTS`.

    Returns:
        Dictionary of floats: `pixel_accuracy`; `mean_iou`; `class_accuracy`,
        the mean over the classes in the labels; `frequency_weighted_iou`;
        and `iou`, float64 `(K,)`, NaN where a class is in neither (`"mit"`:
        0).
    """
    if variant not in VARIANTS:
        raise ValueError(
            f"`variant` must be one of {', '.join(VARIANTS)}. Received: "
            f"{variant!r}."
        )
    counts = np.asarray(counts)
    if not counts.sum():
        raise ValueError(
            "No pixel was counted, so there is no score. Either nothing was "
            "scored yet, or every pixel carries the ignored label."
        )
    hits = np.diagonal(counts).astype("float64")
    in_labels = counts.sum(axis=1)
    union = in_labels + counts[:, : len(counts)].sum(axis=0) - hits
    present = in_labels > 0
    if variant == "mit":
        iou = hits / (union + 1e-10)  # So the official code.
    else:
        iou = np.full(len(counts), np.nan)
        np.divide(hits, union, out=iou, where=union > 0)
    frequency = in_labels[present] / in_labels.sum()
    counted = present if variant == "deeplab" else ~np.isnan(iou)
    return {
        "pixel_accuracy": float(hits.sum() / in_labels.sum()),
        "mean_iou": float(iou[counted].mean()),
        "class_accuracy": float((hits[present] / in_labels[present]).mean()),
        "frequency_weighted_iou": float((frequency * iou[present]).sum()),
        "iou": iou,
    }
