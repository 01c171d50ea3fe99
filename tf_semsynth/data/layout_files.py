"""Layouts to make pictures of: label files without photos."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import decoding, files, label_ops
from tf_semsynth.data.faults import DataError, Fault
from tf_semsynth.data.label_map import LabelMap
from tf_semsynth.data.nearest import resize_nearest

_REMEDY = "--layouts must name a folder of label PNGs, or one of them."


class LayoutFile(NamedTuple):
    """Where a layout comes from.

    Attributes:
        name: str, the file's stem; pictures are called after it.
        path: path of the label PNG.
        instance_path: path of the instance PNG, or None.
    """

    name: str
    path: Path
    instance_path: Path | None


class Layout(NamedTuple):
    """A layout at the size of a system.

    Attributes:
        class_ids: int32 `(H, W)`.
        edges: float32 `(H, W, 1)`, 0 or 1: borders of the instance map; None
            where there is none.
        file_size: (width, height) of the file in pixels.
    """

    class_ids: np.ndarray
    edges: np.ndarray | None
    file_size: tuple


def find_layouts(layouts, instances=None):
    """Lists the layouts of a folder.

    Args:
        layouts: path of a folder of label PNGs, or of one PNG.
        instances: path of a folder of instance PNGs of the same names, or
            None.

    Returns:
        layouts: List of `LayoutFile` in natural order.
        others: List of paths in the folder that are no PNGs.

    Raises:
        OSError: A folder is missing.
        ValueError: There are no PNGs, two of one name, or an instance map is
            missing or left over.
    """
    if Path(layouts).is_file():
        paths, others = [Path(layouts)], []
    else:
        folder = files.require_folder(layouts, remedy=_REMEDY)
        found = files.list_files(folder, ("",))
        paths = [p for p in found if p.suffix.lower() == ".png"]
        others = [p for p in found if p not in paths]
    if not paths:
        raise ValueError(
            f"{layouts}: there is no PNG in this folder. {_REMEDY} Folders in "
            "it are not searched."
        )
    by_stem, faults = {}, _find_doubles(paths)
    if instances is not None:
        maps = files.require_folder(
            instances, remedy="--instances must name a folder of PNGs."
        )
        by_stem, more = files.find_instances(maps, paths)
        faults += more
    raise_faults(faults)
    return [LayoutFile(p.stem, p, by_stem.get(p.stem)) for p in paths], others


def make_rule(classes, label_map=None, encoding="auto"):
    """How layouts are read for a model.

    Args:
        classes: `ClassTable` of the model. Files hold its class ids, or its
            colours; 255 stands for unknown where it has such a class.
        label_map: path of a CSV file `old id,new id[,name]`, or None. With
            it, files hold the old ids.
        encoding: str, see `label_ops.LabelRule`.

    Returns:
        `LabelRule`.

    Raises:
        OSError: The label map cannot be read.
        ValueError: It does not end in the model's classes.
    """
    if label_map is None:
        return label_ops.LabelRule(classes, encoding=encoding)
    mapping = LabelMap.from_csv(label_map)
    last = max(old for old in mapping.new_ids if old != 255)
    rule = label_ops.LabelRule(
        ClassTable.default(last + 1), label_map=mapping, encoding=encoding
    )
    if rule.classes.num_classes > classes.num_classes:
        raise ValueError(
            f"{label_map}: the model has the classes 0 to "
            f"{classes.num_classes - 1}. Received: new ids up to "
            f"{rule.classes.num_classes - 1}. Map to the model's classes."
        )
    return rule


def read_layout(file, rule, height, width):
    """Reads a layout and brings it to a system's size, by nearest.

    Args:
        file: `LayoutFile`.
        rule: `LabelRule`.
        height, width: int, pixels.

    Returns:
        `Layout`.

    Raises:
        DataError: A file is damaged, or holds what is no class.
        OSError: It cannot be read.
    """
    class_ids = rule.decode(decoding.read_bytes(file.path), file.path)
    file_size = class_ids.shape[::-1]
    edges = None
    if file.instance_path is not None:
        instance_ids = label_ops.decode_instances(
            decoding.read_bytes(file.instance_path), file.instance_path
        )
        if instance_ids.shape != class_ids.shape:
            raise DataError(
                file.instance_path,
                "has {} x {} pixels, its layout {} x {}.".format(
                    *instance_ids.shape[::-1], *file_size
                ),
                "Make both from one source.",
            )
        instance_ids = resize_nearest(instance_ids, height, width)
        edges = label_ops.instance_edges(instance_ids).astype("float32")
    return Layout(resize_nearest(class_ids, height, width), edges, file_size)


def check_layouts(layouts, rule, height, width):
    """Reads all layouts once, before anything is made of them.

    Args:
        layouts: List of `LayoutFile`.
        rule, height, width: as for `read_layout`.

    Returns:
        List of (width, height): the size of each file.

    Raises:
        ValueError: Lists what is wrong with which file.
    """
    sizes, faults = [], []
    for file in layouts:
        try:
            sizes.append(read_layout(file, rule, height, width).file_size)
        except DataError as error:
            faults.append(error.fault)
    raise_faults(faults)
    return sizes


def describe_resize(sizes, height, width):
    """Says in words what becomes of the layouts' sizes.

    Args:
        sizes: List of (width, height), from `check_layouts`.
        height, width: int, the system's size in pixels.

    Returns:
        str, a line of text.
    """
    others = [size for size in sizes if size != (width, height)]
    text = "1 layout" if len(sizes) == 1 else f"{len(sizes)} layouts"
    if not others:
        return f"{text} of {width} x {height} pixels"
    listing = sorted(set(others))
    found = ", ".join(f"{w} x {h}" for w, h in listing[:3])
    more = ", ..." if len(listing) > 3 else ""
    text += (
        f"; resized {len(others)} of them to the model's {width} x {height} "
        f"pixels by nearest, from {found}{more}"
    )
    if any(w * height != h * width for w, h in others):
        text += ". Some are stretched: they have another aspect ratio"
    return text


def raise_faults(faults, limit=10):
    """Raises one ValueError for faults in layouts, if there are any."""
    if not faults:
        return
    lines = [str(fault) for fault in faults[:limit]]
    if len(faults) > limit:
        lines.append(f"... and {len(faults) - limit} more.")
    raise ValueError("\n".join([*lines, "Nothing was written."]))


def _find_doubles(paths):
    stems = [path.stem for path in paths]
    return [
        Fault(
            str(path),
            f"is a second layout of the name {path.stem!r}.",
            "Rename one of them: pictures are called after their layouts.",
        )
        for number, path in enumerate(paths)
        if path.stem in stems[:number]
    ]
