"""From the bytes of label files to the classes that judges score.

A table lists, for each byte, the class id 0..K-1, K for pixels that do not
count, or -1 for bytes that must not occur.
"""

from tf_semsynth.core.classes import default_colour
from tf_semsynth.data.classes import load_classes

# Cityscapes' label id -> train id, 255 where it is not scored
# (mcordts/cityscapesScripts).
_CITYSCAPES_IDS = {
    7: 0, 8: 1, 11: 2, 12: 3, 13: 4, 17: 5, 19: 6, 20: 7, 21: 8, 22: 9,
    23: 10, 24: 11, 25: 12, 26: 13, 27: 14, 28: 15, 31: 16, 32: 17, 33: 18,
}  # fmt: skip


def ade20k_table():
    """0 does not count; byte v is class v - 1 of 150."""
    return (150, *range(150))


def cityscapes_table():
    """Label ids 0..33 to the 19 train ids; the others do not count."""
    return tuple(_CITYSCAPES_IDS.get(value, 19) for value in range(34))


def coco_stuff_table():
    """Bytes 0..181 are the classes; 255 does not count."""
    return (*range(182), *(-1 for _ in range(182, 255)), 182)


_TABLES = {
    "ade20k": (ade20k_table, "ade20k"),
    "cityscapes": (cityscapes_table, "cityscapes"),
    "coco_stuff": (coco_stuff_table, "coco_stuff"),
}


def table_of(dataset):
    """The label table of a data set, as judges of it score.

    Raises:
        ValueError: There is none for it.
    """
    if dataset not in _TABLES:
        raise ValueError(
            f"There is no label table for the data set {dataset!r}. Known: "
            f"{', '.join(_TABLES)}."
        )
    return _TABLES[dataset][0]()


def names_of(dataset):
    """The names of the classes 0..K-1 of `table_of`."""
    table, classes = table_of(dataset), load_classes(_TABLES[dataset][1])
    names = {
        table[v]: name for v, name in enumerate(classes.names[: len(table)])
    }
    return tuple(names[k] for k in range(max(table)))


def colours_of(dataset, table, num_classes):
    """Colours for reports: those that the data set gives its classes.

    Args:
        dataset: str, a table of `data/classes`; of others, and of classes
            that no byte stands for, the default palette is taken.
        table: label table.
        num_classes: int K.

    Returns:
        List of K lists [red, green, blue].
    """
    colours = [list(default_colour(k)) for k in range(num_classes)]
    try:
        classes = load_classes(dataset)
    except OSError:
        return colours
    for value in range(min(len(table), classes.num_classes) - 1, -1, -1):
        if 0 <= table[value] < num_classes:
            colours[table[value]] = list(classes.colours[value])
    return colours
