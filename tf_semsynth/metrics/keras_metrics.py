"""The metrics of this folder as Keras metrics, for loops that use them."""

import keras
import numpy as np

from tf_semsynth.metrics.class_diversity import ClassDiversity
from tf_semsynth.metrics.confusion import ConfusionMatrix
from tf_semsynth.metrics.frechet import FrechetDistance
from tf_semsynth.metrics.image_quality import ImageQuality
from tf_semsynth.metrics.inception_score import InceptionScore
from tf_semsynth.metrics.kernel_distance import KernelDistance
from tf_semsynth.metrics.precision_recall import PrecisionRecall

_register = keras.saving.register_keras_serializable(package="tf_semsynth")


class StateMetric(keras.metrics.Metric):
    """A Keras metric over a state in NumPy, to be updated eagerly.

    For loops of your own: its state is no Keras variable, so update it
    eagerly, outside of `tf.function` and `jit`, and not through `compile`,
    which would ask for the result after every batch. Under a distribution
    strategy let the step return features or counts and gather them first.

    Attributes:
        state: the state of this folder, which can be pickled and merged.
    """

    def __init__(self, name=None, **settings):
        super().__init__(name=name)
        self._settings = settings
        self.reset_state()

    def make_state(self, **settings):
        """Returns a new state; `settings` are those of the constructor."""
        raise NotImplementedError

    def reset_state(self):
        """Forgets everything."""
        self.state = self.make_state(**self._settings)

    def result(self):
        """Returns what the state's `result` does: a float or a dictionary."""
        return self.state.result()

    def get_config(self):
        return {"name": self.name, **self._settings}


class _SetsMetric(StateMetric):
    """Compares the features of two sets of pictures."""

    def reset_state(self):
        super().reset_state()
        self._num_seen = [0, 0]

    def update_state(self, real, generated):
        """Adds features, `(N, D)` and `(M, D)`; None adds none of a side."""
        for side, features in enumerate((generated, real)):
            if features is not None:
                self._update(_to_numpy(features), bool(side))

    def _update(self, features, is_real):
        keys = _number(self._num_seen[is_real], len(features))
        self.state.update(features, is_real, keys)
        self._num_seen[is_real] += len(features)


@_register
class FrechetDistanceMetric(_SetsMetric):
    """`FrechetDistance` of `update_state(real, generated)` features."""

    def __init__(self, name="frechet_distance"):
        super().__init__(name)

    def make_state(self):
        return FrechetDistance()

    def _update(self, features, is_real):
        self.state.update(features, is_real)


@_register
class KernelDistanceMetric(_SetsMetric):
    """`KernelDistance` of `update_state(real, generated)` features."""

    def __init__(
        self,
        num_subsets=100,
        subset_size=1000,
        seed=0,
        kernel_scale=1.0,
        name="kernel_distance",
    ):
        super().__init__(
            name,
            num_subsets=num_subsets,
            subset_size=subset_size,
            seed=seed,
            kernel_scale=kernel_scale,
        )

    def make_state(self, **settings):
        return KernelDistance(**settings)


@_register
class PrecisionRecallMetric(_SetsMetric):
    """`PrecisionRecall` of `update_state(real, generated)` features."""

    def __init__(self, neighbours=3, strict=False, name="precision_recall"):
        super().__init__(name, neighbours=neighbours, strict=strict)

    def make_state(self, **settings):
        return PrecisionRecall(**settings)


@_register
class InceptionScoreMetric(StateMetric):
    """`InceptionScore` of `update_state(logits)`, in the order of calls."""

    def __init__(self, num_splits=10, name="inception_score"):
        super().__init__(name, num_splits=num_splits)

    def make_state(self, **settings):
        return InceptionScore(**settings)

    def update_state(self, logits):
        """Adds logits `(N, K)`, before the softmax."""
        logits = _to_numpy(logits)
        self.state.update(logits, _number(len(self.state.rows), len(logits)))


@_register
class SegmentationMetric(StateMetric):
    """Scores of a `ConfusionMatrix`, of `update_state(labels, predictions)`.

    Args:
        num_classes: int, the number K of classes.
        ignore: int, the label of pixels that do not count.
        variant: `"drn"`, `"deeplab"` or `"mit"`; see `segmentation_scores`.
        name: str.
    """

    def __init__(
        self, num_classes, ignore=None, variant="drn", name="segmentation"
    ):
        super().__init__(
            name, num_classes=num_classes, ignore=ignore, variant=variant
        )

    def make_state(self, num_classes, **settings):
        return ConfusionMatrix(num_classes)

    def update_state(self, labels, predictions):
        """Adds class ids, int arrays of the same shape."""
        labels, predictions = _to_numpy(labels), _to_numpy(predictions)
        self.state.update(labels, predictions, self._settings["ignore"])

    def result(self):
        return self.state.result(self._settings["variant"])


@_register
class ImageQualityMetric(StateMetric):
    """`ImageQuality` of `update_state(x, y)` pictures `(B, H, W, C)`."""

    def __init__(self, data_range=255, name="image_quality"):
        super().__init__(name, data_range=data_range)

    def make_state(self, **settings):
        return ImageQuality(**settings)

    def update_state(self, x, y):
        """Adds pairs of pictures."""
        self.state.update(_to_numpy(x), _to_numpy(y))


@_register
class ClassDiversityMetric(StateMetric):
    """`ClassDiversity` of distances; see its `update`."""

    def __init__(self, num_classes, name="class_diversity"):
        super().__init__(name, num_classes=num_classes)

    def make_state(self, **settings):
        return ClassDiversity(**settings)

    def update_state(self, class_id, region_distances, other_distances):
        """Adds the pairs of one layout that holds the class."""
        self.state.update(
            int(class_id),
            _to_numpy(region_distances),
            _to_numpy(other_distances),
        )


def _number(start, count):
    """Keys that sort in the order of arrival."""
    return [f"{i:012d}" for i in range(start, start + count)]


def _to_numpy(tensor):
    try:
        return np.asarray(keras.ops.convert_to_numpy(tensor))
    except (NotImplementedError, TypeError) as error:
        raise RuntimeError(
            "A metric of `tf_semsynth.metrics` was updated with a tensor that "
            "has no values yet, inside of `tf.function` or `jit`. Return the "
            "tensor from there and update the metric eagerly."
        ) from error
