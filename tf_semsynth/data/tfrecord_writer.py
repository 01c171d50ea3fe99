"""Writes a data set as TFRecord shards."""

import numpy as np
import tensorflow as tf

from tf_semsynth.core import storage
from tf_semsynth.core.png_files import encode_ids
from tf_semsynth.data import tfrecord_folder

_SHARD_BYTES = 200_000_000


def write_tfrecords(reader, folder, on_progress=None):
    """Writes the examples of a reader as shards of about 200 MB.

    Args:
        reader: `DatasetReader` without faults.
        folder: str, is made if need be; may hold other splits of the same
            data set.
        on_progress: Function of int or None, called with 1 for each example.

    Returns:
        List of str, the shards.

    Raises:
        ValueError: The reader has faults, or the folder holds other classes.
        OSError: The folder cannot be written.
    """
    reader.require_sound()
    folder = str(folder)
    description = _description_for(reader, folder)
    index, parts = _write_shards(reader, folder, on_progress)
    names = []
    for number, part in enumerate(parts):
        name = f"{reader.split}-{number:05d}-of-{len(parts):05d}.tfrecord"
        storage.rename(part, storage.join(folder, name))
        names.append(name)
    paths = [storage.join(folder, name) for name in names]
    description["splits"][reader.split] = {
        "examples": len(index),
        "shards": [
            {"file": name, "bytes": storage.size_in_bytes(path)}
            for name, path in zip(names, paths, strict=True)
        ],
    }
    index_path = storage.join(folder, f"{reader.split}.index.json")
    tfrecord_folder.write_json(index_path, index)
    classes_path = storage.join(folder, "classes.json")
    tfrecord_folder.write_json(classes_path, description)
    return paths


def _description_for(reader, folder):
    """What classes.json shall say, with the splits that are there already."""
    description = tfrecord_folder.describe(reader)
    storage.make_folder(folder)
    if not storage.exists(storage.join(folder, "classes.json")):
        return description
    before = tfrecord_folder.read_description(folder)
    for key in ("dataset", "classes", "has_instances"):
        if before[key] != description[key]:
            raise ValueError(
                f"{folder} holds shards with another `{key}`. Choose an empty "
                "--output folder."
            )
    return {**description, "splits": before["splits"]}


def _write_shards(reader, folder, on_progress):
    """Writes shards under names that no reader looks for.

    Returns:
        index: List of [name, shard number, offset, length].
        parts: List of str, the shards.
    """
    index, parts, writer, place = [], [], None, 0
    try:
        for number, example in enumerate(reader.examples):
            record = _serialise(reader, number)
            if writer is None or place + len(record) > _SHARD_BYTES:
                if writer is not None:
                    writer.close()
                name = f"{reader.split}-{len(parts):05d}.unfinished"
                parts.append(storage.join(folder, name))
                writer, place = tf.io.TFRecordWriter(parts[-1]), 0
            writer.write(record)
            # A record is: length (8 bytes), its CRC (4), data, its CRC (4).
            place_of_data = place + 12
            index.append(
                [example.name, len(parts) - 1, place_of_data, len(record)]
            )
            place += len(record) + 16
            if on_progress:
                on_progress(1)
    finally:
        if writer is not None:
            writer.close()
    return index, parts


def _serialise(reader, number):
    record = reader.read(number)
    parts = {
        "image": reader.read_photo_bytes(number),
        "label": _grey_png(record.class_ids),
    }
    if reader.has_instances:
        parts["instance"] = _grey_png(record.instance_ids)
    features = {key: _bytes_feature(value) for key, value in parts.items()}
    features["name"] = _bytes_feature(reader.examples[number].name.encode())
    features["checksum"] = tf.train.Feature(
        int64_list=tf.train.Int64List(value=[tfrecord_folder.checksum(parts)])
    )
    example = tf.train.Example(features=tf.train.Features(feature=features))
    return example.SerializeToString(deterministic=True)


def _bytes_feature(value):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _grey_png(ids):
    """A PNG of ids, numbered anew where they exceed its 16 bits."""
    if ids.max() > 65535 or ids.min() < 0:  # Borders stay, numbers change.
        ids = np.unique(ids, return_inverse=True)[1].reshape(ids.shape)
    return encode_ids(ids)
