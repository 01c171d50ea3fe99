"""From the values of a label file to class ids, with every value checked."""

import dataclasses

import numpy as np

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import decoding, label_colours
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.label_colours import LabelColours

ENCODINGS = ("auto", "index", "colour")
_TABLE_SIZE = 1 << 16  # PNG holds at most 16 bits.
_COLOURS_REMEDY = (
    "Add a column `colour` to the table of classes, or save class ids as grey "
    "PNGs."
)


@dataclasses.dataclass(frozen=True)
class LabelRule:
    """How the label files of a data set are to be read.

    Args:
        file_classes: `ClassTable` of the files, as published.
        value_ids: dict or None, value in a file -> class id, where the
            values are not the ids themselves.
        label_map: `LabelMap` or None, applied after that.
        encoding: "index": values (or palette indices) are the class ids;
            "colour": pixels have the colours of `file_classes`; "auto": RGB
            files are read as colours, others as indices, and a palette file
            whose colours contradict its indices is refused.
        hint: str, what else may be wrong where a value is out of range.
        colours_remedy: str, how the user can give colours to the classes.
        find_problem: Function from the set of a file's values to the pair
            (problem, remedy) of a file that holds just these, or None; None
            where there is nothing to look for.

    Raises:
        ValueError: There is no such encoding, or no colours to read by.
    """

    file_classes: ClassTable
    value_ids: dict | None = None
    label_map: object = None
    encoding: str = "auto"
    hint: str = ""
    colours_remedy: str = _COLOURS_REMEDY
    find_problem: object = None

    def __post_init__(self):
        if self.encoding not in ENCODINGS:
            raise ValueError(
                f"`label_encoding` must be one of {', '.join(ENCODINGS)}. "
                f"Received: {self.encoding!r}."
            )
        object.__setattr__(self, "_table", self._make_table())
        colours = LabelColours(
            self.file_classes, self.value_ids, self.colours_remedy
        )
        object.__setattr__(self, "_colours", colours)
        if self.encoding == "colour" and not colours:
            raise ValueError(
                "--label_encoding=colour reads labels by the colours of the "
                f"classes, and none were given. {self.colours_remedy}"
            )

    @property
    def classes(self):
        """The `ClassTable` that the class ids stand for, after the map."""
        if self.label_map is None:
            return self.file_classes
        return self.label_map.apply(self.file_classes)

    def decode(self, data, name, max_pixels=MAX_PIXELS):
        """Decodes a label file.

        Args:
            data: bytes of a PNG.
            name: str for messages, the file.
            max_pixels: int, the largest width x height allowed.

        Returns:
            int32 array `(H, W)`, 0..K-1.

        Raises:
            DataError: It is damaged, or a value or colour is no class.
        """
        values, palette = decoding.decode_values(data, name, max_pixels)
        if palette is not None and self.encoding == "colour":
            values = label_colours.look_up(values, palette, name)
        elif palette is not None and self.encoding == "auto":
            self._colours.check_palette(values, palette, name)
        elif palette is None:
            self._check_encoding(values, name)
        if values.ndim == 3:
            values = self._colours.read(values, name)
        if self.find_problem is not None:
            problem = self.find_problem(set(np.unique(values).tolist()))
            if problem:
                raise DataError(name, *problem)
        return self.to_class_ids(values, name)

    def to_class_ids(self, values, name):
        """Class ids of the values in a file.

        Args:
            values: Integer array, 0..65535.
            name: str for messages, the file.

        Returns:
            int32 array of the same shape, 0..K-1.

        Raises:
            DataError: A value is no class.
        """
        class_ids = self._table[values]
        if class_ids.min(initial=0) < 0:
            self._refuse(values, class_ids, name)
        return class_ids

    def _make_table(self):
        """A table from every possible value to its class id, or -1."""
        count = self.file_classes.num_classes
        olds = np.full(_TABLE_SIZE, -1, "int32")
        if self.value_ids is None:
            olds[:count] = np.arange(count)
        else:
            for value, class_id in self.value_ids.items():
                olds[value] = class_id
        unknown = self.file_classes.unknown_id
        if olds[255] < 0 and unknown is not None:
            olds[255] = unknown
        if self.label_map is None:
            return olds
        self.classes  # noqa: B018 - checks the map before it is used.
        news = np.full(_TABLE_SIZE, -1, "int32")
        for old, new in self.label_map.new_ids.items():
            news[olds == old] = new
        if count <= 255 and 255 in self.label_map.new_ids:
            news[255] = self.label_map.new_ids[255]
        return news

    def _check_encoding(self, values, name):
        """Refuses a file of another kind than the user says."""
        found = "index" if values.ndim == 2 else "colour"
        if self.encoding in ("auto", found):
            return
        kinds = {"index": "one grey value", "colour": "a colour"}
        raise DataError(
            name,
            f"has {kinds[found]} for each pixel; --label_encoding="
            f"{self.encoding} says {kinds[self.encoding]}.",
            "Leave the flag out, or save all labels in one form.",
        )

    def _refuse(self, values, class_ids, name):
        wrong, counts = np.unique(values[class_ids < 0], return_counts=True)
        present = set(np.unique(values).tolist())
        y, x = np.argwhere(class_ids < 0)[0]
        if present <= {0, 255}:
            raise DataError(
                name,
                "is a mask: it holds only 0 and 255, and 255 is no class here.",
                "If 255 means class 1, pass --label_map=<file> with the lines "
                "0,0 and 1,1 and 255,1.",
            )
        listing = ", ".join(
            f"{value} ({count} pixels)"
            for value, count in list(zip(wrong, counts, strict=True))[:5]
        )
        last = self.file_classes.num_classes - 1
        remedy = (
            self.hint
            or "Check that it belongs to this data set and holds class ids."
        )
        if 255 in wrong:
            remedy += (
                " 255 means unknown only where the data set has an unknown "
                "class; a line `255,<new id>` in --label_map gives it one."
            )
        raise DataError(
            name,
            f"holds values that are no class: {listing}, first at (x={x}, "
            f"y={y}). Expected: class ids 0 to {last}"
            + (", or 255 for unknown." if self._table[255] >= 0 else "."),
            remedy,
        )


def instance_edges(instance_ids):
    """Marks each pixel whose instance differs from a neighbour's.

    The NumPy form of `core.edges.make_edges`, for one picture.

    Args:
        instance_ids: Integer array `(H, W)`.

    Returns:
        uint8 array `(H, W, 1)`, 0 or 1.
    """
    edges = np.zeros(instance_ids.shape, bool)
    down = instance_ids[1:] != instance_ids[:-1]
    right = instance_ids[:, 1:] != instance_ids[:, :-1]
    edges[1:] |= down
    edges[:-1] |= down
    edges[:, 1:] |= right
    edges[:, :-1] |= right
    return edges[..., None].astype("uint8")


def decode_instances(data, name, max_pixels=MAX_PIXELS):
    """Decodes an instance map: 8 bits as they are, 16 bits as they are.

    Returns:
        int32 array `(H, W)`. A colour PNG has one id for each colour.
    """
    values, _ = decoding.decode_values(data, name, max_pixels)
    if values.ndim == 3:
        return label_colours.pack(values)
    return values.astype("int32")
