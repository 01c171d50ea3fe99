"""COCO-Stuff as the SPADE family expects it: 182 classes and unlabeled.

    <data_dir>/{train,val}_img/ID.jpg
    <data_dir>/{train,val}_label/ID.png
    <data_dir>/{train,val}_inst/ID.png

Source of layout: NVlabs/SPADE (datasets/coco_stuff/); of ids:
nightrome/cocostuff. Label PNGs hold the official id - 1, 0..181, and 255 =
unlabeled, which becomes class 182. Instance PNGs are the label map with the
objects painted over it by running numbers: good for borders, not for classes.
"""

from pathlib import Path

from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_PARTS = {"train": "train", "validation": "val"}
_REMEDY = (
    "--data_dir must hold train_img/, train_label/, val_img/, val_label/ and, "
    "for instances, train_inst/ and val_inst/."
)


def open_coco_stuff(data_dir, split, options, label_map):
    """Opens COCO-Stuff; arguments as `catalog.open_dataset` passes them."""
    if split not in _PARTS:
        raise ValueError(
            "COCO-Stuff has the splits train and validation. Received: "
            f"{split!r}."
        )
    part = _PARTS[split]
    photos = files.require_folder(data_dir, f"{part}_img", remedy=_REMEDY)
    folder = files.require_folder(data_dir, f"{part}_label", remedy=_REMEDY)
    labels = files.list_files(folder, files.LABEL_SUFFIXES)
    pairs, faults = files.pair(
        files.list_files(photos, files.PHOTO_SUFFIXES), labels
    )
    instances, more = files.find_instances(
        Path(data_dir, f"{part}_inst"), labels
    )
    examples = [
        Example(p.stem, p, label, instances.get(p.stem)) for p, label in pairs
    ]
    rule = label_ops.LabelRule(
        load_classes("coco_stuff", 182),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    return FileReader(
        "coco_stuff",
        split,
        examples,
        rule,
        PUBLISHED,
        faults + more,
        max_pixels=options.max_pixels,
    )
