"""COCO-Stuff as the SPADE family expects it: 182 classes and unlabeled.

    <data_dir>/{train,val}_img/ID.jpg
    <data_dir>/{train,val}_label/ID.png
    <data_dir>/{train,val}_inst/ID.png

Source of layout: NVlabs/SPADE (datasets/coco_stuff/); of ids:
nightrome/cocostuff. Label PNGs hold the official id - 1, 0..181, and 255 =
unlabeled, which becomes class 182. Instance PNGs are the label map with the
objects painted over it by running numbers: good for borders, not for classes.
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
    )
    return FileReader(
        "coco_stuff",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )
