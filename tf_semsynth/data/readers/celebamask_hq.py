"""CelebAMask-HQ: 19 parts of faces.

    <data_dir>[/{train,val,test}]/images/N.jpg   1024 x 1024
    <data_dir>[/{train,val,test}]/labels/N.png   512 x 512

Source of ids: switchablenorms/CelebAMask-HQ. Photos are twice as large as
their labels, and that is right: both are resized to the system's size.
`ear_r` is an earring, `neck_l` a necklace, `eye_g` glasses.
"""

from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("resize", 256, 256, 1.0)
_REMEDY = (
    "--data_dir must hold images/ and labels/, at once or in train/, val/ and "
    "test/."
)


def open_celebamask_hq(data_dir, split, options, label_map):
    """Opens CelebAMask-HQ; arguments as `catalog.open_dataset` passes them."""
    root = files.split_folder(data_dir, split, _REMEDY)
    photos = files.require_folder(root, "images", remedy=_REMEDY)
    labels = files.require_folder(root, "labels", remedy=_REMEDY)
    pairs, faults = files.pair(
        files.list_files(photos, files.PHOTO_SUFFIXES),
        files.list_files(labels, files.LABEL_SUFFIXES),
    )
    examples = [Example(p.stem, p, label) for p, label in pairs]
    rule = label_ops.LabelRule(
        load_classes("celebamask_hq"),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    return FileReader(
        "celebamask_hq",
        split,
        examples,
        rule,
        PUBLISHED,
        faults,
        sizes_may_differ=True,
        max_pixels=options.max_pixels,
    )
