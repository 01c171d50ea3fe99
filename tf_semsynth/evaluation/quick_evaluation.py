"""A quick look at a system during its training: a few layouts, two scores."""

from pathlib import Path

import numpy as np
from PIL import Image

from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.feature_networks import (
    INCEPTION,
    InceptionFeatures,
    SavedModelFeatures,
)
from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.synthesis import SplitSynthesis
from tf_semsynth.metrics.confusion import ConfusionMatrix
from tf_semsynth.metrics.kernel_distance import KernelDistance

_MEAN_IOU = "drn"


class QuickEvaluation:
    """Scores a system on a few layouts of a split, always the same ones.

    The kernel distance is that between their pictures and their own photos,
    at the pictures' size, once over all pairs; the judge compares with their
    labels at the pictures' size. So its numbers tell one step from another,
    and are not those of `evaluate`, which has the whole split and a protocol.

    The layouts are spread evenly over the split, their noise comes from the
    seed and their names. Calling it changes nothing of the system.

    Args:
        reader: `DatasetReader` of the split.
        features: `FeatureNetwork`.
        judge: `Judge` or None.
        num_pictures: int, at most so many layouts.
        seed: int.
        batch_size: int, pictures made at once.

    Attributes:
        identity: dict of JSON values that changes with what scores hang on.

    Raises:
        ValueError: The split has fewer than 2 examples.
    """

    def __init__(
        self, reader, features, judge=None, num_pictures=64, seed=0,
        batch_size=4,
    ):  # fmt: skip
        if len(reader) < 2:
            raise ValueError(
                "A distance between sets needs 2 pictures at least. The split "
                f"{reader.split!r} of {reader.name!r} has {len(reader)}."
            )
        self._reader = reader
        self._features = features
        self._judge = judge
        self._seed = seed
        self._batch_size = batch_size
        count = min(num_pictures, len(reader))
        self._indices = [i * len(reader) // count for i in range(count)]
        self._photo_features = None
        self.identity = {
            "pictures": [reader.names[index] for index in self._indices],
            "seed": seed,
            "features": [features.name, features.fingerprint],
            "judge": judge and [judge.name, judge.fingerprint],
        }

    def __call__(self, system):
        """Scores a system.

        Returns:
            dict, name -> float: the kernel distance under the name that the
            feature network gives it, then "mean_iou" and "pixel_accuracy" if
            there is a judge.
        """
        synthesis = SplitSynthesis(
            system,
            self._reader,
            folder="",
            identity={},
            seed=self._seed,
            show=False,
        )
        height, width = synthesis.size
        if self._photo_features is None:
            self._photo_features = self._take_photo_features((width, height))
        counts = None
        if self._judge is not None:
            counts = ConfusionMatrix(len(self._judge.class_names))
        rows = []
        for start in range(0, len(self._indices), self._batch_size):
            chunk = self._indices[start : start + self._batch_size]
            images = synthesis.make(chunk)
            rows.append(self._extract(images))
            if counts is not None:
                self._judge_pictures(chunk, images, counts)
        scores = {self._features.kid_name: self._distance(np.concatenate(rows))}
        if counts is not None:
            found = counts.result(_MEAN_IOU)
            for name in ("mean_iou", "pixel_accuracy"):
                scores[name] = float(found[name])
        return scores

    def _distance(self, rows):
        state = KernelDistance(
            num_subsets=1,
            subset_size=None,
            kernel_scale=self._features.kernel_scale,
        )
        keys = self.identity["pictures"]
        state.update(rows, False, keys)
        state.update(self._photo_features, True, keys)
        return float(state.result()["mean"])

    def _take_photo_features(self, size):
        rows = []
        for index in self._indices:
            photo = Image.fromarray(self._reader.read(index).image)
            rows.append(self._extract(picture_files.resize(photo, size)[None]))
        return np.concatenate(rows)

    def _extract(self, images):
        size = self._features.working_size
        return self._features.extract(_resize_all(images, size))

    def _judge_pictures(self, indices, images, counts):
        judge, size = self._judge, images.shape[2:0:-1]
        seen = _resize_all(images, judge.working_size)
        predicted = judge.predict(seen, size)
        for index, class_ids in zip(indices, predicted, strict=True):
            label = self._read_label(index, size)
            counts.update(label, class_ids, ignore=counts.num_classes)

    def _read_label(self, index, size):
        """The judge's class of each pixel, at the pictures' size."""
        table = self._judge.label_table
        path = self._reader.examples[index].label_path
        if path is not None:
            return picture_files.read_label(path, table, size)
        values = self._reader.read(index).class_ids
        name = self._reader.names[index]
        picture = Image.fromarray(values.astype("int32"))
        picture = picture.resize(size, Image.Resampling.NEAREST)
        return picture_files.classes_of(np.asarray(picture), table, name)


def load_quick_evaluation(
    reader, features, judge=None, num_pictures=64, seed=0
):
    """Loads the networks of a quick evaluation.

    Args:
        reader: `DatasetReader` of the split.
        features: str: folder of a SavedModel, weight file of the FID
            Inception, or `fid_inception` to download that.
        judge: str as for `load_judge`, or None.
        num_pictures, seed: see `QuickEvaluation`.

    Returns:
        `QuickEvaluation`.

    Raises:
        OSError, ValueError, ImportError: A network is missing or wrong.
    """
    if features == INCEPTION:
        network = InceptionFeatures()
    elif Path(features).is_file():
        network = InceptionFeatures(features)
    elif Path(features).is_dir():
        network = SavedModelFeatures(features, reader.name, one_size=True)
    else:
        raise FileNotFoundError(
            f"--eval_features={features}: there is no such file or folder. "
            "Expected the folder of a SavedModel, a weight file of the FID "
            f"Inception, or {INCEPTION}, which is downloaded."
        )
    judge = None if judge is None else load_judge(judge)
    return QuickEvaluation(reader, network, judge, num_pictures, seed)


def _resize_all(images, size):
    """uint8 `(B, H, W, 3)`, each resized as `evaluate` does."""
    if size is None or tuple(images.shape[2:0:-1]) == tuple(size):
        return images
    return np.stack(
        [picture_files.resize(Image.fromarray(image), size) for image in images]
    )
