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
from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.faults import Fault, NoSplitError
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = (*OF_FILES, "ade20k_label_shift")
PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_WORDS = {"train": "_train_", "validation": "_val_"}
_REMEDY = (
    "--data_dir must be the scene-parsing release (ADEChallengeData2016) "
    "with images/ and annotations/."
)


def open_ade20k(data_dir, split, options, label_map):
    """Opens ADE20K; arguments as `catalog.open_dataset` passes them."""
    if split not in _WORDS:
        raise NoSplitError(
            "ADE20K has the splits train and validation with labels. "
            f"Received: {split!r}."
        )
    files.require_folder(data_dir, remedy=_REMEDY)
    _refuse_full_release(data_dir)
    found = pairing.find_examples(
        _list(data_dir, "images", split, files.PHOTO_ENDINGS, "photo"),
        _list(data_dir, "annotations", split, files.LABEL_ENDINGS, "label"),
    )
    found = split_lists.take_listed(found, data_dir, split, is_own=True)
    classes, value_ids = load_classes("ade20k", 0), None
    if options.ade20k_label_shift:
        classes, value_ids = _shifted(classes)
    rule = label_ops.LabelRule(
        classes, value_ids, label_map, options.label_encoding
    )
    return FileReader(
        "ade20k",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )


def _list(data_dir, kind, split, endings, word):
    """The `Listing` of a split, by its folder or by the names of files."""
    root = files.require_folder(data_dir, kind, remedy=_REMEDY)
    if splits.find_folders(root):
        folder = splits.require_folder(root, split, remedy=_REMEDY)
        return files.list_files(folder, endings, word)
    listing = files.list_files(root, endings, word)
    chosen = {}
    for key, path in listing.files.items():
        if _WORDS[split] in path.name:
            chosen[key] = path
        elif not any(each in path.name for each in _WORDS.values()):
            problem = f"is a {word} of no split: its name has none of "
            problem += f"{', '.join(_WORDS.values())}."
            fault = Fault(
                files.show(path), problem, "Put it in a folder of its split."
            )
            listing.problems.append(files.Problem(key, fault))
    return listing._replace(files=chosen)


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
