"""Cityscapes: 35 label ids, none of them unknown, with instances.

    <data_dir>/leftImg8bit/{train,val}/CITY/CITY_SEQ_FRAME_leftImg8bit.png
    <data_dir>/gtFine/{train,val}/CITY/CITY_SEQ_FRAME_gtFine_labelIds.png
    <data_dir>/gtFine/{train,val}/CITY/CITY_SEQ_FRAME_gtFine_instanceIds.png

Source of layout and ids: mcordts/cityscapesScripts. Class ids are the raw
label ids 0..33, not the 19 train ids; 34 (licence plate, -1 in the tables)
never occurs. Instance maps have 16 bits: the id, or id x 1000 + number. The
labels of the published test split are empty and refused. The name of a frame is
CITY/CITY_SEQ_FRAME.
"""

from pathlib import Path

from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = OF_FILES
PUBLISHED = Published("fixed", 512, 512, 2.0)
_PHOTOS = ("_leftImg8bit.png", "_leftImg8bit.jpg")
_LABELS = ("_gtFine_labelIds.png", "_labelIds.png")
_INSTANCES = ("_gtFine_instanceIds.png", "_instanceIds.png")
_OF_TRUTH = (  # What gtFine/ holds of each frame.
    "_labelIds.png",
    "_instanceIds.png",
    "_color.png",
    "_polygons.json",
    "_labelTrainIds.png",
    "_instanceTrainIds.png",
)
_NOT_ANNOTATED = {0, 1, 2, 3}
_REMEDY = "--data_dir must hold leftImg8bit/ and gtFine/."
_HINT = (
    "Labels must be the *_gtFine_labelIds.png files; *_labelTrainIds.png "
    "hold other ids (19 classes and 255)."
)


def open_cityscapes(data_dir, split, options, label_map):
    """Opens Cityscapes; arguments as `catalog.open_dataset` passes them."""
    photos, truth = (
        splits.require_folder(Path(data_dir, name), split, remedy=_REMEDY)
        for name in ("leftImg8bit", "gtFine")
    )
    labels = files.list_files(truth, _LABELS, "label", _OF_TRUTH)
    if not labels.files and _has_train_ids(truth):
        raise ValueError(f"{truth}: no *_gtFine_labelIds.png files. {_HINT}")
    instances = files.list_files(truth, _INSTANCES, "instance map", _OF_TRUTH)
    found = pairing.find_examples(
        files.list_files(photos, _PHOTOS),
        labels,
        # What is wrong with the folder is told with the labels.
        instances._replace(problems=[]) if instances.files else None,
    )
    found = split_lists.take_listed(found, data_dir, split, is_own=True)
    rule = label_ops.LabelRule(
        load_classes("cityscapes"),
        label_map=label_map,
        encoding=options.label_encoding,
        hint=_HINT,
        find_problem=_find_problem,
    )
    return FileReader(
        "cityscapes",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )


def _has_train_ids(truth):
    return bool(files.list_files(truth, ("_labelTrainIds.png",)).files)


def _find_problem(values):
    """Labels of the test split are published without their annotation."""
    if not values <= _NOT_ANNOTATED:
        return None
    return (
        "holds no annotation, only the ids 0 to 3 (unlabeled, ego vehicle, "
        "rectification border, out of roi): Cityscapes publishes the labels "
        "of its test split so.",
        "Take the splits train and validation.",
    )
