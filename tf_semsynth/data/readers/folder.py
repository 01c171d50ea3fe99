"""A data set of the user's own.

    <data_dir>[/{train,validation,test}]/images/NAME.jpg (or .png)
    <data_dir>[/{train,validation,test}]/labels/NAME.png
    <data_dir>[/{train,validation,test}]/instances/NAME.png     if there are
    <data_dir>/classes.csv              id, name, perhaps colour (or r, g, b)

Labels are index PNGs (grey or palette) or PNGs in the colours of the table, if
it has some.
The folders of splits may also lie within images/, labels/ and instances/.
Without them, lists such as train.txt and val.txt beside may name the pictures,
one a line; where there is neither, every split is the whole folder.
"""

from pathlib import Path

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = (*OF_FILES, "classes_csv", "unknown_id")
PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_REMEDY = (
    "--data_dir must hold images/, labels/ and classes.csv (and instances/ if "
    "there are any); images and labels may lie in train/, validation/ and "
    "test/."
)


def open_folder(data_dir, split, options, label_map):
    """Opens a folder; arguments as `catalog.open_dataset` passes them."""
    where = splits.find_kinds(data_dir, split, _REMEDY)
    classes = read_classes(data_dir, options)
    found = pairing.find_examples(
        files.list_files(where.photos, files.PHOTO_ENDINGS),
        files.list_files(where.labels, files.LABEL_ENDINGS, "label"),
        pairing.list_instances(where.instances),
    )
    found = split_lists.take_listed(found, data_dir, split, where.is_own)
    rule = label_ops.LabelRule(
        classes,
        label_map=label_map,
        encoding=options.label_encoding,
        colours_remedy=(
            f"Add a column `colour` to {_classes_path(data_dir, options)}, "
            "or save class ids as grey PNGs."
        ),
    )
    return FileReader(
        "folder",
        split,
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )


def read_classes(data_dir, options):
    """The class table of a folder, by option or as `classes.csv`."""
    path = _classes_path(data_dir, options)
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"{path}: expected the table of classes, a CSV file with the "
            "columns id, name, colour (such as `0,sky,#4682b4`), which does "
            "not exist. Write it, or name another by --classes_csv=<file>."
        )
    return ClassTable.from_csv(path, options.unknown_id)


def _classes_path(data_dir, options):
    return options.classes_csv or Path(data_dir, "classes.csv")
