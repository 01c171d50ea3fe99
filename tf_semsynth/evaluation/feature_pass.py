"""Takes the features of sets of pictures."""

import numpy as np

from tf_semsynth.evaluation.network_pass import NetworkPass
from tf_semsynth.evaluation.reading import read_batches


class FeaturePass(NetworkPass):
    """Takes features with one network.

    Args:
        network: `FeatureNetwork`.
        **options: see `NetworkPass`.
    """

    def __init__(self, network, **options):
        super().__init__(**options)
        self.network = network

    def run(self, pictures, what):
        """Takes features; pictures that the cache knows cost nothing.

        Memory: the result, and as much again while rows are read from the
        cache.

        Args:
            pictures: Set of pictures (`pictures.py`).
            what: str for the progress line.

        Returns:
            float32 array `(N, D + num_logits)` in the order of the keys.
        """
        network = self.network
        width = network.dimension + network.num_logits
        identity = {
            "kind": "features",
            "name": network.name,
            "fingerprint": network.fingerprint,
            "variant": network.variant,
            "working_size": network.working_size,
            "width": width,
        }
        digests = {key: pictures.digest(key) for key in pictures.keys}

        def compute(missing):
            def read(key):
                return pictures.read(key, network.working_size)

            for keys, images in read_batches(missing, read, self.batch_size):
                yield from zip(keys, network.extract(images), strict=True)

        rows = _Matrix(pictures.keys, width)
        self.collect(identity, digests, compute, what, "float32", rows)
        return rows.matrix


class _Matrix:
    """Rows that are assigned by key."""

    def __init__(self, keys, width):
        self.matrix = np.empty((len(keys), width), "float32")
        self._places = {key: place for place, key in enumerate(keys)}

    def __setitem__(self, key, row):
        self.matrix[self._places[key]] = row
