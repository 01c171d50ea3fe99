"""Class tables of the published data sets: ids, names and colours.

Ids, names and colours are facts; `SOURCES.md` says where each was read.
"""

from pathlib import Path

from tf_semsynth.core.classes import ClassTable


def load_classes(name, unknown_id=None):
    """Loads a table that comes with the package.

    Args:
        name: str, a CSV file of this folder without its suffix.
        unknown_id: int or None.

    Returns:
        `ClassTable`.
    """
    return ClassTable.from_csv(
        Path(__file__).with_name(f"{name}.csv"), unknown_id
    )
