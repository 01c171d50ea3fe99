"""The classes of a data set: names, colours, and which one is unknown."""

import csv
import dataclasses
import itertools
import re

import numpy as np

from tf_semsynth.core import text_file


@dataclasses.dataclass(frozen=True)
class ClassTable:
    """What the class ids 0..K-1 stand for.

    Args:
        names: K names.
        colours: K triples (red, green, blue), 0..255.
        unknown_id: int or None, the class that stands for "unknown"; None
            where the data set has no such class. It counts as one of the K.

    Raises:
        ValueError: The three do not fit together.

    Example:
    >>> table = ClassTable.default(2)
    >>> table.names, table.colours
    (('class_0', 'class_1'), ((128, 0, 0), (0, 128, 0)))
    """

    names: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]
    unknown_id: int | None = None

    def __post_init__(self):
        colours = tuple(tuple(int(v) for v in c) for c in self.colours)
        object.__setattr__(self, "names", tuple(str(n) for n in self.names))
        object.__setattr__(self, "colours", colours)
        if not self.names or len(self.names) != len(self.colours):
            raise ValueError(
                "a class table needs a name and a colour for each class. "
                f"Received: {len(self.names)} names and {len(self.colours)} "
                "colours."
            )
        for index, colour in enumerate(colours):
            if len(colour) != 3 or min(colour) < 0 or max(colour) > 255:
                raise ValueError(
                    "a colour must be three values from 0 to 255. Received: "
                    f"{colour} for class {index} ({self.names[index]})."
                )
        unknown = self.unknown_id
        if unknown is not None and not 0 <= unknown < len(self.names):
            raise ValueError(
                f"`unknown_id` must be a class id from 0 to "
                f"{len(self.names) - 1}, or None. Received: {unknown}."
            )

    @property
    def num_classes(self):
        return len(self.names)

    @classmethod
    def default(cls, num_classes, unknown_id=None):
        """Names `class_0`, ... and the bit-interleaving palette of SPADE."""
        names = tuple(f"class_{i}" for i in range(num_classes))
        colours = tuple(default_colour(i) for i in range(num_classes))
        return cls(names, colours, unknown_id)

    @classmethod
    def from_csv(cls, path, unknown_id=None):
        """Reads a table with the columns `id`, `name` and the colour.

        The colour is three columns `r`, `g`, `b`, or one column `colour` (or
        `color`) such as `#8000ff` or `128 0 255`; where there is none, the
        default palette is used. Other columns are passed over.

        Args:
            path: str or path of the file.
            unknown_id: int or None.

        Raises:
            OSError: The file cannot be read.
            ValueError: A column, id or colour is missing or impossible.
        """
        rows = _read_rows(path)
        ids = sorted(rows)
        if ids != list(range(len(ids))):
            missing = sorted(set(range(ids[-1] + 1)) - set(ids))
            raise ValueError(
                f"{path}: the ids must be 0, 1, ... without a gap. Received: "
                f"{len(ids)} rows from id {ids[0]} to {ids[-1]}; missing: "
                f"{missing[:10]}."
            )
        names, colours = zip(*(rows[i] for i in ids), strict=True)
        return cls(names, colours, unknown_id)

    def to_csv(self, path):
        """Writes the columns `id`, `name`, `r`, `g`, `b`."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("id", "name", "r", "g", "b"))
            pairs = zip(self.names, self.colours, strict=True)
            for index, (name, colour) in enumerate(pairs):
                writer.writerow((index, name, *colour))

    def to_dict(self):
        """The table as a dictionary that JSON can hold."""
        return {
            "names": list(self.names),
            "colours": [list(colour) for colour in self.colours],
            "unknown_id": self.unknown_id,
        }

    @classmethod
    def from_dict(cls, values):
        """The inverse of `to_dict`."""
        return cls(values["names"], values["colours"], values["unknown_id"])

    def colourise(self, class_ids):
        """Paints each pixel in the colour of its class.

        Args:
            class_ids: int array of any shape, 0..K-1.

        Returns:
            uint8 array of that shape + (3,).

        Raises:
            ValueError: An id is out of range.
        """
        class_ids = np.asarray(class_ids)
        wrong = class_ids[(class_ids < 0) | (class_ids >= self.num_classes)]
        if wrong.size:
            raise ValueError(
                f"class ids must be from 0 to {self.num_classes - 1}. "
                f"Received: {np.unique(wrong)[:10].tolist()}."
            )
        return np.array(self.colours, "uint8")[class_ids]


def default_colour(index):
    """The colour of class `index` in SPADE's bit-interleaving palette."""
    bits = index + 1  # Class 0 shall not be black.
    colour = [0, 0, 0]
    for position in range(7, 0, -1):
        for channel in range(3):
            colour[channel] |= (bits >> channel & 1) << position
        bits >>= 3
    return tuple(colour)


def _read_rows(path):
    """A dictionary from id to (name, colour)."""
    lines = text_file.read_table(path)
    columns = [cell.lower() for cell in lines[0][1]] if lines else []
    if not {"id", "name"} <= set(columns):
        raise ValueError(
            f"{path}: the first line must name the columns `id`, `name` "
            f"and `r`, `g`, `b` (or `colour`). Received: {columns}."
        )
    rows = {}
    for where, cells in lines[1:]:
        if any(cells[len(columns) :]):
            raise ValueError(
                f"{where}: has {len(cells)} values for {len(columns)} columns. "
                "Write a value that holds a comma in quotes."
            )
        row = dict(itertools.zip_longest(columns, cells[: len(columns)]))
        index = _to_int(row["id"], where, "id")
        if index in rows:
            raise ValueError(f"{where}: id {index} is there twice.")
        name = row["name"]
        if not name:
            raise ValueError(f"{where}: id {index} has no name.")
        rows[index] = name, _read_colour(row, index, where)
    if not rows:
        raise ValueError(f"{path}: no classes. Expected one line for each.")
    return rows


def _read_colour(row, index, where):
    if {"r", "g", "b"} <= set(row):
        return tuple(_to_int(row[c], where, c) for c in "rgb")
    text = row.get("colour", row.get("color"))
    if text is None:
        return default_colour(index)
    text = text.strip()
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return tuple(bytes.fromhex(text[1:]))
    values = re.split(r"[\s,;]+", text.strip("()[]"))
    if len(values) != 3:
        raise ValueError(
            f"{where}: a colour is `#rrggbb` or `r g b`. Received: {text!r}."
        )
    return tuple(_to_int(value, where, "colour") for value in values)


def _to_int(text, where, column):
    try:
        return int(text)
    except (TypeError, ValueError):
        raise ValueError(
            f"{where}: `{column}` must be a whole number. Received: {text!r}."
        ) from None
