"""What workers know of a set of pictures, and how it adds up."""

from typing import Any, NamedTuple

import apache_beam as beam

from tf_semsynth.evaluation.judging import PictureCounts
from tf_semsynth.evaluation.photo_scores import PairStates
from tf_semsynth.metrics.confusion import ConfusionMatrix
from tf_semsynth.metrics.feature_rows import FeatureRows
from tf_semsynth.metrics.moments import Moments


class Kept(NamedTuple):
    """What is kept of pictures; the settings of `SetStates`.

    Attributes:
        num_classes: int K of the judge, or None.
        rows: bool: the features of every picture; else their moments alone.
    """

    num_classes: int | None
    rows: bool


class Seen(NamedTuple):
    """What a worker found in a few pictures.

    Attributes:
        keys: List of str.
        counts: `PictureCounts`, or None without a judge.
        features: float32 `(B, D + logits)`, or None without such a network.
        pairs: `PairStates`, or None where nothing is compared with photos.
    """

    keys: list
    counts: Any = None
    features: Any = None
    pairs: Any = None


class SetStates:
    """The metric states of a set of pictures.

    Memory: about a kilobyte a picture for the confusion matrices; features,
    where they are kept, 4 bytes each; else 8 D^2 bytes for the moments.

    Args:
        kept: `Kept`.

    Attributes:
        confusion: `ConfusionMatrix` of the set, or None without a judge.
        counts: `PictureCounts`, each picture's own, or None.
        rows: `FeatureRows`.
        moments: `Moments`.
        pairs: `PairStates`.
    """

    def __init__(self, kept):
        self.kept = kept
        self.confusion = self.counts = None
        if kept.num_classes is not None:
            self.confusion = ConfusionMatrix(kept.num_classes)
            self.counts = PictureCounts(kept.num_classes)
        self.rows = FeatureRows()
        self.moments = Moments()
        self.pairs = PairStates()

    def update(self, seen):
        """Adds pictures, `Seen`."""
        if seen.counts is not None:
            self.confusion.merge(seen.counts.total())
            self.counts.merge(seen.counts)
        if seen.features is not None:
            if self.kept.rows:
                self.rows.update(seen.features, seen.keys)
            else:
                self.moments.update(seen.features)
        if seen.pairs is not None:
            self.pairs.merge(seen.pairs)

    def merge(self, other):
        """Adds the pictures of another one, which has the same settings."""
        if self.confusion is not None:
            self.confusion.merge(other.confusion)
            self.counts.merge(other.counts)
        self.rows.merge(other.rows)
        self.moments.merge(other.moments)
        self.pairs.merge(other.pairs)


class CombineSeen(beam.CombineFn):
    """Adds up `Seen` to `SetStates`.

    Args:
        kept: `Kept`.
    """

    def __init__(self, kept):
        self.kept = kept

    def create_accumulator(self):
        return SetStates(self.kept)

    def add_input(self, states, seen):
        states.update(seen)
        return states

    def merge_accumulators(self, many):
        merged = SetStates(self.kept)
        for states in many:
            merged.merge(states)
        return merged

    def extract_output(self, states):
        return states
