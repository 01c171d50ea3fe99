"""Data sets of TensorFlow Datasets: `tfds:<name>` (extra [tfds]).

The data set must have been prepared (`download_and_prepare`); nothing is
downloaded here. One prepared in a format of random access (ArrayRecord) is read
from its files; others (TFRecord) are kept in memory as they are encoded, which
costs about their size on disc.
"""

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import decoding, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.faults import NoSplitError
from tf_semsynth.data.options import OF_FILES, refuse_unread
from tf_semsynth.data.reader import (
    DatasetReader,
    Example,
    Published,
    Record,
    check_sizes,
    record_sizes,
)

READS = (
    *OF_FILES,
    "classes_csv",
    "unknown_id",
    "tfds_image",
    "tfds_label",
)
PUBLISHED = Published("resize_and_crop", 286, 256, 1.0)
_PHOTOS = ("image", "image_left", "photo")
_LABELS = (
    "annotation",
    "segmentation_label",
    "segmentation_mask",
    "segmentation",
    "label",
)
_TABLES = {"scene_parse150": ("ade20k", 0), "cityscapes": ("cityscapes", None)}
_SPLITS = {
    "train": ("train",),
    "validation": ("validation", "val", "valid", "test"),
    "test": ("test",),
}


def open_tfds(name, data_dir, split, options, label_map):
    """Opens a prepared data set of TensorFlow Datasets.

    Args:
        name: str, `tfds:<name>`, as `tfds.builder` understands it.
        data_dir: str or None, TensorFlow Datasets' own folder.
        split, options, label_map: as `catalog.open_dataset` passes them.

    Raises:
        ImportError: TensorFlow Datasets is not installed.
        ValueError: There is no such data set, feature, split or class table.
        OSError: It is not prepared.
    """
    tfds = _import_tfds()
    builder = _open_builder(tfds, name.removeprefix("tfds:"), data_dir)
    photo = _feature(tfds, builder, options.tfds_image, _PHOTOS, "image")
    label = _feature(tfds, builder, options.tfds_label, _LABELS, "label")
    rule = label_ops.LabelRule(
        _classes(builder, label, options),
        label_map=label_map,
        encoding=options.label_encoding,
    )
    part = _split(builder, split)
    rows = _read_rows(tfds, builder, part, (photo, label))
    reader = TfdsReader(name, split, rows, (photo, label), rule, options)
    if split == "validation" and part == "test":
        reader.notes.append("validation reads the split test: there is no own.")
    return reader


class TfdsReader(DatasetReader):
    """Reads encoded pictures from a sequence of dictionaries of bytes.

    Args:
        name: str, `tfds:<name>`.
        split: str.
        rows: Sequence of dictionaries of bytes.
        keys: Pair of str, the keys of photo and label.
        rule: `LabelRule`.
        options: `DataOptions`.
    """

    def __init__(self, name, split, rows, keys, rule, options):
        examples = [Example(f"{split}_{i:06d}") for i in range(len(rows))]
        super().__init__(name, split, rule.classes, examples, PUBLISHED)
        self._rows = rows
        self._photo, self._label = keys
        self._rule = rule
        self._max_pixels = options.max_pixels

    def read(self, index):
        row, where = self._rows[index], f"{self.name}, {self.names[index]}"
        record = Record(
            decoding.decode_photo(row[self._photo], where, self._max_pixels),
            self._rule.decode(row[self._label], where, self._max_pixels),
            None,
        )
        check_sizes(record_sizes(record), Example(where))
        return record

    def read_photo_bytes(self, index):
        return self._rows[index][self._photo]


def _import_tfds():
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise ImportError(
            "data sets `tfds:<name>` need the package tensorflow-datasets. "
            'Install it: pip install "tf_semsynth[tfds]"'
        ) from error
    return tfds


def _open_builder(tfds, name, data_dir):
    try:
        builder = tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError as error:
        words = str(error).strip().splitlines()[0]
        raise ValueError(
            f"TensorFlow Datasets has no data set {name!r}: {words} Names: "
            "https://www.tensorflow.org/datasets/catalog"
        ) from error
    if not builder.data_path.exists():
        where = "" if data_dir is None else f", data_dir={str(data_dir)!r}"
        raise FileNotFoundError(
            f"{builder.data_path}: data set {name!r} is not prepared there. "
            'Prepare it: python -c "import tensorflow_datasets as tfds; '
            f"tfds.builder('{name}'{where}, file_format='array_record')"
            '.download_and_prepare()"'
        )
    return builder


def _feature(tfds, builder, wanted, usual, option):
    """The name of the feature that holds photos, or labels."""
    features = builder.info.features
    pictures = [
        key
        for key, feature in features.items()
        if isinstance(feature, tfds.features.Image)
    ]
    names = (wanted,) if wanted else usual
    found = [name for name in names if name in pictures]
    if not found:
        raise ValueError(
            f"data set {builder.name!r} has no picture feature "
            f"{' or '.join(names)}. It has: {', '.join(pictures) or 'none'}. "
            f"Name the right one: --tfds_{option}=<feature>."
        )
    return found[0]


def _classes(builder, label, options):
    if options.classes_csv:
        return ClassTable.from_csv(options.classes_csv, options.unknown_id)
    if builder.name in _TABLES:
        refuse_unread(
            options,
            f"the data set 'tfds:{builder.name}' with its own class table",
            [name for name in READS if name != "unknown_id"],
            "Leave it out, or give a table of your own: --classes_csv=<file>.",
        )
        return load_classes(*_TABLES[builder.name])
    names = getattr(builder.info.features[label], "names", None)
    if names:
        return ClassTable.without_colours(names, options.unknown_id)
    raise ValueError(
        f"data set {builder.name!r} does not name its classes. Give a table "
        "with id, name, colour: --classes_csv=<file>."
    )


def _split(builder, split):
    for name in _SPLITS[split]:
        if name in builder.info.splits:
            return name
    raise NoSplitError(
        f"data set {builder.name!r} has no split {split!r}. It has: "
        f"{', '.join(builder.info.splits)}."
    )


def _read_rows(tfds, builder, split, keys):
    """The encoded pictures of a split, by number."""
    decoders = {key: tfds.decode.SkipDecoding() for key in keys}
    if builder.info.file_format.value == "array_record":
        return builder.as_data_source(split, decoders=decoders)
    dataset = builder.as_dataset(split, decoders=decoders, shuffle_files=False)
    return [
        {key: row[key] for key in keys} for row in dataset.as_numpy_iterator()
    ]
