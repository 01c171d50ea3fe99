"""Opens data sets by name."""

from tf_semsynth.data.label_map import LabelMap
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.readers.ade20k import open_ade20k
from tf_semsynth.data.readers.camvid import open_camvid
from tf_semsynth.data.readers.celebamask_hq import open_celebamask_hq
from tf_semsynth.data.readers.cityscapes import open_cityscapes
from tf_semsynth.data.readers.coco_stuff import open_coco_stuff
from tf_semsynth.data.readers.deepfashion import open_deepfashion
from tf_semsynth.data.readers.folder import open_folder
from tf_semsynth.data.readers.scenes import SceneReader

SPLITS = ("train", "validation", "test")
_FILE_READERS = {
    "ade20k": open_ade20k,
    "cityscapes": open_cityscapes,
    "coco_stuff": open_coco_stuff,
    "camvid": open_camvid,
    "celebamask_hq": open_celebamask_hq,
    "deepfashion": open_deepfashion,
    "folder": open_folder,
}


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
            options of reading come from (its `dataset` and `data_dir` are
            not looked at).
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
    label_map = _read_label_map(options)
    if name == "scenes":
        return SceneReader(
            split, image_height, image_width, options.num_scenes, label_map
        )
    if name.startswith("tfds:"):
        from tf_semsynth.data.readers.tfds import open_tfds

        return open_tfds(name, data_dir, split, options, label_map)
    if name not in _FILE_READERS:
        raise ValueError(
            f"there is no data set {name!r}. Expected one of: "
            f"{', '.join(list_datasets())} or tfds:<name>. Pictures of your "
            "own: --dataset=folder."
        )
    if data_dir is None:
        raise ValueError(
            f"data set {name!r} lies in a folder. Name it: --data_dir=<folder>."
        )
    reader = _FILE_READERS[name](data_dir, split, options, label_map)
    if not len(reader):
        reader.require_sound()
        raise ValueError(
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
        # Only here does opening data need TensorFlow.
        from tf_semsynth.data.tfrecord_reader import TFRecordReader

        return TFRecordReader(
            options.tfrecords,
            split,
            _read_label_map(options),
            options.max_pixels,
        )
    return open_dataset(
        options.dataset,
        options.data_dir,
        split,
        options=options,
        image_height=image_height,
        image_width=image_width,
    )


def _read_label_map(options):
    if options.label_map is None:
        return None
    return LabelMap.from_csv(options.label_map)
