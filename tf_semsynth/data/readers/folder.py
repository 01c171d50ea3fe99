"""A data set of the user's own.

    <data_dir>[/{train,validation,test}]/images/NAME.jpg (or .png)
    <data_dir>[/{train,validation,test}]/labels/NAME.png
    <data_dir>[/{train,validation,test}]/instances/NAME.png     if there are
    <data_dir>/classes.csv              id, name, perhaps colour (or r, g, b)

Labels are index PNGs (grey or palette) or PNGs in the colours of the table, if
it has some.
Without folders for the splits, a file <split>.txt beside them may list names,
one a line; where there is neither, every split is the whole folder.
"""

from pathlib import Path

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import files, label_ops
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_REMEDY = (
    "--data_dir must hold images/, labels/ and classes.csv (and instances/ if "
    "there are any); images and labels may lie in train/, validation/ and "
    "test/."
)


def open_folder(data_dir, split, options, label_map):
    """Opens a folder; arguments as `catalog.open_dataset` passes them."""
    root = files.split_folder(data_dir, split, _REMEDY)
    photos = files.require_folder(root, "images", remedy=_REMEDY)
    folder = files.require_folder(root, "labels", remedy=_REMEDY)
    classes = read_classes(data_dir, options)
    labels = files.list_files(folder, files.LABEL_SUFFIXES, recursive=True)
    pairs, faults = files.pair(
        files.list_files(photos, files.PHOTO_SUFFIXES, recursive=True), labels
    )
    faults += files.report_foreign(folder, files.LABEL_SUFFIXES, "labels")
    faults += files.report_foreign(photos, files.PHOTO_SUFFIXES, "photos")
    instances, more = files.find_instances(root / "instances", labels)
    faults += more
    examples = [
        Example(p.stem, p, label, instances.get(p.stem)) for p, label in pairs
    ]
    list_file = Path(data_dir, f"{split}.txt")
    if root == Path(data_dir) and list_file.is_file():
        examples, more = _take_listed(examples, list_file)
        faults += more
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
        examples,
        rule,
        PUBLISHED,
        faults,
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


def _take_listed(examples, list_file):
    by_name = {example.name: example for example in examples}
    listed, faults = [], []
    for where, name in files.read_list(list_file):
        stem = Path(name).stem if Path(name).suffix else name
        if stem in by_name:
            listed.append(by_name[stem])
        else:
            faults.append(files.missing(where, name))
    return listed, faults
