"""Lists, sorts and pairs the files of a data set."""

import os
import re
from pathlib import Path

from tf_semsynth.data.faults import DataError, Fault

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png")
LABEL_SUFFIXES = (".png",)
_SPLIT_FOLDERS = {
    "train": ("train", "training"),
    "validation": ("validation", "val"),
    "test": ("test",),
}


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
    for root, folders, names in os.walk(folder):
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


def find_instances(folder, labels):
    """The instance maps of a folder that need not exist.

    Args:
        folder: path.
        labels: List of paths; where there are instance maps, each label
            must have one.

    Returns:
        by_stem: dict, stem -> path.
        faults: List of `Fault`.
    """
    if not folder.is_dir():
        return {}, []
    maps = list_files(folder, LABEL_SUFFIXES, recursive=True)
    if not maps:
        remedy = "Fill it, or remove it to go without instances."
        return {}, [Fault(str(folder), "is empty.", remedy)]
    _, faults = pair(labels, maps, kinds=("label", "instance map"))
    return {path.stem: path for path in maps}, faults


def split_folder(data_dir, split, remedy):
    """The folder of a split, or `data_dir` where there are no such folders.

    Raises:
        OSError: `data_dir` is missing.
        ValueError: Other splits have folders, this one has not.
    """
    root = require_folder(data_dir, remedy=remedy)
    found = set()
    for name, words in _SPLIT_FOLDERS.items():
        for word in words:
            if (root / word).is_dir():
                found.add(name)
                if name == split:
                    return root / word
    if found:
        raise ValueError(
            f"{data_dir}: there is no folder {split!r}; there is "
            f"{', '.join(sorted(found))}. Make it, with the same folders in "
            "it."
        )
    return root


def report_foreign(folder, suffixes, what):
    """Faults for files that are no pictures of an expected kind."""
    return [
        Fault(
            str(path),
            f"is not one of {', '.join(suffixes)}, as {what} must be.",
            "Convert it, or move it away.",
        )
        for path in list_files(folder, ("",), recursive=True)
        if not path.name.lower().endswith(suffixes)
    ]


def read_list(path):
    """Pairs of (place for messages, line) of a list file, with safe names.

    Raises:
        DataError: A line names a file by an absolute path or by `..`.
    """
    lines = []
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = f"is no text file in UTF-8: {error}."
        raise DataError(path, problem, "Save it as UTF-8.") from error
    for number, line in enumerate(text.splitlines(), 1):
        where, line = f"{path}, line {number}", line.strip()
        if not line:
            continue
        for name in line.split():
            if ".." in Path(name).parts:
                raise DataError(
                    where,
                    f"names {name!r}, which leads out of the data set.",
                    "Names must stay in the data set's folder.",
                )
        lines.append((where, line))
    return lines


def missing(where, name):
    """The `Fault` of a list that names a file which is not there."""
    return Fault(
        where,
        f"names {name!r}, which is not there.",
        "Add the files, or remove the line.",
    )


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
        f"is {_with_article(word)} without {_with_article(partner)}.",
        f"Add the {partner} of the name {key!r}, or remove this file.",
    )


def _with_article(word):
    return ("an " if word[0] in "aeiou" else "a ") + word
