"""Scores of pictures beside the photos of their layouts, pair by pair."""

import numpy as np

from tf_semsynth.evaluation.network_pass import MaybeProgress
from tf_semsynth.evaluation.reading import read_batches
from tf_semsynth.evaluation.set_scores import Score
from tf_semsynth.metrics.image_quality import ImageQuality
from tf_semsynth.metrics.mean_value import MeanValue

QUALITY = ("psnr", "ssim", "ms_ssim")


class PairStates:
    """What is known of pictures beside their photos.

    Attributes:
        quality: `ImageQuality`.
        perceived: `MeanValue` of the LPIPS distances.
    """

    def __init__(self):
        self.quality = ImageQuality(data_range=255)
        self.perceived = MeanValue()

    def merge(self, other):
        """Adds the pairs of another one."""
        self.quality.merge(other.quality)
        self.perceived.merge(other.perceived)

    def scores(self, metrics):
        """The scores among the metrics, a dict name -> `Score`."""
        scores = {}
        if set(metrics) & set(QUALITY):
            found = self.quality.result()
            scores = {n: Score(found[n]) for n in QUALITY
                      if n in metrics and n in found}  # fmt: skip
        if "lpips" in metrics:
            scores["lpips"] = Score(self.perceived.result())
        return scores


def score_pairs(pictures, photos, metrics, distance=None, batch_size=8,
                show=True):  # fmt: skip
    """Compares each picture with its photo, at the picture's size.

    Memory: two batches.

    Args:
        pictures, photos: Sets of pictures (`pictures.py`) of the same keys.
        metrics: Names in `metric_sets.METRICS`; others are passed over.
        distance: Function of two uint8 arrays `(B, H, W, 3)` that gives the
            LPIPS distances `(B,)`; needed for "lpips".
        batch_size: int, pairs at once.
        show: bool, whether progress is shown.

    Returns:
        dict, name -> `Score`. "ms_ssim" is absent for pictures with a side
        below 176 pixels.
    """
    states = compare_pairs(
        pictures, photos, metrics, distance, batch_size, show
    )
    return states.scores(metrics)


def compare_pairs(pictures, photos, metrics, distance=None, batch_size=8,
                  show=True):  # fmt: skip
    """`PairStates` of pictures beside photos; arguments: `score_pairs`."""
    states = PairStates()

    def read(key):
        picture = pictures.read(key)
        size = picture.shape[1::-1]
        return np.stack([picture, photos.read(key, size)])

    with MaybeProgress(
        show, len(pictures.keys), "pictures beside photos"
    ) as line:
        for keys, pairs in read_batches(pictures.keys, read, batch_size):
            if set(metrics) & set(QUALITY):
                states.quality.update(pairs[:, 0], pairs[:, 1])
            if "lpips" in metrics:
                states.perceived.update(distance(pairs[:, 0], pairs[:, 1]))
            for _ in keys:
                line.advance()
    return states
