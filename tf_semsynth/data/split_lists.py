"""Takes the examples that a split's list names: `train.txt`, `val.txt`, ...

A line names a picture: by its path in the photo or label folder, or in the
data set, with or without the ending; or it names a photo and its label. What
stands before the folder does not matter, for lists are moved: the original of
CamVid has /SegNet/CamVid/train/NAME.png.
"""

import re
import unicodedata
from pathlib import PurePosixPath

from tf_semsynth.core import text_file
from tf_semsynth.data import files, splits
from tf_semsynth.data.faults import DataError, Fault, NotDividedError
from tf_semsynth.data.files import Problem

_PICTURES = {
    "train": "training",
    "validation": "validation",
    "test": "test",
}


def take_listed(found, data_dir, split, is_own):
    """The examples of a split, where lists say which they are.

    Args:
        found: `Found`, of the split's folder, or of all splits.
        data_dir: path of the folder where the lists lie.
        split: str.
        is_own: bool, whether the folder holds this split alone, so that it
            needs no list.

    Returns:
        `Found`, in the order of the list. Problems of files that are not
        listed are dropped; notes tell how many pairs are not, and which are
        in several lists.

    Raises:
        OSError: A list cannot be read.
        NotDividedError: Other splits have lists, this one has not.
        ValueError: A list is no text, or leads out of the data set.
    """
    lists = splits.find_lists(data_dir)
    if split not in lists:
        if lists and not is_own:
            words = _describe_lack(lists, split, found, data_dir)
            raise NotDividedError(words)
        if not is_own and split != "train" and found.examples:
            note = (
                f"all {_PICTURES[split]} pictures are training pictures: there "
                "are neither folders nor lists of the splits."
            )
            found = found._replace(notes=(*found.notes, note))
        return found
    names = _Names(found, data_dir)
    keys, problems = _read(lists[split], names)
    by_key = {example.name: example for example in found.examples}
    kept = [p for p in found.problems if p.key is None or p.key in keys]
    return found._replace(
        examples=[by_key[key] for key in keys if key in by_key],
        problems=kept + problems,
        notes=(
            *found.notes,
            *_find_notes(lists, split, keys, names, is_own, by_key),
        ),
    )


class _Names:
    """Finds the pictures that names in lists mean."""

    def __init__(self, found, data_dir):
        self._keys = {key for key in (p.key for p in found.problems) if key}
        self._files, self._endings, self._folders = {}, (), set()
        for listing in found.listings:
            self._keys.update(listing.files)
            self._endings += listing.endings
            for key, path in listing.files.items():
                name = path.relative_to(listing.folder).as_posix()
                self._files[unicodedata.normalize("NFC", name)] = key
            parts = listing.folder.relative_to(data_dir).parts
            self._folders |= {parts[i:] for i in range(len(parts))}

    def find(self, name):
        """The key of a name, or None."""
        name = unicodedata.normalize("NFC", name)
        for spelling in (name, name.replace("\\", "/")):
            for path in self._paths(PurePosixPath(spelling).parts):
                key = self._key_of(path)
                if key is not None:
                    return key
        return None

    def find_in_line(self, line):
        """The key of a line, or None.

        Raises:
            ValueError: It names two pictures.
        """
        key = self.find(line)
        if key is not None:
            return key
        for gap in re.finditer(r"\s*[,;\s]\s*", line):
            first = self.find(line[: gap.start()])
            second = self.find(line[gap.end() :])
            if None in (first, second):
                continue
            if first == second:
                return first
            raise ValueError("expected a photo and its label")
        return None

    def _paths(self, parts):
        """The path as it is, then what follows the folder in it."""
        yield "/".join(parts)
        for start in range(len(parts)):
            for folder in self._folders:
                end = start + len(folder)
                if parts[start:end] == folder and parts[end:]:
                    yield "/".join(parts[end:])

    def _key_of(self, path):
        if path in self._files:
            return self._files[path]
        key = files.cut_ending(path, self._endings)
        if key in self._keys:
            return key
        return path if path in self._keys else None


def _read(path, names):
    """The keys that a list names, in its order, and the problems in it."""
    places, problems = {}, []
    for where, line in text_file.read_lines(path):
        if ".." in re.split(r"[/\\\s,;]+", line):
            raise DataError(
                where,
                f"names {line!r}, which leads out of the data set.",
                "Names must stay in the data set's folder.",
            )
        try:
            key = names.find_in_line(line)
        except ValueError as error:
            wrong = f"{error}, received {line!r}.", "Correct the line."
        else:
            if key is None:
                wrong = (
                    f"names {line!r}, which is not there.",
                    "Add the files, or remove the line.",
                )
            elif key in places:
                wrong = (
                    f"names {key!r} a second time, after {places[key]}.",
                    "Remove one of the lines.",
                )
            else:
                places[key] = where.rpartition(", ")[2]
                continue
        problems.append(Problem(None, Fault(where, *wrong)))
    if not places and not problems:
        fault = Fault(str(path), "names no pictures.", "Write one a line.")
        problems.append(Problem(None, fault))
    return list(places), problems


def _find_notes(lists, split, keys, names, is_own, by_key):
    if is_own:
        unlisted = len(by_key.keys() - set(keys))
        if unlisted:
            verb = "is" if unlisted == 1 else "are"
            count = f"{unlisted} of {len(by_key)} pairs of the folder {verb}"
            yield f"{count} not in {lists[split].name}."
        return
    others = {name: _read_quietly(lists[name], names) for name in lists}
    unlisted = sorted(by_key.keys() - set().union(*others.values()))
    if unlisted and split == min(lists, key=list(splits.WORDS).index):
        some = ", ".join(unlisted[:3]) + (", ..." if unlisted[3:] else "")
        verb = "is" if len(unlisted) == 1 else "are"
        count = f"{len(unlisted)} of {len(by_key)} pairs {verb}"
        yield f"{count} in no list: {some}."
    for other in list(splits.WORDS)[: list(splits.WORDS).index(split)]:
        common = len(set(keys) & others.get(other, set()))
        if common:
            verb = "is a" if common == 1 else "are"
            plural = "" if common == 1 else "s"
            yield (
                f"{common} of {len(keys)} {_PICTURES[split]} pictures {verb} "
                f"{_PICTURES[other]} picture{plural}: {lists[other].name} and "
                f"{lists[split].name} name the same."
            )


def _read_quietly(path, names):
    """The keys that a list of another split names."""
    keys = set()
    for _, line in text_file.read_lines(path):
        try:
            keys.add(names.find_in_line(line))
        except ValueError:
            continue  # It is told where that split is opened.
    return keys - {None}


def _describe_lack(lists, split, found, data_dir):
    names = _Names(found, data_dir)
    counts = [
        f"{path.name} names {len(_read_quietly(path, names))} of "
        f"{len(found.examples)} pictures"
        for path in lists.values()
    ]
    return (
        f"{files.show(data_dir)}: {' and '.join(counts)}, and there is no list "
        f"of the split {split}. Write {split}.txt beside, a name a line."
    )
