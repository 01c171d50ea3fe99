"""CelebAMask-HQ: 19 parts of faces.

    <data_dir>[/{train,val,test}]/images/N.jpg   1024 x 1024
    <data_dir>[/{train,val,test}]/labels/N.png   512 x 512

Source of ids: switchablenorms/CelebAMask-HQ. Photos are twice as large as
their labels, and that is right: both are resized to the system's size.
`ear_r` is an earring, `neck_l` a necklace, `eye_g` glasses.
"""

from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = OF_FILES
PUBLISHED = Published("resize", 256, 256, 1.0)
_REMEDY = (
    "--data_dir must hold images/ and labels/, at once or in train/, val/ and "
    "test/."
)


def open_celebamask_hq(data_dir, split, options, label_map):
    """Opens CelebAMask-HQ; arguments as `catalog.open_dataset` passes them."""
    where = splits.find_kinds(data_dir, split, _REMEDY)
    found = pairing.find_examples(
        files.list_files(where.photos, files.PHOTO_ENDINGS),
        files.list_files(where.labels, files.LABEL_ENDINGS, "label"),
    )
    found = split_lists.take_listed(found, data_dir, split, where.is_own)
    rule = label_ops.LabelRule(
        load_classes("celebamask_hq"),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    return FileReader(
        "celebamask_hq",
        split,
        found,
        rule,
        PUBLISHED,
        sizes_may_differ=True,
        max_pixels=options.max_pixels,
    )
