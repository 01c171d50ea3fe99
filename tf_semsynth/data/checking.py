"""Looks for everything that is wrong with a data set before it is used."""

import collections
import concurrent.futures
import dataclasses
import os
import time

import numpy as np

from tf_semsynth.data import preprocessing
from tf_semsynth.data.faults import DataError, Fault, raise_if_any

_CHUNK = 64


@dataclasses.dataclass
class CheckReport:
    """What a check found.

    Attributes:
        reader: the `DatasetReader`.
        faults: List of `Fault`; empty for a sound data set.
        notes: List of str, what is worth knowing and no fault.
        sizes: Counter of label sizes (width, height).
        num_headers, num_decoded: int, examples looked at.
        class_pixels: int64 array `(K,)`, pixels of each class.
        class_images: int64 array `(K,)`, pictures that show it.
        unknown_only: List of str, the labels that show nothing but the
            unknown class.
        num_masks: int, the labels that show class 0 and unknown alone.
    """

    reader: object
    faults: list
    notes: list
    sizes: collections.Counter
    num_headers: int
    num_decoded: int
    class_pixels: np.ndarray
    class_images: np.ndarray
    unknown_only: list
    num_masks: int = 0

    @property
    def unknown_pixels(self):
        """Decoded pixels of the unknown class, or None without one."""
        unknown = self.reader.classes.unknown_id
        return None if unknown is None else int(self.class_pixels[unknown])

    def require_sound(self):
        """Raises ValueError naming the first faults, if there are any."""
        raise_if_any(self.faults)


def check_dataset(reader, plan=None, time_limit=None, on_decoded=None):
    """Checks a data set: pairs, headers, then every value of every file.

    Without a limit everything is decoded: about 10 ms for a picture of 0.3
    megapixels and core, so 100 s for ADE20K's 20,210 on two cores. With a
    limit, all headers are read (0.1 ms each from a local disc), then as many
    examples are decoded as time allows, spread over the set; of a procedural
    set, which has no files, only a few.

    Args:
        reader: `DatasetReader`.
        plan: `preprocessing.Plan` or None; with it, examples that would end
            with another size than the plan's are faults.
        time_limit: float or None, seconds after which decoding stops.
        on_decoded: Function of int or None, called with the number of
            further examples that were looked at.

    Returns:
        A `CheckReport`.
    """
    start = time.monotonic()
    count, num_classes = len(reader), reader.classes.num_classes
    report = CheckReport(
        reader=reader,
        faults=list(reader.faults),
        notes=list(reader.notes),
        sizes=collections.Counter(),
        num_headers=0,
        num_decoded=0,
        class_pixels=np.zeros(num_classes, "int64"),
        class_images=np.zeros(num_classes, "int64"),
        unknown_only=[],
    )
    threads = min(8, os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        sound = _check_headers(report, plan, pool, range(count))
        order = np.array(sound)[
            np.random.default_rng(0).permutation(len(sound))
        ]
        for first in range(0, len(order), _CHUNK):
            if first and time_limit is not None:
                late = time.monotonic() - start > time_limit
                if late or reader.is_procedural:
                    break
            chunk = order[first : first + _CHUNK]
            _decode(report, plan, pool, chunk)
            if on_decoded:
                on_decoded(len(chunk))
    _check_masks(report)
    _check_annotation(report)
    _check_encoding(report)
    _add_notes(report)
    return report


def _check_headers(report, plan, pool, indices):
    """Reads all headers; returns the indices of examples without a fault."""
    sound = []
    results = pool.map(_caught(report.reader.read_sizes), indices)
    for index, (sizes, fault) in zip(indices, results, strict=True):
        report.num_headers += bool(sizes)
        fault = fault or _size_fault(report.reader, plan, index, sizes)
        if fault:
            report.faults.append(fault)
            continue
        sound.append(index)
    return sound


def _decode(report, plan, pool, indices):
    indices = [int(index) for index in indices]
    results = pool.map(_caught(_histogram_of(report.reader)), indices)
    for index, (result, fault) in zip(indices, results, strict=True):
        if fault:
            report.faults.append(fault)
            continue
        pixels, size = result
        fault = _size_fault(report.reader, plan, index, {"label": size})
        if fault:
            report.faults.append(fault)
            continue
        report.num_decoded += 1
        report.sizes[size] += 1
        report.class_pixels += pixels
        report.class_images += pixels > 0
        _look_at_unknown(report, index, pixels)


def _look_at_unknown(report, index, pixels):
    """Notes a label that is unknown everywhere, or where it is not class 0."""
    unknown = report.reader.classes.unknown_id
    shown = set(np.flatnonzero(pixels).tolist())
    if shown == {unknown}:
        example = report.reader.examples[index]
        report.unknown_only.append(str(example.label_path or example.name))
    report.num_masks += shown == {0, unknown}


def _histogram_of(reader):
    def histogram(index):
        class_ids = reader.read(index).class_ids
        pixels = np.bincount(
            class_ids.ravel(), minlength=reader.classes.num_classes
        )
        return pixels, class_ids.shape[::-1]

    return histogram


def _caught(function):
    """Returns (value, None), or (None, fault) where the function raised."""

    def caught(index):
        try:
            return function(index), None
        except DataError as error:
            return None, error.fault
        except OSError as error:
            remedy = "Make it readable, or copy it again."
            file = error.filename or f"example {index}"
            return None, Fault(str(file), f"{error.strerror or error}.", remedy)

    return caught


def _size_fault(reader, plan, index, sizes):
    """The fault of an example that cannot end with the plan's size, or None."""
    if plan is None or not sizes:
        return None
    size = preprocessing.final_size(plan, sizes["label"])
    has_unknown = reader.classes.unknown_id is not None
    if size != (plan.crop_width, plan.crop_height):
        problem = preprocessing.describe_size(plan, size)
    elif not has_unknown and preprocessing.crops_outside(plan, sizes["label"]):
        size = preprocessing.resized_size(plan, sizes["label"])
        problem = preprocessing.describe_outside(plan, size)
    else:
        return None
    example = reader.examples[index]
    return Fault(
        str(example.label_path or example.name),
        problem,
        preprocessing.SIZE_REMEDY,
    )


def _check_masks(report):
    """Masks of 0 and 255 look like class 0 and unknown."""
    classes = report.reader.classes
    unknown = classes.unknown_id
    if unknown in (None, 0) or classes.num_classes < 3:
        return
    count, of = report.num_masks, report.num_decoded
    if set(np.flatnonzero(report.class_pixels).tolist()) == {0, unknown}:
        count = of
    if of < 2 or 2 * count <= of:
        return
    problem = (
        f"{count} of {of} labels show only class 0 ({classes.names[0]}) and "
        "unknown; they may be masks of 0 and 255."
    )
    remedy = (
        "If 255 means a class, say so: --label_map=<file> with a line for "
        "each class and `255,<its id>`."
    )
    if count < of:
        report.notes.append(f"{problem} {remedy}")
        return
    where = f"{report.reader.name}, split {report.reader.split}"
    report.faults.append(Fault(where, problem, remedy))


def _check_annotation(report):
    """Labels that are unknown everywhere teach nothing."""
    if not report.num_decoded:
        return
    if len(report.unknown_only) == report.num_decoded:
        reader = report.reader
        report.faults.append(
            Fault(
                f"{reader.name}, split {reader.split}",
                f"all {report.num_decoded} labels show only the unknown class "
                f"({reader.classes.names[reader.classes.unknown_id]}): nothing "
                "is annotated.",
                "Take another split, or see that these are the label files.",
            )
        )


def _check_encoding(report):
    """What only shows in all labels together, where the reader looks."""
    reader = report.reader
    if reader.find_problem is None or not report.num_decoded:
        return
    problem = reader.find_problem(report.class_images, report.num_decoded)
    if problem:
        where = f"{reader.name}, split {reader.split}"
        report.faults.append(Fault(where, *problem))


def _add_notes(report):
    reader = report.reader
    if reader.is_procedural:
        return
    count = len(report.unknown_only)
    if 0 < count < report.num_decoded:
        named = ", ".join(sorted(report.unknown_only)[:3]) + ", ..." * (
            count > 3
        )
        report.notes.append(
            f"{count} of {report.num_decoded} labels show only the unknown "
            f"class: {named}"
        )
    if report.num_decoded < len(reader) and not report.faults:
        report.notes.append(
            f"{report.num_decoded} of {len(reader)} examples were decoded in "
            "the time given; prepare_data --check decodes all."
        )
    elif report.num_decoded:
        absent = np.flatnonzero(report.class_images == 0)
        if absent.size:
            names = [reader.classes.names[i] for i in absent[:8]]
            more = "" if absent.size <= 8 else f" and {absent.size - 8} more"
            report.notes.append(
                f"{absent.size} classes never occur: {', '.join(names)}{more}."
            )
