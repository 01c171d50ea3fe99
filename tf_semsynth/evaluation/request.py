"""What is to be scored, and how."""

import dataclasses
from typing import Any

from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.reader import DatasetReader
from tf_semsynth.evaluation.metric_sets import METRICS
from tf_semsynth.evaluation.protocols import Protocol


@dataclasses.dataclass
class Request:
    """What `runner.evaluate` is asked to do.

    Args:
        images: dict, key -> path of the pictures.
        output: path of the folder for results and cache.
        protocol: `Protocol`.
        metrics: List of names in `METRICS`.
        labels: dict, key -> path of label files; None where no metric needs
            them.
        reference: dict, key -> path of real photos; None likewise.
        own_photos: dict, key -> path of the layouts' own photos; by default
            those of the reference, if each layout has one there.
        judge: `Judge` or None.
        features: `FeatureNetwork` or None.
        training: `DatasetReader` of the training split, or None: no floors.
        perceived_distance: Function of two uint8 arrays `(B, H, W, 3)` that
            gives LPIPS distances `(B,)`, or None.
        perceived_by: dict, what results say of its network.
        samples: dict, key -> list of paths of several pictures of its layout,
            or None.
        perturbed: dict, kind -> `PerturbedPictures`, what was made of perturbed
            layouts, or None.
        with_baselines: bool, whether ceiling and floors are scored, too.
        cache: path of the folder of caches; by default in `output`.
        max_pixels: int, the largest width x height of a file.
        batch_size: int, pictures at once.
        seed: int, of the kernel distance's subsets.
        warnings: List of str, what the reader of the results must know.
        show: bool, whether progress is shown.
    """

    images: dict
    output: Any
    protocol: Protocol
    metrics: list
    labels: dict | None = None
    reference: dict | None = None
    own_photos: dict | None = None
    judge: Any = None
    features: Any = None
    training: DatasetReader | None = None
    perceived_distance: Any = None
    perceived_by: dict | None = None
    samples: dict | None = None
    perturbed: dict | None = None
    with_baselines: bool = True
    cache: Any = None
    max_pixels: int = MAX_PIXELS
    batch_size: int = 8
    seed: int = 0
    warnings: list = dataclasses.field(default_factory=list)
    show: bool = True

    def needs(self, *kinds):
        """Whether a metric is computed from one of the kinds."""
        return any(METRICS[name].needs in kinds for name in self.metrics)
