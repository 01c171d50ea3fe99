"""ADE20K, scene-parsing release: 150 classes and 0 = other.

    <data_dir>/images/{training,validation}/ADE_*.jpg
    <data_dir>/annotations/{training,validation}/ADE_*.png

Source of layout and ids: CSAILVision/sceneparsing. The split may also be told
by `_train_` and `_val_` in the names, as the official code does. Class ids are
the values of the PNGs: the official code means to shift them (0 to 150, k to
k - 1) but drops the result, and the released weights were trained so. The
option `ade20k_label_shift` does shift.
"""

from pathlib import Path

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_PARTS = {
    "train": ("training", "_train_"),
    "validation": ("validation", "_val_"),
}
_REMEDY = (
    "--data_dir must be the scene-parsing release (ADEChallengeData2016) "
    "with images/ and annotations/."
)


def open_ade20k(data_dir, split, options, label_map):
    """Opens ADE20K; arguments as `catalog.open_dataset` passes them."""
    if split not in _PARTS:
        raise ValueError(
            "ADE20K has the splits train and validation with labels. "
            f"Received: {split!r}."
        )
    files.require_folder(data_dir, remedy=_REMEDY)
    _refuse_full_release(data_dir)
    photos = _of_split(data_dir, "images", split, files.PHOTO_SUFFIXES)
    labels = _of_split(data_dir, "annotations", split, files.LABEL_SUFFIXES)
    pairs, faults = files.pair(photos, labels)
    examples = [Example(p.stem, p, label) for p, label in pairs]
    classes, value_ids = load_classes("ade20k", 0), None
    if options.ade20k_label_shift:
        classes, value_ids = _shifted(classes)
    rule = label_ops.LabelRule(
        classes, value_ids, label_map, options.label_encoding
    )
    return FileReader(
        "ade20k",
        split,
        examples,
        rule,
        PUBLISHED,
        faults,
        max_pixels=options.max_pixels,
    )


def _of_split(data_dir, kind, split, suffixes):
    folder, word = _PARTS[split]
    root = files.require_folder(data_dir, kind, remedy=_REMEDY)
    if (root / folder).is_dir():
        return files.list_files(root / folder, suffixes, recursive=True)
    found = files.list_files(root, suffixes, recursive=True)
    return [path for path in found if word in path.name]


def _shifted(classes):
    """Class k at k - 1, and other, which is unknown, at the end."""
    shifted = ClassTable(
        (*classes.names[1:], classes.names[0]),
        (*classes.colours[1:], classes.colours[0]),
        classes.num_classes - 1,
    )
    value_ids = {k: k - 1 for k in range(1, classes.num_classes)}
    return shifted, {**value_ids, 0: classes.num_classes - 1}


def _refuse_full_release(data_dir):
    """The full release has thousands of classes, in colours, with parts."""
    root = Path(data_dir)
    if (root / "annotations").is_dir():
        return
    signs = [
        "index_ade20k.pkl",
        "ADE20K_*",
        "images/ADE",
        "images/*/*/*_seg.png",
    ]
    signs += ["images/*/*/*/*_seg.png", "images/*/*/*_parts_*.png", "*_seg.png"]
    for sign in signs:
        if next(root.glob(sign), None) is not None:
            raise ValueError(
                f"{data_dir}: this is the full ADE20K release (thousands of "
                "classes, `_seg` and `_parts_` files). Expected: the "
                "scene-parsing release with 150 classes, called "
                "ADEChallengeData2016, with images/ and annotations/."
            )
