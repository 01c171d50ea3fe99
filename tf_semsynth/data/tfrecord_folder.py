"""The folder of TFRecord shards that a data set was written to.

    <folder>/classes.json                    the classes, and what lies there
    <folder>/<split>.index.json              name, shard and place of each
    <folder>/<split>-00000-of-00004.tfrecord

A record is a `tf.train.Example`: `name`, `image` (the bytes of the photo's own
file), `label` and `instance` (grey PNGs of class and instance ids, after any
label map) and `checksum` (CRC-32 of these three).
"""

import json
import zlib
from pathlib import PurePosixPath

from tf_semsynth.core import storage
from tf_semsynth.data.faults import DataError

FORMAT = 1
COPY_AGAIN = "Write the shards again with prepare_data --output."


def describe(reader):
    """What classes.json says of a reader, without splits yet."""
    published = reader.defaults
    return {
        "format": FORMAT,
        "dataset": reader.name,
        "classes": reader.classes.to_dict(),
        "published": {
            "preprocess_mode": published.preprocess_mode,
            "load_size": published.load_size,
            "crop_size": published.crop_size,
            "aspect_ratio": published.aspect_ratio,
            "flip": published.flip,
        },
        "has_instances": reader.has_instances,
        "sizes_may_differ": reader.sizes_may_differ,
        "splits": {},
    }


def read_description(folder):
    """Reads classes.json.

    Raises:
        OSError: It is missing.
        ValueError: It is damaged.
    """
    path = storage.join(folder, "classes.json")
    if not storage.exists(path):
        raise FileNotFoundError(
            f"{path} does not exist. Expected a folder that prepare_data "
            "--output wrote."
        )
    description = read_json(path)
    if not isinstance(description, dict) or description.get("format") != FORMAT:
        problem = f"is not of format {FORMAT}."
        raise DataError(path, problem, COPY_AGAIN)
    return description


def read_index(folder, split, count):
    """Reads the index of a split.

    Returns:
        List of [name, shard number, offset in bytes, length in bytes].
    """
    path = storage.join(folder, f"{split}.index.json")
    index = read_json(path)
    if len(index) != count:
        raise DataError(
            path,
            f"lists {len(index)} examples, classes.json {count}.",
            COPY_AGAIN,
        )
    for name, *_ in index:  # Files are called after them.
        parts = PurePosixPath(name).parts
        if not parts or parts[0] == "/" or ".." in parts:
            problem = f"holds the name {name!r}, which leads out of folders."
            raise DataError(path, problem, COPY_AGAIN)
    return index


def check_shards(folder, split):
    """The paths of a split's shards, whose sizes must be right.

    Args:
        folder: str.
        split: dict, what classes.json says of the split.
    """
    paths = []
    for shard in split["shards"]:
        if "/" in shard["file"] or "\\" in shard["file"]:
            raise DataError(
                storage.join(folder, "classes.json"),
                f"names {shard['file']!r}, which lies in another folder.",
                COPY_AGAIN,
            )
        path = storage.join(folder, shard["file"])
        if not storage.exists(path):
            raise FileNotFoundError(f"{path}: a shard is missing. {COPY_AGAIN}")
        size = storage.size_in_bytes(path)
        if size != shard["bytes"]:
            raise DataError(
                path,
                f"has {size} bytes, {shard['bytes']} were written.",
                COPY_AGAIN,
            )
        paths.append(path)
    return paths


def checksum(parts):
    """The CRC-32 of a record's pictures, a dictionary of bytes."""
    return zlib.crc32(b"".join(parts[key] for key in sorted(parts)))


def read_json(path):
    """Reads a JSON file.

    Raises:
        OSError: It is missing.
        DataError: It is damaged.
    """
    if not storage.exists(path):
        raise FileNotFoundError(f"{path} is missing. {COPY_AGAIN}")
    try:
        return json.loads(storage.read_text(path))
    except ValueError as error:
        raise DataError(path, f"is damaged: {error}.", COPY_AGAIN) from error


def write_json(path, content):
    """Writes a JSON file that is there whole or not at all."""
    storage.write_text(path, json.dumps(content))
