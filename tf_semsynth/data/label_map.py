"""Merges and renames classes by a table of old and new ids."""

import dataclasses

import numpy as np

from tf_semsynth.core import text_file
from tf_semsynth.core.classes import ClassTable


@dataclasses.dataclass(frozen=True)
class LabelMap:
    """Which new class each old one becomes.

    Args:
        new_ids: dict, old id -> new id. The old ids are the classes of the
            data set, and 255 where a file's 255 shall become a certain class.
        new_names: dict, new id -> name, for classes that get another name.
        source: str, where it was read, for messages.
    """

    new_ids: dict
    new_names: dict
    source: str = "the label map"

    @classmethod
    def from_csv(cls, path):
        """Reads the columns old id, new id and, if wanted, new name.

        Raises:
            OSError: The file cannot be read.
            ValueError: A line is wrong, or an old id is there twice.
        """
        new_ids, new_names = {}, {}
        for where, cells in _read_lines(path):
            old, new = (_to_id(cell, where) for cell in cells[:2])
            if old in new_ids:
                raise ValueError(f"{where}: old id {old} is there twice.")
            new_ids[old] = new
            name = cells[2] if len(cells) > 2 else ""
            if name and new_names.setdefault(new, name) != name:
                raise ValueError(
                    f"{where}: new id {new} has two names, "
                    f"{new_names[new]!r} and {name!r}."
                )
        return cls(new_ids, new_names, str(path))

    def apply(self, classes):
        """The class table after the map.

        A merged class takes the colour of its first old class, and the names
        of all of them unless the map names it.

        Args:
            classes: `ClassTable` of the data set.

        Returns:
            `ClassTable`.

        Raises:
            ValueError: Old classes are missing or unknown, or the new ids
                have a gap.
        """
        self._check(classes)
        names, colours = [], []
        for new in range(max(self.new_ids.values()) + 1):
            olds = [
                old
                for old in range(classes.num_classes)
                if self.new_ids[old] == new
            ]
            together = " or ".join(classes.names[old] for old in olds)
            names.append(self.new_names.get(new, together or f"class_{new}"))
            default = ClassTable.default(new + 1).colours[new]
            colours.append(classes.colours[olds[0]] if olds else default)
        unknown = classes.unknown_id
        if unknown is not None:
            unknown = self.new_ids[unknown]
        return ClassTable(tuple(names), tuple(colours), unknown)

    def table(self, classes):
        """The map as an array.

        Returns:
            int32 array `(K,)`: the new id of each old one.
        """
        self._check(classes)
        new_ids = [self.new_ids[old] for old in range(classes.num_classes)]
        return np.array(new_ids, "int32")

    def _check(self, classes):
        old_ids = set(range(classes.num_classes))
        missing = sorted(old_ids - set(self.new_ids))
        if missing:
            raise ValueError(
                f"{self.source}: every class needs a line `old id,new id`. "
                f"Missing: {_listing(missing, classes)}."
            )
        unknown = sorted(set(self.new_ids) - old_ids - {255})
        if unknown:
            raise ValueError(
                f"{self.source}: old ids must be 0 to "
                f"{classes.num_classes - 1} (or 255). Received: {unknown[:10]}."
            )
        news = set(self.new_ids.values())
        gaps = sorted(set(range(max(news) + 1)) - news)
        if gaps or min(news) < 0:
            raise ValueError(
                f"{self.source}: the new ids must be 0, 1, ... without a gap. "
                f"Received: {sorted(news)[:20]}; missing: {gaps[:10]}."
            )


def _read_lines(path):
    """Pairs of (where, cells), without the heading."""
    lines = []
    for number, (where, cells) in enumerate(text_file.read_table(path)):
        if number == 0 and cells[0][:1].isalpha():
            continue
        if len(cells) not in (2, 3):
            raise ValueError(
                f"{where}: expected `old id,new id` or `old id,new id,name`. "
                f"Received: {','.join(cells)!r}."
            )
        lines.append((where, cells))
    if not lines:
        raise ValueError(f"{path}: no lines. Expected `old id,new id` in each.")
    return lines


def _to_id(text, where):
    try:
        return int(text)
    except ValueError:
        raise ValueError(
            f"{where}: ids must be whole numbers. Received: {text!r}."
        ) from None


def _listing(ids, classes):
    shown = ", ".join(f"{i} ({classes.names[i]})" for i in ids[:10])
    return shown + (f" and {len(ids) - 10} more" if len(ids) > 10 else "")
