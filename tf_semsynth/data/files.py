"""Lists the files of a folder, and names what it leaves out."""

import os
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from tf_semsynth.data.faults import Fault

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")
LABEL_ENDINGS = (".png",)
# What systems and archives put beside pictures; hidden files, too.
_SIDE_FILES = re.compile(
    r"\..*|thumbs\.db|desktop\.ini|icon\r|__macosx|@eadir"
    r"|(readme|licen[cs]e)(\.(txt|md|rst|html|pdf))?",
    re.IGNORECASE | re.DOTALL,
)


class Problem(NamedTuple):
    """A fault, and whose it is.

    Attributes:
        key: str, the picture's path in its folder without the ending; None
            for what concerns the whole folder.
        fault: `Fault`.
        is_of_another_kind: bool, whether it is a file with another ending.
    """

    key: str | None
    fault: Fault
    is_of_another_kind: bool = False


class Listing(NamedTuple):
    """The files of a folder.

    Attributes:
        folder: `Path`.
        endings: Tuple of str, the known endings of its files.
        files: dict, key -> `Path`, in natural order of the paths. The key is
            the path within the folder, without the known ending.
        problems: List of `Problem`: what is in the folder and not in `files`.
    """

    folder: Path
    endings: tuple
    files: dict
    problems: list


def natural_key(text):
    """Sort key that compares numbers as numbers: `a2` before `a10`."""
    parts = re.split(r"(\d+)", str(text))
    parts[1::2] = map(int, parts[1::2])
    return parts


def require_folder(*parts, remedy):
    """The path of a folder that must exist.

    Args:
        *parts: str or path, joined.
        remedy: str, what the user can do where it is missing.

    Raises:
        FileNotFoundError: It is missing.
        ValueError: Its name could not be written down.
    """
    folder = Path(*parts)
    if not str(parts[0]):
        raise FileNotFoundError(
            f"the name of a folder is empty (a variable without a value?). "
            f"{remedy}"
        )
    wrong = _find_wrong_name(str(folder))
    if wrong:
        raise ValueError(f"{show(folder)}: {' '.join(wrong)}")
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise FileNotFoundError(
            f"{show(folder)}: expected a folder, which {what}. {remedy}"
        )
    return folder


def list_files(folder, endings, word="photo", siblings=()):
    """The files of a folder and of the folders in it, linked ones too.

    Hidden files and known side files (Thumbs.db, README, ...) are passed
    over; everything else is in `files` or in `problems`. The case of an
    ending does not matter.

    Args:
        folder: path.
        endings: Tuple of str, such as `(".png",)`; of two that fit, the
            longer one is cut off.
        word: str, what the files are, for messages.
        siblings: Tuple of str, endings of files that belong to the data set
            and are not wanted here.

    Returns:
        `Listing`.
    """
    folder = Path(folder)
    problems, files = [], {}
    paths = _walk(folder, problems)
    for path in sorted(paths, key=lambda p: natural_key(p.as_posix())):
        name = path.relative_to(folder).as_posix()
        key = cut_ending(name, endings)
        wrong = _find_wrong_name(name)
        is_of_another_kind = key is None and not wrong
        if key is None:
            if name.lower().endswith(tuple(e.lower() for e in siblings)):
                continue
            key = unicodedata.normalize("NFC", os.path.splitext(name)[0])
        if is_of_another_kind:
            wrong = (
                f"is not one of {', '.join(endings)}, as {word}s must be.",
                "Convert it, or move it away.",
            )
        elif key in files and not wrong:
            wrong = (
                f"is a second {word} of the name {key!r}, beside "
                f"{show(files[key])}{_escapes(name, files[key].name)}.",
                "Rename one of them and what belongs to it, or move away a "
                "copy.",
            )
        if wrong:
            fault = Fault(show(path), *wrong)
            problems.append(Problem(key, fault, is_of_another_kind))
        else:
            files[key] = path
    return Listing(folder, tuple(endings), files, problems)


def cut_ending(name, endings):
    """A path without its known ending, as pairs are found by it.

    Args:
        name: str, with "/" between folders.
        endings: Tuple of str.

    Returns:
        str in Unicode's form NFC, for disks differ in the form that they
        keep; None where the name has none of the endings.
    """
    for ending in sorted(endings, key=len, reverse=True):
        stem = name[: len(name) - len(ending)]
        if name.lower().endswith(ending.lower()) and stem[-1:] not in ("", "/"):
            return unicodedata.normalize("NFC", stem)
    return None


def is_side_file(name):
    """Whether listings pass over a file or folder of this name."""
    return _SIDE_FILES.fullmatch(name) is not None


def show(path):
    """A path for messages; what cannot be printed is escaped."""
    text = str(path)
    return ascii(text)[1:-1] if _find_wrong_name(text) else text


def _walk(folder, problems, above=()):
    """Yields the files below a folder; links are followed, but no circles."""
    real = os.path.realpath(folder)
    if real in above:
        problems.append(_leave_out(folder, "is a link to a folder above it."))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        why = f"cannot be read: {error.strerror}."
        problems.append(_leave_out(folder, why))
        return
    for entry in entries:
        path = folder / entry.name
        if is_side_file(entry.name):
            continue
        if entry.is_dir():
            yield from _walk(path, problems, (*above, real))
        elif entry.is_file():
            yield path
        elif entry.is_symlink():
            target = show(os.readlink(path))
            why = f"is a link to {target}, which is not there."
            problems.append(_leave_out(path, why))
        else:
            problems.append(_leave_out(path, "is neither file nor folder."))


def _leave_out(path, why):
    remedy = "Put it right, or remove it."
    return Problem(None, Fault(show(path), why, remedy))


def _find_wrong_name(name):
    """Problem and remedy of a name that no list or file could hold."""
    if any("\ud800" <= c <= "\udfff" for c in name):
        problem = "has a name in another encoding than UTF-8"
    elif any(unicodedata.category(c) == "Cc" for c in name):
        problem = "has control characters in its name"
    else:
        return None
    return f"{problem}: {ascii(name)}.", "Rename it."


def _escapes(name, other):
    """Shows names that may look alike, in Unicode's forms, and differ."""
    if name.isascii() and other.isascii():
        return ""
    return f" ({ascii(name)}, {ascii(other)})"
