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
        invented_colours: class ids whose colours nobody gave. They are there
            to show pictures; no file is read by them.

    Raises:
        ValueError: They do not fit together.

    Example:
    >>> table = ClassTable.default(2)
    >>> table.names, table.colours
    (('class_0', 'class_1'), ((128, 0, 0), (0, 128, 0)))
    >>> table.given_colours
    {}
    """

    names: tuple[str, ...]
    colours: tuple[tuple[int, int, int], ...]
    unknown_id: int | None = None
    invented_colours: tuple[int, ...] = ()

    def __post_init__(self):
        colours = tuple(tuple(int(v) for v in c) for c in self.colours)
        object.__setattr__(self, "names", tuple(str(n) for n in self.names))
        object.__setattr__(self, "colours", colours)
        invented = tuple(sorted(int(i) for i in self.invented_colours))
        object.__setattr__(self, "invented_colours", invented)
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

    @property
    def given_colours(self):
        """dict, class id -> (red, green, blue), without invented ones."""
        return {
            index: colour
            for index, colour in enumerate(self.colours)
            if index not in self.invented_colours
        }

    @classmethod
    def default(cls, num_classes, unknown_id=None):
        """Names `class_0`, ... and the bit-interleaving palette of SPADE."""
        names = tuple(f"class_{i}" for i in range(num_classes))
        return cls.without_colours(names, unknown_id)

    @classmethod
    def without_colours(cls, names, unknown_id=None):
        """A table of names; the palette of SPADE shows the classes."""
        count = len(names)
        colours = tuple(default_colour(i) for i in range(count))
        return cls(tuple(names), colours, unknown_id, tuple(range(count)))

    @classmethod
    def from_csv(cls, path, unknown_id=None):
        """Reads a table with the columns `id`, `name` and the colour.

        The colour is three columns `r`, `g`, `b`, or one column `colour` (or
        `color`) such as `#8000ff` or `128 0 255`. A table without them is one
        without colours (`invented_colours`). Other columns are passed over.

        Args:
            path: str or path of the file.
            unknown_id: int or None.

        Raises:
            OSError: The file cannot be read.
            ValueError: A column, id or colour is missing or impossible, or
                only some classes have a colour.
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
        missing = [i for i in ids if colours[i] is None]
        if missing and len(missing) < len(ids):
            raise ValueError(
                f"{path}: class {missing[0]} ({names[missing[0]]}) has no "
                "colour, others have one. Give all classes a colour, or none."
            )
        if missing:
            return cls.without_colours(names, unknown_id)
        return cls(names, colours, unknown_id)

    def to_csv(self, path):
        """Writes the columns `id`, `name`, and `r`, `g`, `b` if given."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            colours = {} if self.invented_colours else self.given_colours
            writer.writerow(("id", "name", *("rgb" if colours else ())))
            for index, name in enumerate(self.names):
                writer.writerow((index, name, *colours.get(index, ())))

    def to_dict(self):
        """The table as a dictionary that JSON can hold.

        It tells `invented_colours` where that is not plain: without it, the
        colours of the default palette are invented and all others given, as
        in the dictionaries of earlier versions.
        """
        values = {
            "names": list(self.names),
            "colours": [list(colour) for colour in self.colours],
            "unknown_id": self.unknown_id,
        }
        if self.from_dict(values) != self:
            values["invented_colours"] = list(self.invented_colours)
        return values

    @classmethod
    def from_dict(cls, values):
        """The inverse of `to_dict`."""
        names, unknown_id = values["names"], values["unknown_id"]
        invented = values.get("invented_colours")
        table = cls(names, values["colours"], unknown_id, invented or ())
        default = cls.without_colours(names, unknown_id)
        if invented is None and table.colours == default.colours:
            return default
        return table

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
    """(red, green, blue), or None where the row gives no colour."""
    text = row.get("colour", row.get("color"))
    columns = [c for c in "rgb" if row.get(c) not in (None, "")]
    if columns:
        return tuple(_to_int(row.get(c), where, c) for c in "rgb")
    if text is None or not text.strip():
        return None
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
