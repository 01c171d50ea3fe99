"""Inception score: are pictures clear, each, and varied, together?"""

import numpy as np

from tf_semsynth.metrics.feature_rows import FeatureRows
from tf_semsynth.metrics.merging import check_mergeable


class InceptionScore:
    """exp of the mean KL divergence between p(y|x) and p(y).

    After Salimans et al. 2016 (https://arxiv.org/abs/1606.03498), equation
    in section 4. The pictures are split into consecutive parts in the order
    of their keys, without shuffling, as the original does. Published values
    take the FID Inception network's logits **without bias**.

    Memory: all logits as float32, 4 * K bytes per picture; 50,000 pictures
    of 1008 classes: 200 MB.

    Args:
        num_splits: int, the number of parts.
    """

    def __init__(self, num_splits=10):
        if num_splits < 1:
            raise ValueError(
                f"`num_splits` must be at least 1. Received: {num_splits}."
            )
        self.num_splits = num_splits
        self.rows = FeatureRows()

    def update(self, logits, keys):
        """Adds a batch.

        Args:
            logits: float array `(N, K)`, before the softmax.
            keys: N strings, one per picture; each once.
        """
        self.rows.update(logits, keys)

    def merge(self, other):
        """Adds the pictures of another state."""
        check_mergeable(self, other, "num_splits")
        self.rows.merge(other.rows)

    def result(self):
        """Returns a dictionary: `mean` and `std` (population) over parts."""
        count = len(self.rows)
        if count < self.num_splits:
            raise ValueError(
                f"{self.num_splits} parts need at least as many pictures, "
                f"received {count}. Score more pictures or lower `num_splits`."
            )
        bounds = [
            i * count // self.num_splits for i in range(self.num_splits + 1)
        ]
        scores = [
            _score(self.rows.features[start:stop])
            for start, stop in zip(bounds, bounds[1:], strict=False)
        ]
        return {"mean": float(np.mean(scores)), "std": float(np.std(scores))}


def _score(logits):
    logits = logits.astype("float64")
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    mean = p.mean(axis=0)
    # A class that no picture has, to the last bit, adds 0 * log 0 = 0.
    log_mean = np.log(np.where(mean > 0, mean, 1.0))
    return np.exp((p * (log_p - log_mean)).sum(axis=1).mean())
