"""COCO-Stuff as the SPADE family expects it: 182 classes and unlabeled.

    <data_dir>/{train,val}_img/ID.jpg
    <data_dir>/{train,val}_label/ID.png
    <data_dir>/{train,val}_inst/ID.png

Source of layout: NVlabs/SPADE (datasets/coco_stuff/); of ids:
nightrome/cocostuff. Label PNGs hold the official id - 1, 0..181, and 255 =
unlabeled, which becomes class 182 (`stuffthingmaps_trainval2017`). Other public
files hold the official ids 1..182 and 0 = unlabeled; they are recognised by ids
that one encoding has and the other has not, and refused. Instance PNGs are the
label map with the objects painted over it by running numbers: good for borders,
not for classes.
"""

from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = OF_FILES
PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_REMEDY = (
    "--data_dir must hold train_img/, train_label/, val_img/, val_label/ and, "
    "for instances, train_inst/ and val_inst/."
)
_HINT = (
    "Labels must be those of stuffthingmaps_trainval2017: official id - 1, and "
    "255 = unlabeled. In files of official ids, subtract 1 from each value, "
    "so that 0 becomes 255. Labels of your own making: --dataset=folder."
)
# Things that were taken out of COCO, as id - 1; as official ids they are other
# things, which are there (67 is the dining table). 182 is wood or nothing.
_OFFICIAL_ONLY = {11, 25, 28, 44, 65, 67, 70, 82, 90, 182}


def open_coco_stuff(data_dir, split, options, label_map):
    """Opens COCO-Stuff; arguments as `catalog.open_dataset` passes them."""
    photos, labels = (
        splits.require_folder(data_dir, split, suffix=suffix, remedy=_REMEDY)
        for suffix in ("_img", "_label")
    )
    maps = splits.find_folders(data_dir, suffix="_inst")
    found = pairing.find_examples(
        files.list_files(photos, files.PHOTO_ENDINGS),
        files.list_files(labels, files.LABEL_ENDINGS, "label"),
        pairing.list_instances(maps[split]) if split in maps else None,
    )
    found = split_lists.take_listed(found, data_dir, split, is_own=True)
    rule = label_ops.LabelRule(
        load_classes("coco_stuff", 182),
        label_map=label_map,
        encoding=options.label_encoding,
        hint=_HINT,
        find_problem=_find_problem,
    )
    return FileReader(
        "coco_stuff",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
        find_problem=None if label_map else _find_problem_of_all,
    )


def _find_problem(values):
    """Shows that a label holds official ids; 255 shows that it does not."""
    found = sorted(values & _OFFICIAL_ONLY)
    if not found or 255 in values:
        return None
    return (
        f"holds {', '.join(map(str, found))} and no 255: it seems to hold "
        "official ids with 0 = unlabeled.",
        _HINT,
    )


def _find_problem_of_all(class_images, num_labels):
    """Nearly every label has unlabeled pixels, but not all have persons."""
    has_zero, has_255 = class_images[0] == num_labels, class_images[182] > 0
    if num_labels > 1 and has_zero and not has_255:
        return (
            f"all {num_labels} labels hold 0 (person) and none 255 "
            "(unlabeled): they seem to be official ids with 0 = unlabeled.",
            _HINT,
        )
    return None
