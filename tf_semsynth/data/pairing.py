"""Pairs photos, labels and instance maps by their paths in their folders."""

import os
from typing import NamedTuple

from tf_semsynth.data import files
from tf_semsynth.data.faults import Fault
from tf_semsynth.data.files import Problem, show
from tf_semsynth.data.reader import Example


class Found(NamedTuple):
    """What was found of a split.

    Attributes:
        examples: List of `Example` in the order of the photos.
        problems: List of `Problem`: files without a partner, or with two,
            and what the listings leave out.
        listings: Tuple of `Listing`: photos and labels.
        notes: Tuple of str, what is worth knowing and no fault.
    """

    examples: list
    problems: list
    listings: tuple
    notes: tuple = ()

    @property
    def faults(self):
        """List of `Fault`."""
        return [problem.fault for problem in self.problems]


def find_examples(photos, labels, instances=None):
    """Pairs photos and labels whose paths in their folders are the same.

    Args:
        photos, labels: `Listing`.
        instances: `Listing` or None; each label must have an instance map
            there.

    Returns:
        `Found`.
    """
    problems = [*photos.problems, *labels.problems]
    problems += find_orphans(photos, labels, "photo", "label")
    maps = {}
    if instances is not None:
        maps = instances.files
        problems += instances.problems
    if maps:
        problems += find_orphans(labels, instances, "label", "instance map")
    examples = [
        Example(key, photo, labels.files[key], maps.get(key))
        for key, photo in photos.files.items()
        if key in labels.files
    ]
    return Found(examples, problems, (photos, labels))


def list_instances(folder):
    """Lists the instance maps of a folder that need not exist.

    Returns:
        `Listing`, or None where there is no such folder.
    """
    if not os.path.lexists(folder):
        return None
    listing = files.list_files(folder, files.LABEL_ENDINGS, "instance map")
    if not listing.files and not listing.problems:
        remedy = "Fill it, or remove it to go without instances."
        fault = Fault(show(folder), "is empty.", remedy)
        listing.problems.append(Problem(None, fault))
    return listing


def find_orphans(first, second, first_word, second_word):
    """The files of two listings that have no partner in the other one.

    Args:
        first, second: `Listing`.
        first_word, second_word: str, what they are, for messages.

    Returns:
        List of `Problem`.
    """
    return _lacking(first, second, first_word, second_word) + _lacking(
        second, first, second_word, first_word
    )


def _lacking(listing, others, word, partner):
    """A problem for each file of a listing that has no partner."""
    # A partner that is there and wrong is told already.
    told = {problem.key for problem in others.problems}
    alike = {key.casefold(): path for key, path in others.files.items()}
    problems = []
    for key, path in listing.files.items():
        if key in others.files or key in told:
            continue
        near = alike.get(key.casefold())
        hint = ""
        if near is not None:
            hint = f" There is {show(near)}: capitals count."
        shown = repr(key) if key.isascii() else f"{key!r} ({ascii(key)})"
        problem = f"is {_article(word)} {word} without "
        problem += f"{_article(partner)} {partner}.{hint}"
        remedy = f"Add the {partner} of the name {shown}, or remove this file."
        problems.append(Problem(key, Fault(show(path), problem, remedy)))
    return problems


def _article(word):
    return "an" if word[0] in "aeiou" else "a"
