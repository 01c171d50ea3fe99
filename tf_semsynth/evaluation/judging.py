"""Lets a judge label pictures, and counts where it agrees with the layouts."""

import hashlib

import numpy as np

from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.network_pass import NetworkPass
from tf_semsynth.evaluation.reading import read_batches
from tf_semsynth.metrics.confusion import ConfusionMatrix, segmentation_scores


class PictureCounts:
    """The confusion matrix of each picture, most of which is zero.

    Memory: 8 bytes for each pair of classes that meets in a picture, about a
    kilobyte a picture.

    Args:
        num_classes: int K.

    Attributes:
        keys: List of str.
    """

    def __init__(self, num_classes):
        self.num_classes = num_classes
        self.keys = []
        self._pairs = []

    def add(self, key, pairs):
        """Adds a picture.

        Args:
            key: str.
            pairs: uint32 array `(2 n,)`, as `to_pairs` makes it.
        """
        self.keys.append(key)
        self._pairs.append(pairs)

    def merge(self, other):
        """Adds the pictures of another one, after its own."""
        self.keys = self.keys + other.keys
        self._pairs = self._pairs + other._pairs

    def sort(self):
        """Brings the pictures into the order of their keys."""
        order = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        self.keys = [self.keys[index] for index in order]
        self._pairs = [self._pairs[index] for index in order]

    def counts_of(self, index):
        """int64 `(K, K + 1)` of one picture, [true, predicted]."""
        counts = np.zeros(self.num_classes * (self.num_classes + 1), "int64")
        places, values = self._pairs[index].reshape(2, -1)
        counts[places] = values
        return counts.reshape(self.num_classes, -1)

    def total(self):
        """The `ConfusionMatrix` of all pictures."""
        state = ConfusionMatrix(self.num_classes)
        for index in range(len(self.keys)):
            state.counts += self.counts_of(index)
        return state

    def scores_of(self, index):
        """A picture's `(pixel accuracy, mean IoU)`; None without pixels."""
        counts = self.counts_of(index)
        if not counts.any():
            return None, None
        scores = segmentation_scores(counts)
        return scores["pixel_accuracy"], scores["mean_iou"]


def to_pairs(counts):
    """What is not zero in a matrix: uint32 places, then values."""
    flat = counts.ravel()
    places = np.flatnonzero(flat)
    return np.concatenate([places, flat[places]]).astype("uint32")


class JudgePass(NetworkPass):
    """Judges sets of pictures against one set of labels.

    Args:
        judge: `Judge`.
        labels: `FilePictures` of the label files.
        label_size: (width, height) of the label files, at which the judge's
            scores are compared with them; None: labels are brought to the
            pictures' size by nearest.
        **options: see `NetworkPass`.
    """

    def __init__(self, judge, labels, label_size, **options):
        super().__init__(**options)
        self.judge = judge
        self.labels = labels
        self.label_size = label_size

    def run(self, pictures, what):
        """Judges pictures; those that the cache knows cost nothing.

        Args:
            pictures: Set of pictures (`pictures.py`) with the labels' keys.
            what: str for the progress line.

        Returns:
            `PictureCounts` in the order of the sorted keys.
        """
        judge, count = self.judge, len(self.judge.class_names)
        size = self.label_size or pictures.size
        identity = {
            "kind": "judge",
            "name": judge.name,
            "fingerprint": judge.fingerprint,
            "working_size": judge.working_size,
            "label_table": list(judge.label_table),
            "label_size": size,
        }
        digests = {key: self._digest(pictures, key) for key in pictures.keys}

        def compute(missing):
            def read(key):
                return pictures.read(key, judge.working_size)

            for keys, images in read_batches(missing, read, self.batch_size):
                predicted = judge.predict(images, size)
                for key, class_ids in zip(keys, predicted, strict=True):
                    label = picture_files.read_label(
                        self.labels.paths[key], judge.label_table, size
                    )
                    state = ConfusionMatrix(count)
                    state.update(label, class_ids, ignore=count)
                    yield key, to_pairs(state.counts)

        result = PictureCounts(count)
        rows = self.collect(identity, digests, compute, what, "uint32")
        for key in pictures.keys:
            result.add(key, rows[key])
        return result

    def _digest(self, pictures, key):
        both = pictures.digest(key) + self.labels.digest(key)
        return hashlib.sha256(both).digest()
