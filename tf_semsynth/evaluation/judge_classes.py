"""Which classes a judge of one's own tells apart, and how files name them."""

import dataclasses

import numpy as np

from tf_semsynth.data.faults import DataError
from tf_semsynth.data.reader import FileReader
from tf_semsynth.evaluation import label_tables


@dataclasses.dataclass(frozen=True)
class JudgeClasses:
    """The K classes that a judge tells apart.

    Args:
        names: K names.
        class_table: Sequence, the data set's class id -> the judge's id
            0..K-1, or K: it does not count.
        label_table: Sequence, byte of a label file -> the same, or -1: must
            not occur.
    """

    names: tuple
    class_table: tuple
    label_table: tuple

    @property
    def num_classes(self):
        return len(self.names)


def find_classes(reader, label_map=None):
    """The classes of a data set that count, in its own order.

    All but the unknown one; of Cityscapes the 19 that its benchmark scores.

    Args:
        reader: `DatasetReader`.
        label_map: The option of this name, or None: there is no map.

    Returns:
        `JudgeClasses`. Where the data set has no label files, its class ids
        are taken for their bytes: so evaluation writes them.

    Raises:
        ValueError: There are too many classes for label files of one byte.
    """
    table = reader.classes
    if table.num_classes > 256:
        raise ValueError(
            f"A judge reads label files of one byte, so it can know 256 "
            f"classes. Received: {table.num_classes} classes of data set "
            f"{reader.name!r}. Merge some with --label_map."
        )
    counted = [k for k in range(table.num_classes) if k != table.unknown_id]
    if reader.name == "cityscapes" and label_map is None:
        scored = label_tables.cityscapes_table()
        counted = [k for k, new in enumerate(scored) if new < max(scored)]
    class_table = [len(counted)] * table.num_classes
    for new, old in enumerate(counted):
        class_table[old] = new
    label_table = class_table
    if isinstance(reader, FileReader):
        label_table = [
            -1 if class_id is None else class_table[class_id]
            for class_id in _classes_of_bytes(reader.rule)
        ]
    return JudgeClasses(
        tuple(table.names[k] for k in counted),
        tuple(class_table),
        tuple(label_table),
    )


def _classes_of_bytes(rule):
    """The class id of each of the 256 bytes, None where it is no class."""
    found = []
    for value in range(256):
        try:
            ids = rule.to_class_ids(np.array([[value]]), "a label file")
            found.append(int(ids[0, 0]))
        except DataError:
            found.append(None)
    return found
