"""What a data set is to the rest of the package."""

import dataclasses
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tf_semsynth.core.png_files import encode_png
from tf_semsynth.data import decoding, file_header, label_ops
from tf_semsynth.data.faults import DataError, raise_if_any
from tf_semsynth.data.file_header import MAX_PIXELS


@dataclasses.dataclass(frozen=True)
class Example:
    """Where one example comes from.

    Args:
        name: str, unique in its split; output files are called after it.
        image_path, label_path, instance_path: path, or None where there is
            no such file.
    """

    name: str
    image_path: Path | None = None
    label_path: Path | None = None
    instance_path: Path | None = None


class Record(NamedTuple):
    """One example, decoded, at the size of its files.

    Attributes:
        image: uint8 `(H, W, 3)`, RGB.
        class_ids: int32 `(H, W)`, 0..K-1.
        instance_ids: int32 `(H, W)`, or None.
    """

    image: np.ndarray
    class_ids: np.ndarray
    instance_ids: np.ndarray | None


@dataclasses.dataclass(frozen=True)
class Published:
    """The preprocessing with which a data set's results were published.

    Args:
        preprocess_mode: str, see `preprocessing.MODES`.
        load_size: int, pixels to which pictures are resized in training.
        crop_size: int, width in pixels of what the network sees.
        aspect_ratio: float, its width / height.
        flip: bool, whether half of the training pictures are mirrored.
    """

    preprocess_mode: str = "resize_and_crop"
    load_size: int = 286
    crop_size: int = 256
    aspect_ratio: float = 1.0
    flip: bool = True


class DatasetReader:
    """Examples by number; the base of all readers.

    Attributes:
        name: str, the data set.
        split: str, "train", "validation" or "test".
        classes: `ClassTable`, after a label map.
        examples: List of `Example`, in natural order of their names.
        has_instances: bool, whether records carry `instance_ids`.
        defaults: `Published`.
        faults: List of `Fault` found while listing files.
        sizes_may_differ: bool, whether a photo may be larger than its label.
        is_procedural: bool, whether records are computed, so that no file
            can be wrong.
    """

    sizes_may_differ = False
    is_procedural = False

    def __init__(self, name, split, classes, examples, defaults):
        self.name = name
        self.split = split
        self.classes = classes
        self.examples = examples
        self.defaults = defaults
        self.has_instances = False
        self.faults = []

    def __len__(self):
        return len(self.examples)

    @property
    def names(self):
        return [example.name for example in self.examples]

    def read(self, index):
        """Reads one example.

        Args:
            index: int, 0..len-1.

        Returns:
            A `Record`.

        Raises:
            DataError: A file is wrong; the message names it.
            OSError: A file cannot be read.
        """
        raise NotImplementedError

    def read_sizes(self, index):
        """The sizes of an example's files, from their headers alone.

        Returns:
            dict, "photo", "label", "instance map" -> (width, height); empty
            where there are no files to look at.

        Raises:
            DataError: A header is wrong, or the sizes do not fit.
        """
        return {}

    def read_photo_bytes(self, index):
        """The photo of an example as a PNG or JPEG file."""
        return encode_png(self.read(index).image)

    def require_sound(self):
        """Raises ValueError if listing the files found faults."""
        raise_if_any(self.faults)


class FileReader(DatasetReader):
    """Examples that are files: a photo, a label map, perhaps instances.

    Args:
        name: str, the data set.
        split: str.
        examples: List of `Example`.
        rule: `LabelRule`, how label files are read.
        defaults: `Published`.
        faults: List of `Fault` found while listing files.
        sizes_may_differ: bool, whether a photo may be larger than its label.
        max_pixels: int, the largest width x height allowed.
    """

    def __init__(
        self,
        name,
        split,
        examples,
        rule,
        defaults,
        faults=(),
        sizes_may_differ=False,
        max_pixels=MAX_PIXELS,
    ):
        super().__init__(name, split, rule.classes, examples, defaults)
        self.rule = rule
        self.faults = list(faults)
        self.sizes_may_differ = sizes_may_differ
        self.max_pixels = max_pixels
        self.has_instances = bool(examples) and all(
            example.instance_path is not None for example in examples
        )

    def read(self, index):
        example = self.examples[index]
        image = decoding.decode_photo(
            decoding.read_bytes(example.image_path),
            example.image_path,
            self.max_pixels,
        )
        class_ids = self.rule.decode(
            decoding.read_bytes(example.label_path),
            example.label_path,
            self.max_pixels,
        )
        instance_ids = None
        if self.has_instances:
            instance_ids = label_ops.decode_instances(
                decoding.read_bytes(example.instance_path),
                example.instance_path,
                self.max_pixels,
            )
        record = Record(image, class_ids, instance_ids)
        check_sizes(record_sizes(record), example, self.sizes_may_differ)
        return record

    def read_sizes(self, index):
        example = self.examples[index]
        paths = {
            "photo": example.image_path,
            "label": example.label_path,
            "instance map": example.instance_path,
        }
        sizes = {}
        for kind, path in paths.items():
            if path is not None:
                header = file_header.read_header(
                    path, max_pixels=self.max_pixels
                )
                sizes[kind] = header.width, header.height
        check_sizes(sizes, example, self.sizes_may_differ)
        return sizes

    def read_photo_bytes(self, index):
        return decoding.read_bytes(self.examples[index].image_path)


def record_sizes(record):
    """The sizes of a record's parts, as `DatasetReader.read_sizes`."""
    sizes = {
        "photo": record.image.shape[1::-1],
        "label": record.class_ids.shape[::-1],
    }
    if record.instance_ids is not None:
        sizes["instance map"] = record.instance_ids.shape[::-1]
    return sizes


def check_sizes(sizes, example, may_differ=False):
    """Checks that the parts of an example have one size.

    Args:
        sizes: dict, "photo", "label", "instance map" -> (width, height).
        example: `Example`, for messages.
        may_differ: bool, whether the photo may be a larger or smaller copy of
            the same ratio.

    Raises:
        DataError: They differ.
    """
    label = sizes["label"]
    for kind, size in sizes.items():
        same_ratio = size[0] * label[1] == size[1] * label[0]
        if size == label or (kind == "photo" and may_differ and same_ratio):
            continue
        file = example.label_path or example.name
        raise DataError(
            file,
            f"the label has {label[0]} x {label[1]} pixels, its {kind} "
            f"{size[0]} x {size[1]}.",
            "Make them again from one source; labels resized by nearest only.",
        )
