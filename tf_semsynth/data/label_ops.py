"""From the values of a label file to class ids, with every value checked."""

import dataclasses

import numpy as np

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import decoding
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import MAX_PIXELS

ENCODINGS = ("auto", "index", "colour")
_TABLE_SIZE = 1 << 16  # PNG holds at most 16 bits.


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
    """

    file_classes: ClassTable
    value_ids: dict | None = None
    label_map: object = None
    encoding: str = "auto"
    hint: str = ""

    def __post_init__(self):
        if self.encoding not in ENCODINGS:
            raise ValueError(
                f"`label_encoding` must be one of {', '.join(ENCODINGS)}. "
                f"Received: {self.encoding!r}."
            )
        object.__setattr__(self, "_table", self._make_table())
        object.__setattr__(self, "_colour_ids", _ids_by_colour(self))

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
        if palette is not None:
            if self.encoding == "colour":
                values = palette[values]
            elif self.encoding == "auto":
                self._check_palette(values, palette, name)
        if values.ndim == 3:
            values = self._values_from_colours(values, name)
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

    def _values_from_colours(self, colours, name):
        packed = _pack(colours.astype("int32"))
        known = np.array(sorted(self._colour_ids), "int32")
        ids = np.array([self._colour_ids[c] for c in known.tolist()], "int32")
        places = np.minimum(np.searchsorted(known, packed), len(known) - 1)
        wrong = known[places] != packed
        if wrong.any():
            self._refuse_colour(colours, wrong, name)
        values = ids[places]
        if (values < 0).any():
            y, x = np.argwhere(values < 0)[0]
            raise DataError(
                name,
                f"has the colour {_words(colours[y, x])} at (x={x}, y={y}), "
                "which two classes share.",
                "Give the classes different colours, or save class ids.",
            )
        return values

    def _refuse_colour(self, colours, wrong, name):
        y, x = np.argwhere(wrong)[0]
        remedy = (
            "Every pixel must have the colour of a class; smoothed or "
            "compressed borders do not."
        )
        grey = (colours[..., :1] == colours).all()
        if grey:
            remedy = (
                "All pixels are grey: if their values are class ids, save the "
                "file with one channel."
            )
        count = len(np.unique(_pack(colours.astype("int32")[wrong])))
        raise DataError(
            name,
            f"has the colour {_words(colours[y, x])} at (x={x}, y={y}), which "
            f"is no class's ({count} such colours on {wrong.sum()} pixels).",
            remedy,
        )

    def _check_palette(self, values, palette, name):
        """Refuses a palette whose colours name other classes than indices."""
        table = self.file_classes
        used = np.unique(values)
        if used[-1] >= len(palette):
            return
        by_colour = [self._colour_ids.get(int(_pack(palette[i]))) for i in used]
        if None in by_colour or -1 in by_colour:
            return
        for index, by_name in zip(used.tolist(), by_colour, strict=True):
            if index >= table.num_classes or index != by_name:
                raise DataError(
                    name,
                    f"is a palette PNG whose index {index} has the colour of "
                    f"class {by_name} ({table.names[by_name]}), so its "
                    "indices and its colours mean different classes.",
                    "Say which is right: --label_encoding=colour or "
                    "--label_encoding=index.",
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
        return _pack(values.astype("int32"))
    return values.astype("int32")


def _ids_by_colour(rule):
    """Packed colour -> value in an index file; -1 where two classes share."""
    found = {}
    values = {i: i for i in range(rule.file_classes.num_classes)}
    if rule.value_ids is not None:
        values = {class_id: value for value, class_id in rule.value_ids.items()}
    for class_id, colour in enumerate(rule.file_classes.colours):
        packed = int(_pack(np.array(colour, "int32")))
        value = values.get(class_id, -1)
        found[packed] = -1 if packed in found else value
    return found


def _pack(colours):
    colours = np.asarray(colours, "int32")
    return colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]


def _words(colour):
    return "({}, {}, {})".format(*(int(c) for c in colour))
