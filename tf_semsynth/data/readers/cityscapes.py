"""Cityscapes: 35 label ids, none of them unknown, with instances.

    <data_dir>/leftImg8bit/{train,val}/CITY/CITY_SEQ_FRAME_leftImg8bit.png
    <data_dir>/gtFine/{train,val}/CITY/CITY_SEQ_FRAME_gtFine_labelIds.png
    <data_dir>/gtFine/{train,val}/CITY/CITY_SEQ_FRAME_gtFine_instanceIds.png

Source of layout and ids: mcordts/cityscapesScripts. Class ids are the raw
label ids 0..33, not the 19 train ids; 34 (licence plate, -1 in the tables)
never occurs. Instance maps have 16 bits: the id, or id x 1000 + number. The
labels of the published test split are empty and refused.
"""

from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("fixed", 512, 512, 2.0)
_PARTS = {"train": "train", "validation": "val", "test": "test"}
_NOT_ANNOTATED = {0, 1, 2, 3}
_REMEDY = "--data_dir must hold leftImg8bit/ and gtFine/."
_HINT = (
    "Labels must be the *_gtFine_labelIds.png files; *_labelTrainIds.png "
    "hold other ids (19 classes and 255)."
)


def open_cityscapes(data_dir, split, options, label_map):
    """Opens Cityscapes; arguments as `catalog.open_dataset` passes them."""
    part = _PARTS[split]
    photos = files.list_files(
        files.require_folder(data_dir, "leftImg8bit", part, remedy=_REMEDY),
        ("_leftimg8bit.png", "_leftimg8bit.jpg"),
        recursive=True,
    )
    folder = files.require_folder(data_dir, "gtFine", part, remedy=_REMEDY)
    labels = _list(folder, "_labelids.png")
    if not labels and _list(folder, "_labeltrainids.png"):
        raise ValueError(f"{folder}: no *_gtFine_labelIds.png files. {_HINT}")
    pairs, faults = files.pair(photos, labels, frame_name, frame_name)
    instances = _list(folder, "_instanceids.png")
    by_frame = {frame_name(path): path for path in instances}
    if instances:
        _, more = files.pair(
            labels, instances, frame_name, frame_name, ("label", "instance map")
        )
        faults += more
    examples = [
        Example(frame_name(p), p, label, by_frame.get(frame_name(p)))
        for p, label in pairs
    ]
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
        examples,
        rule,
        PUBLISHED,
        faults,
        max_pixels=options.max_pixels,
    )


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


def frame_name(path):
    """CITY_SEQ_FRAME, which all files of a frame share."""
    return "_".join(path.name.split("_")[:3])


def _list(folder, ending):
    return files.list_files(folder, (ending,), recursive=True)
