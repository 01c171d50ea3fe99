"""Features of real and of generated pictures, for metrics that need all."""

from tf_semsynth.metrics.feature_rows import FeatureRows
from tf_semsynth.metrics.merging import check_mergeable


class FeatureSets:
    """What `KernelDistance` and `PrecisionRecall` share: the pictures.

    Subclasses name their settings in `SETTINGS` and add `result`.

    Attributes:
        real: `FeatureRows`.
        generated: `FeatureRows`.
    """

    SETTINGS = ()

    def __init__(self):
        self.real = FeatureRows()
        self.generated = FeatureRows()

    def update(self, features, real, keys):
        """Adds a batch.

        Args:
            features: float array `(N, D)`, one row per picture.
            real: bool, whether these are of real pictures.
            keys: N strings, one per picture; each once on either side.
        """
        (self.real if real else self.generated).update(features, keys)

    def merge(self, other):
        """Adds the pictures of another state with the same settings."""
        check_mergeable(self, other, *self.SETTINGS)
        self.real.merge(other.real)
        self.generated.merge(other.generated)

    def _get_features(self, smallest):
        """Both sides' features, or an error where they do not suit."""
        counts = len(self.real), len(self.generated)
        if min(counts) < smallest:
            raise ValueError(
                f"{type(self).__name__} needs at least {smallest} pictures on "
                f"either side, received {counts[0]} real and {counts[1]} "
                "generated. Score more pictures."
            )
        real, generated = self.real.features, self.generated.features
        if real.shape[1] != generated.shape[1]:
            raise ValueError(
                f"Real pictures have {real.shape[1]} features and generated "
                f"ones {generated.shape[1]}. Take both from the same network."
            )
        return real, generated
