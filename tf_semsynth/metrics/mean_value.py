"""The mean of numbers that arrive in batches."""

import numpy as np

from tf_semsynth.metrics.merging import check_mergeable, check_not_empty


class MeanValue:
    """Mean of plain numbers, such as the LPIPS distances of pairs."""

    def __init__(self):
        self.count = 0
        self.total = 0.0

    def update(self, values):
        """Adds an array of any shape; each entry counts once."""
        values = np.asarray(values, "float64")
        self.count += values.size
        self.total += float(values.sum())

    def merge(self, other):
        """Adds the numbers of another state."""
        check_mergeable(self, other)
        self.count += other.count
        self.total += other.total

    def result(self):
        """Returns the mean, a float, summed in float64."""
        check_not_empty(self.count, self)
        return self.total / self.count
