"""Finds the folders and lists of a data set's splits, however spelled."""

from pathlib import Path
from typing import NamedTuple

from tf_semsynth.data import files
from tf_semsynth.data.faults import NoSplitError

WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid"),
    "test": ("test", "testing"),
}


class SplitFolders(NamedTuple):
    """Where the files of a split lie.

    Attributes:
        photos, labels: `Path`.
        instances: `Path`, which need not exist.
        is_own: bool, whether the folders hold this split alone.
    """

    photos: Path
    labels: Path
    instances: Path
    is_own: bool


def find_folders(root, prefix="", suffix=""):
    """The folders of splits: `<prefix><word><suffix>`.

    Args:
        root: path.
        prefix, suffix: str, such as "_img".

    Returns:
        dict, split -> `Path`.

    Raises:
        ValueError: One split has two folders, such as val and valid.
    """
    return _find(root, prefix, suffix, Path.is_dir)


def find_lists(root):
    """The lists of splits, `<word>.txt`.

    Returns, raises: as `find_folders`.
    """
    return _find(root, "", ".txt", Path.is_file)


def require_folder(root, split, prefix="", suffix="", *, remedy):
    """The folder of a split that must exist; arguments as `find_folders`.

    Raises:
        FileNotFoundError: `root` is missing.
        NoSplitError: There is no such folder in it.
        ValueError: There are two.
    """
    root = files.require_folder(root, remedy=remedy)
    found = find_folders(root, prefix, suffix)
    if split not in found:
        names = [f"{prefix}{word}{suffix}" for word in WORDS[split]]
        raise NoSplitError(
            f"{files.show(root)}: expected a folder {' or '.join(names)}, "
            f"which does not exist. {remedy}"
        )
    return found[split]


def find_kinds(data_dir, split, remedy):
    """The folders `images`, `labels` and `instances` of a split.

    They lie in a folder of the split, hold one of it each, or are for all
    splits, which lists may then divide.

    Args:
        data_dir: path.
        split: str.
        remedy: str, what the user can do where they are missing.

    Returns:
        `SplitFolders`.

    Raises:
        OSError: A folder is missing.
        NoSplitError: Other splits have folders, this one has not.
        ValueError: It is not plain which folders are meant.
    """
    root = files.require_folder(data_dir, remedy=remedy)
    outer = find_folders(root)
    if outer:
        beside = [n for n in ("images", "labels") if (root / n).is_dir()]
        if beside:
            raise ValueError(
                f"{files.show(root)}: holds {' and '.join(beside)} beside "
                f"{_names(outer)}, so it is not plain where pictures are "
                "meant to lie. Move them into the folders of the splits."
            )
        root = _choose(root, outer, split)
    photos = files.require_folder(root, "images", remedy=remedy)
    labels = files.require_folder(root, "labels", remedy=remedy)
    instances = root / "instances"
    if outer:
        return SplitFolders(photos, labels, instances, True)
    inner = _find_inner(photos), _find_inner(labels)
    if not any(inner):
        return SplitFolders(photos, labels, instances, False)
    if find_folders(instances):
        instances = _choose(instances, find_folders(instances), split)
    return SplitFolders(
        _choose(photos, inner[0], split),
        _choose(labels, inner[1], split),
        instances,
        True,
    )


def _find(root, prefix, suffix, is_kind):
    found = {}
    root = Path(root)
    if not root.is_dir():
        return found
    for path in sorted(root.iterdir()):
        for split, words in WORDS.items():
            names = [f"{prefix}{word}{suffix}".lower() for word in words]
            if path.name.lower() not in names or not is_kind(path):
                continue
            if split in found:
                raise ValueError(
                    f"{files.show(root)}: {found[split].name} and {path.name} "
                    f"both mean the split {split}. Keep one of them, with all "
                    "that belongs to it."
                )
            found[split] = path
    return found


def _find_inner(folder):
    """Folders of splits within a folder that holds nothing else."""
    inner = find_folders(folder)
    others = [
        path.name
        for path in sorted(folder.iterdir())
        if path not in inner.values() and not files.is_side_file(path.name)
    ]
    if inner and others:
        raise ValueError(
            f"{files.show(folder)}: holds {_names(inner)}, as for splits, and "
            f"{files.show(others[0])} beside, which would be in none. Move it, "
            "or rename the folder if it is none of a split."
        )
    return inner


def _choose(root, found, split):
    if split not in found:
        raise NoSplitError(
            f"{files.show(root)}: there is no folder {split!r}; there is "
            f"{_names(found) or 'none of any split'}. Make it, with the same "
            "folders in it."
        )
    return found[split]


def _names(found):
    return ", ".join(sorted(path.name for path in found.values()))
