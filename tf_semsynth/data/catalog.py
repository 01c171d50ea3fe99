"""Opens data sets by name."""

import dataclasses

from tf_semsynth.data import options as data_options
from tf_semsynth.data.faults import NoSplitError
from tf_semsynth.data.label_map import LabelMap
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.readers import (
    ade20k,
    camvid,
    celebamask_hq,
    cityscapes,
    coco_stuff,
    deepfashion,
    folder,
    scenes,
)

SPLITS = ("train", "validation", "test")
# Each module's `READS` names the options that its data set reads.
_FILE_READERS = {
    "ade20k": (ade20k, ade20k.open_ade20k),
    "cityscapes": (cityscapes, cityscapes.open_cityscapes),
    "coco_stuff": (coco_stuff, coco_stuff.open_coco_stuff),
    "camvid": (camvid, camvid.open_camvid),
    "celebamask_hq": (celebamask_hq, celebamask_hq.open_celebamask_hq),
    "deepfashion": (deepfashion, deepfashion.open_deepfashion),
    "folder": (folder, folder.open_folder),
}
_OF_SHARDS = ("tfrecords", "label_map", "max_pixels")


def list_datasets():
    """The names of the data sets, `tfds:<name>` apart."""
    return ("scenes", *_FILE_READERS)


def open_dataset(
    name,
    data_dir=None,
    split="train",
    *,
    options=None,
    image_height=128,
    image_width=128,
):
    """Opens a data set: lists its files, reads none.

    Args:
        name: str, one of `list_datasets()` or `tfds:<name>`.
        data_dir: str or path, the folder of the data set; None for scenes.
        split: "train", "validation" or "test".
        options: `DataOptions` or None, where the label map and the other
            options of reading come from; its `dataset` and `data_dir` must
            not contradict the arguments.
        image_height, image_width: int, pixels that scenes are painted at.

    Returns:
        A `DatasetReader`. Files without a partner are in its `faults`.

    Raises:
        ValueError: The name, split or an option is wrong, or there are no
            examples.
        OSError: A folder or file is missing.
    """
    if split not in SPLITS:
        raise ValueError(
            f"`split` must be one of {', '.join(SPLITS)}. Received: {split!r}."
        )
    options = DataOptions() if options is None else options
    options = _with_source(options, name, data_dir)
    _refuse_unread(options)
    label_map = _read_label_map(options)
    if name == "scenes":
        return scenes.SceneReader(
            split, image_height, image_width, options.num_scenes, label_map
        )
    if name.startswith("tfds:"):
        from tf_semsynth.data.readers.tfds import open_tfds

        return open_tfds(name, data_dir, split, options, label_map)
    if data_dir is None:
        raise ValueError(
            f"data set {name!r} lies in a folder. Name it: --data_dir=<folder>."
        )
    _, open_reader = _FILE_READERS[name]
    reader = open_reader(data_dir, split, options, label_map)
    if not len(reader):
        reader.require_sound()
        raise NoSplitError(
            f"data set {name!r} has no examples for split {split!r} in "
            f"{data_dir}."
        )
    return reader


def open_from_options(options, split, image_height=128, image_width=128):
    """Opens the data set that options name, or its TFRecord shards.

    Args:
        options: `DataOptions`.
        split: "train", "validation" or "test".
        image_height, image_width: int, the system's size; scenes are painted
            at it.

    Returns, raises: as `open_dataset`.
    """
    if options.tfrecords is not None:
        _refuse_unread(options)
        # Only here does opening data need TensorFlow.
        from tf_semsynth.data.tfrecord_reader import TFRecordReader

        reader = TFRecordReader(
            options.tfrecords,
            split,
            _read_label_map(options),
            options.max_pixels,
        )
        if options.dataset not in (DataOptions.dataset, reader.name):
            raise ValueError(
                f"--dataset={options.dataset}, and {options.tfrecords} holds "
                f"shards of the data set {reader.name!r}. Leave --dataset out, "
                "or name other shards."
            )
        return reader
    return open_dataset(
        options.dataset,
        options.data_dir,
        split,
        options=options,
        image_height=image_height,
        image_width=image_width,
    )


def name_dataset(options):
    """The options with the data set whose shards they name.

    `--tfrecords` needs no `--dataset`, whose default is another one then.

    Raises:
        OSError, ValueError: The shards are missing or damaged.
    """
    if options.tfrecords is None or options.dataset != DataOptions.dataset:
        return options
    from tf_semsynth.data import tfrecord_folder

    description = tfrecord_folder.read_description(options.tfrecords)
    return dataclasses.replace(options, dataset=description["dataset"])


def find_unread(options):
    """Names of the options that the source which options name does not read.

    Raises:
        ValueError: There is no such data set.
    """
    return data_options.find_unread(options, _reads(options))


def _refuse_unread(options):
    reads = _reads(options)
    if options.tfrecords is not None:
        source = f"--tfrecords={options.tfrecords}"
        remedy = (
            "Shards hold what was read when they were written: give it to "
            "prepare_data --output, or leave out --tfrecords."
        )
    elif options.dataset == DataOptions.dataset:
        source = f"the data set {options.dataset!r} (the default)"
        files = ", ".join(_FILE_READERS)
        remedy = f"Say which data set is meant: --dataset={files}, tfds:<name>."
    else:
        source = f"the data set {options.dataset!r}"
        remedy = "Leave it out, or name another --dataset."
    data_options.refuse_unread(options, source, reads, remedy)


def _reads(options):
    """The options that the source of `options` reads."""
    name = options.dataset
    if options.tfrecords is not None:
        return _OF_SHARDS
    if name == "scenes":
        return scenes.READS
    if name.startswith("tfds:"):
        from tf_semsynth.data.readers import tfds

        return tfds.READS
    if name not in _FILE_READERS:
        raise ValueError(
            f"there is no data set {name!r}. Expected one of: "
            f"{', '.join(list_datasets())} or tfds:<name>. Pictures of your "
            "own: --dataset=folder."
        )
    module, _ = _FILE_READERS[name]
    return module.READS


def _with_source(options, name, data_dir):
    """The options with the data set that arguments name.

    Raises:
        ValueError: The options name another one, or shards.
    """
    data_dir = None if data_dir is None else str(data_dir)
    for field, value in (
        ("dataset", name),
        ("data_dir", data_dir),
        ("tfrecords", None),
    ):
        default = getattr(DataOptions, field)
        if getattr(options, field) not in (default, value):
            raise ValueError(
                f"`options` say {field}={getattr(options, field)!r}, and "
                f"`open_dataset` is asked for {field}={value!r}. "
                "`open_from_options` opens what options name."
            )
    return dataclasses.replace(options, dataset=name, data_dir=data_dir)


def _read_label_map(options):
    if options.label_map is None:
        return None
    return LabelMap.from_csv(options.label_map)
