"""Lists, sorts and pairs the files of a data set."""

import os
import re
from pathlib import Path

from tf_semsynth.data.faults import DataError, Fault

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png")
LABEL_SUFFIXES = (".png",)


def natural_key(text):
    """Sort key that compares numbers as numbers: `a2` before `a10`."""
    parts = re.split(r"(\d+)", str(text))
    return [int(part) if part.isdigit() else part for part in parts]


def require_folder(*parts, remedy):
    """The path of a folder that must exist.

    Args:
        *parts: str or path, joined.
        remedy: str, what the user can do where it is missing.

    Raises:
        FileNotFoundError: It is missing.
    """
    folder = Path(*parts)
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise FileNotFoundError(
            f"{folder}: expected a folder, which {what}. {remedy}"
        )
    return folder


def list_files(folder, suffixes, recursive=False):
    """The files of a folder in natural order.

    Hidden files are passed over; the case of a suffix does not matter.

    Args:
        folder: path.
        suffixes: Tuple of str, such as `(".png",)`.
        recursive: bool, whether folders within are searched, too.

    Returns:
        List of `pathlib.Path`.
    """
    found = []
    for root, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [f for f in folders if recursive and f[0] != "."]
        for name in names:
            if name[0] != "." and name.lower().endswith(suffixes):
                found.append(Path(root, name))
    return sorted(found, key=natural_key)


def pair(first, second, first_key=None, second_key=None, kinds=None):
    """Pairs two lists of files by key, and reports what is left over.

    Args:
        first, second: Lists of paths.
        first_key, second_key: Function from path to str; the stem by default.
        kinds: Two words for messages; `("photo", "label")` by default.

    Returns:
        pairs: List of (path, path) in the order of `first`.
        faults: List of `Fault`: files without a partner, or with two.
    """
    first_word, second_word = kinds or ("photo", "label")
    firsts, faults = _by_key(first, first_key, first_word)
    seconds, more = _by_key(second, second_key, second_word)
    faults += more
    for key, path in firsts.items():
        if key not in seconds:
            faults.append(_orphan(path, first_word, second_word, key))
    for key, path in seconds.items():
        if key not in firsts:
            faults.append(_orphan(path, second_word, first_word, key))
    pairs = [(p, seconds[key]) for key, p in firsts.items() if key in seconds]
    return pairs, faults


def resolve_inside(root, name, list_file):
    """The path of a file that a list names, which must lie under `root`.

    Raises:
        DataError: The name is absolute or leads out of `root`, directly or
            by a link.
    """
    root = Path(root)
    path = root / name
    inside = path.resolve().is_relative_to(root.resolve())
    if Path(name).is_absolute() or ".." in Path(name).parts or not inside:
        raise DataError(
            list_file,
            f"names the file {str(name)!r}, which lies outside {root}.",
            "Names must be relative to the data set's folder and stay in it.",
        )
    return path


def _by_key(paths, key, word):
    found, faults = {}, []
    for path in paths:
        name = key(path) if key else path.stem
        if name in found:
            faults.append(
                Fault(
                    str(path),
                    f"is a second {word} of the name {name!r}, beside "
                    f"{found[name]}.",
                    "Keep one of them.",
                )
            )
        else:
            found[name] = path
    return found, faults


def _orphan(path, word, partner, key):
    return Fault(
        str(path),
        f"is a {word} without a {partner}.",
        f"Add the {partner} of the name {key!r}, or remove this file.",
    )
