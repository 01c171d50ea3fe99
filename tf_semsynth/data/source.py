"""Examples at the system's size: read, resized, kept in memory, varied."""

from typing import NamedTuple

import numpy as np

from tf_semsynth.data import augmentation, label_ops, preprocessing
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.reader import Record


class SizedExample(NamedTuple):
    """What one row of a batch is made of.

    Attributes:
        class_ids: int32 `(H, W)`, 0..K-1.
        image: uint8 `(H, W, 3)`, RGB.
        edges: uint8 `(H, W, 1)`, 0 or 1; zeros where there are no instances.
    """

    class_ids: np.ndarray
    image: np.ndarray
    edges: np.ndarray


class ExampleSource:
    """Gives a reader's examples at the size of a system.

    Decoded pictures stay in memory until `cache_megabytes` are full: after
    the resize where it is the same each time (a 96 x 128 picture then costs
    0.05 MB), else as they are read (480 x 360: 0.7 MB). The rest is
    read again each time. The values do not depend on it.

    Args:
        reader: `DatasetReader`.
        plan: `preprocessing.Plan`.
        options: `DataOptions`.
        use_edges: bool, whether instance borders are wanted.
    """

    def __init__(self, reader, plan, options, use_edges=False):
        self.reader = reader
        self.plan = plan
        self.options = options
        self.use_edges = use_edges and reader.has_instances
        self._may_flip = (
            reader.defaults.flip if options.flip is None else options.flip
        )
        self._cache = {}
        self._cache_bytes_left = options.cache_megabytes * 1_000_000

    def for_training(self, index, rng):
        """An example as training sees it.

        Args:
            index: int, the example.
            rng: `numpy.random.Generator` that decides on crop, mirror, size
                and colour.

        Returns:
            A `SizedExample`.

        Raises:
            DataError: A file is wrong, or ends with another size.
        """
        options, plan = self.options, self.plan
        enlarge = options.scale_jitter > 0
        if enlarge:
            record = self._cached(index, self.reader.read)
            if not plan.crops:
                size = record.class_ids.shape[::-1]
                self._check_size(preprocessing.final_size(plan, size), index)
            scale = 1 + options.scale_jitter * rng.random()
            record = preprocessing.resize(record, plan, scale)
            height, width = record.class_ids.shape
            limits = width - plan.crop_width, height - plan.crop_height
            limits = tuple(max(0, limit) for limit in limits)
        else:
            record, limits = self._cached(index, self._read_resized)
        corner = None
        if plan.crops or enlarge:
            corner = tuple(int(rng.integers(0, n + 1)) for n in limits)
        flip = self._may_flip and rng.random() > 0.5
        record = self._crop_and_flip(record, corner, flip, index)
        if options.colour_jitter > 0:
            image = augmentation.jitter_colours(
                record.image, options.colour_jitter, rng
            )
            record = record._replace(image=image)
        return self._finish(record, index)

    def for_evaluation(self, index):
        """An example as evaluation sees it: centre crop, no mirror.

        Returns:
            A `SizedExample`.
        """
        record, limits = self._cached(index, self._read_resized)
        corner = None
        if self.plan.crops:
            corner = tuple(limit // 2 for limit in limits)
        record = self._crop_and_flip(record, corner, False, index)
        return self._finish(record, index)

    def _crop_and_flip(self, record, corner, flip, index):
        plan, size = self.plan, record.class_ids.shape[::-1]
        unknown = self.reader.classes.unknown_id
        if corner is not None and unknown is None:
            if preprocessing.is_outside(plan, corner, size):
                self._refuse(preprocessing.describe_outside(plan, size), index)
        return preprocessing.crop_and_flip(record, plan, corner, flip, unknown)

    def _read_resized(self, index):
        record = self.reader.read(index)
        size = record.class_ids.shape[::-1]
        limits = preprocessing.crop_range(self.plan, size)
        return preprocessing.resize(record, self.plan), limits

    def _cached(self, index, read):
        found = self._cache.get(index)
        if found is None:
            found = read(index)
            record = found if isinstance(found, Record) else found[0]
            record = _shrink(record, self.use_edges)
            found = record if isinstance(found, Record) else (record, found[1])
            size = sum(part.nbytes for part in record if part is not None)
            if size <= self._cache_bytes_left:
                self._cache_bytes_left -= size
                self._cache[index] = found
        return found

    def _finish(self, record, index):
        shape = record.class_ids.shape
        self._check_size(shape[::-1], index)
        if self.use_edges:
            edges = label_ops.instance_edges(record.instance_ids)
        else:
            edges = np.zeros((*shape, 1), "uint8")
        return SizedExample(
            np.ascontiguousarray(record.class_ids, "int32"),
            np.ascontiguousarray(record.image),
            edges,
        )

    def _check_size(self, size, index):
        plan = self.plan
        if size != (plan.crop_width, plan.crop_height):
            self._refuse(preprocessing.describe_size(plan, size), index)

    def _refuse(self, problem, index):
        example = self.reader.examples[index]
        raise DataError(
            example.label_path or example.name,
            problem,
            preprocessing.SIZE_REMEDY,
        )


def _shrink(record, keep_instances):
    """The same values in the smallest types."""
    class_ids, instance_ids = record.class_ids, record.instance_ids
    if class_ids.max(initial=0) < 256:
        class_ids = class_ids.astype("uint8")
    if not keep_instances:
        instance_ids = None
    elif instance_ids.min(initial=0) >= 0 and instance_ids.max() < 65536:
        instance_ids = instance_ids.astype("uint16")
    return Record(record.image, class_ids, instance_ids)
