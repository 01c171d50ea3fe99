"""Mean and covariance of features that arrive in batches."""

import numpy as np

from tf_semsynth.metrics.merging import check_features, check_mergeable


class Moments:
    """Mean and covariance of rows, in one pass and float64.

    The sums of squares are kept about the mean of the rows so far and moved
    along with it (Chan et al. 1979, "Updating formulae and a pairwise
    algorithm for computing sample variances"), so that nothing cancels even
    where the mean is large beside the spread. Shards that are merged equal
    one pass to rounding, whatever their order.

    Memory does not grow with the number of rows: D * D numbers of 8 bytes,
    32 MiB at D = 2048.
    """

    def __init__(self):
        self.count = 0
        self._mean = None
        self._scatter = None  # Sum of (x - mean)(x - mean)^T.

    def update(self, features):
        """Adds rows, `(N, D)` finite numbers; N may be 0 and may vary."""
        features = np.asarray(features)
        check_features(features)
        if not len(features):
            return
        features = features.astype("float64")
        mean = features.mean(axis=0)
        centred = features - mean
        self._add(len(features), mean, centred.T @ centred)

    def merge(self, other):
        """Adds the rows that another state has seen."""
        check_mergeable(self, other)
        if other.count:
            self._add(other.count, other._mean, other._scatter)

    @property
    def mean(self):
        """float64 `(D,)`."""
        if self.count == 0:
            raise ValueError(
                "No row was counted, so there is no mean. Call `update` first."
            )
        return self._mean.copy()

    @property
    def covariance(self):
        """float64 `(D, D)`, with divisor n - 1."""
        if self.count < 2:
            raise ValueError(
                "A covariance needs at least 2 rows of features, received "
                f"{self.count}. Score more pictures."
            )
        return self._scatter / (self.count - 1)

    def _add(self, count, mean, scatter):
        if self.count == 0:
            self.count = count
            self._mean, self._scatter = mean.copy(), scatter.copy()
            return
        if mean.shape != self._mean.shape:
            raise ValueError(
                f"Features of {len(mean)} numbers were added to features of "
                f"{len(self._mean)}. Take all from the same feature network."
            )
        total = self.count + count
        gap = mean - self._mean
        self._scatter += scatter
        self._scatter += np.outer(gap, gap * (self.count * count / total))
        self._mean += gap * (count / total)
        self.count = total
