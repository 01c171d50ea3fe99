"""mCSD and mOCD: does a class's code change its class, and it alone?"""

import numpy as np

from tf_semsynth.metrics.merging import check_mergeable, check_not_empty


class ClassDiversity:
    """Class-specific and other-classes diversity of SMIS.

    After Zhu et al. 2020 (https://arxiv.org/abs/2003.12697), section 4.
    For each layout that holds class c, only the code of c is drawn anew;
    distances of pairs of such pictures inside the class's region should be
    large (CSD), those outside small (OCD). Both are means over layouts and
    pairs, then over the classes that occur.

    Args:
        num_classes: int, the number K of classes.
    """

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self._counts = np.zeros(num_classes, "int64")  # Of pairs.
        self._sums = np.zeros((2, num_classes))  # Of region, of others.

    def update(self, class_id, region_distances, other_distances):
        """Adds the pairs of one layout that holds the class.

        Args:
            class_id: int, 0..K-1: the class whose code was drawn anew.
            region_distances: float array, the distance of each pair inside
                the class's region.
            other_distances: float array of the same shape, outside of it.
        """
        region = np.asarray(region_distances, "float64")
        others = np.asarray(other_distances, "float64")
        if not 0 <= class_id < self.num_classes:
            raise ValueError(
                f"`class_id` must be 0..{self.num_classes - 1}. Received: "
                f"{class_id}."
            )
        if region.shape != others.shape:
            raise ValueError(
                "Each pair needs a distance inside and one outside of the "
                f"region. Received {region.shape} and {others.shape} of them."
            )
        self._counts[class_id] += region.size
        self._sums[:, class_id] += region.sum(), others.sum()

    def merge(self, other):
        """Adds the layouts of another state."""
        check_mergeable(self, other, "num_classes")
        self._counts += other._counts
        self._sums += other._sums

    def result(self):
        """Returns the diversities.

        Returns:
            Dictionary: `mcsd` and `mocd`, floats; `csd` and `ocd`, float64
            `(K,)`, NaN for classes that were in no layout.
        """
        check_not_empty(self._counts.sum(), self)
        present = self._counts > 0
        means = np.full_like(self._sums, np.nan)
        np.divide(self._sums, self._counts, out=means, where=present)
        mcsd, mocd = means[:, present].mean(axis=1)
        return {
            "mcsd": float(mcsd),
            "mocd": float(mocd),
            "csd": means[0],
            "ocd": means[1],
        }
