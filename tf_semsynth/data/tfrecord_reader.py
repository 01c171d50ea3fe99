"""Reads TFRecord shards at random, in the order of their source.

The values are those of the source, so training sees the same batches.
"""

import tensorflow as tf

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import decoding, label_ops, tfrecord_folder
from tf_semsynth.data.faults import DataError, NoSplitError
from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.reader import (
    DatasetReader,
    Example,
    Published,
    Record,
    check_sizes,
    record_sizes,
)
from tf_semsynth.data.tfrecord_folder import COPY_AGAIN


class TFRecordReader(DatasetReader):
    """Reads what `write_tfrecords` wrote.

    Args:
        folder: str, local or any path that `tf.io.gfile` understands.
        split: "train", "validation" or "test".
        label_map: `LabelMap` or None, applied to the classes in the shards.
        max_pixels: int, the largest width x height allowed.

    Raises:
        OSError: A file is missing.
        ValueError: A file is damaged, or the split is not there.
    """

    def __init__(self, folder, split, label_map=None, max_pixels=MAX_PIXELS):
        folder = str(folder)
        description = tfrecord_folder.read_description(folder)
        if split not in description["splits"]:
            raise NoSplitError(
                f"{folder} has no split {split!r}. It holds: "
                f"{', '.join(sorted(description['splits']))}."
            )
        self._shards = tfrecord_folder.check_shards(
            folder, description["splits"][split]
        )
        count = description["splits"][split]["examples"]
        self._index = tfrecord_folder.read_index(folder, split, count)
        self._rule = label_ops.LabelRule(
            ClassTable.from_dict(description["classes"]),
            label_map=label_map,
            encoding="index",
        )
        super().__init__(
            description["dataset"],
            split,
            self._rule.classes,
            [Example(entry[0]) for entry in self._index],
            Published(**description["published"]),
        )
        self.has_instances = description["has_instances"]
        self.sizes_may_differ = description["sizes_may_differ"]
        self.max_pixels = max_pixels

    def read(self, index):
        name, where = self.examples[index].name, self._where(index)
        features = self._features(index)
        photo, label = features["image"], features["label"]
        instance_ids = None
        if self.has_instances:
            instance_ids = label_ops.decode_instances(
                features["instance"], where, self.max_pixels
            )
        record = Record(
            decoding.decode_photo(photo, where, self.max_pixels),
            self._rule.decode(label, where, self.max_pixels),
            instance_ids,
        )
        example = Example(name, label_path=where)
        check_sizes(record_sizes(record), example, self.sizes_may_differ)
        return record

    def read_photo_bytes(self, index):
        return self._features(index)["image"]

    def _where(self, index):
        name, shard, _, _ = self._index[index]
        return f"{self._shards[shard]}, example {name}"

    def _features(self, index):
        _, shard, place, length = self._index[index]
        try:
            with tf.io.gfile.GFile(self._shards[shard], "rb") as file:
                file.seek(place)
                data = file.read(length)
        except tf.errors.OpError as error:
            raise OSError(f"{self._shards[shard]}: {error.message}") from error
        try:
            features = tf.train.Example.FromString(data).features.feature
        except Exception as error:  # The parser's errors have no base class.
            problem = f"is damaged: {error}."
            raise DataError(self._where(index), problem, COPY_AGAIN) from error
        parts = {
            key: features[key].bytes_list.value[0]
            for key in ("image", "label", "instance")
            if key in features and features[key].bytes_list.value
        }
        checksums = features["checksum"].int64_list.value
        if list(checksums) != [tfrecord_folder.checksum(parts)]:
            raise DataError(
                self._where(index),
                "is damaged: its checksum does not fit its bytes.",
                COPY_AGAIN,
            )
        return parts
