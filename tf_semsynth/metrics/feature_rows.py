"""Features of pictures, kept in the order of the pictures' keys."""

import collections

import numpy as np

from tf_semsynth.metrics.merging import check_features, check_mergeable


class FeatureRows:
    """Keeps the features of every picture, for metrics that need them all.

    The rows come back in the order of their sorted keys, so that a result
    does not depend on which shard saw which picture, or when.

    Memory: 4 * D bytes per picture, and the same again for a moment while
    rows are sorted. 50,000 pictures of 2048 features: 400 MB.
    """

    def __init__(self):
        self._blocks = []  # Of float32 rows, one after the other.
        self._keys = []  # Of the rows in `_blocks`.
        self._known = set()
        self._sorted = True

    def __len__(self):
        return len(self._keys)

    def update(self, features, keys):
        """Adds rows.

        Args:
            features: float array `(N, D)`; kept as float32.
            keys: N strings, one per picture, such as its path; each once.

        Raises:
            ValueError: where a key is there already: a picture must not
                count twice.
        """
        features = np.array(features, "float32")  # A copy of our own.
        check_features(features)
        self._add([features], list(map(str, keys)))

    def merge(self, other):
        """Adds the rows of another state, which holds other keys."""
        check_mergeable(self, other)
        self._add(other._blocks, other._keys)

    @property
    def keys(self):
        """List of str, sorted."""
        return sorted(self._keys)

    @property
    def features(self):
        """float32 `(N, D)` in the order of `keys`; read-only."""
        if not self._keys:
            raise ValueError(
                "There are no features of any picture. Call `update` first."
            )
        self._sort()
        return self._blocks[0]

    def _add(self, blocks, keys):
        blocks = [block for block in blocks if len(block)]
        count = sum(map(len, blocks))
        if count != len(keys):
            raise ValueError(
                "Each row of features needs one key. Received "
                f"{count} row(s) and {len(keys)} key(s)."
            )
        if not keys:
            return
        self._check_keys(keys)
        sizes = {block.shape[1] for block in (*self._blocks[:1], *blocks)}
        if len(sizes) > 1:
            raise ValueError(
                "All pictures need the same number of features, received "
                f"{sorted(sizes)}. Take all from the same feature network."
            )
        self._blocks += blocks
        self._keys += keys
        self._known.update(keys)
        self._sorted = False

    def _check_keys(self, keys):
        times = collections.Counter(keys)
        repeated = [k for k, n in times.items() if n > 1 or k in self._known]
        if repeated:
            raise ValueError(
                f"{len(repeated)} key(s) came twice, such as "
                f"{repeated[0]!r}: a picture must count once. Give every "
                "picture its own key and every shard its own pictures."
            )

    def _sort(self):
        if self._sorted:
            return
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        place = np.empty(len(order), "int64")
        place[order] = np.arange(len(order))
        rows = np.empty((len(order), self._blocks[0].shape[1]), "float32")
        start = 0
        while self._blocks:  # Lets go of each block once it is copied.
            block = self._blocks.pop(0)
            rows[place[start : start + len(block)]] = block
            start += len(block)
        rows.flags.writeable = False
        self._blocks = [rows]
        self._keys = [self._keys[i] for i in order]
        self._sorted = True
