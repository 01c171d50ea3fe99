"""Shards are written whole, or not found."""

import numpy as np
import pytest
import tensorflow as tf

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.tfrecord_reader import TFRecordReader
from tf_semsynth.data.tfrecord_writer import write_tfrecords


def test_tensorflow_reads_the_shards_too(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path / "source"))
    paths = write_tfrecords(reader, tmp_path / "shards")
    assert [p.rpartition("/")[2] for p in paths] == [
        "train-00000-of-00001.tfrecord"
    ]
    names, features = [], {"name": tf.io.FixedLenFeature((), tf.string)}
    features["label"] = tf.io.FixedLenFeature((), tf.string)
    for record in tf.data.TFRecordDataset(paths):
        parsed = tf.io.parse_single_example(record, features)
        names.append(parsed["name"].numpy().decode())
        label = tf.io.decode_png(parsed["label"])[..., 0]
    assert names == reader.names
    np.testing.assert_array_equal(label, makers.label(5))


def test_progress_is_told(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path / "source"))
    steps = []
    write_tfrecords(reader, tmp_path / "shards", steps.append)
    assert sum(steps) == len(reader)


def test_a_data_set_with_faults_is_not_written(tmp_path):
    folder = makers.folder(tmp_path / "source")
    (tmp_path / "source" / "labels" / "p4.png").unlink()
    reader = open_dataset("folder", folder)
    with pytest.raises(ValueError, match="without a label"):
        write_tfrecords(reader, tmp_path / "shards")
    assert not (tmp_path / "shards").exists()


def test_a_broken_file_leaves_no_split_behind(tmp_path):
    folder = makers.folder(tmp_path / "source")
    (tmp_path / "source" / "images" / "p4.png").write_bytes(b"broken")
    with pytest.raises(ValueError, match="p4.png"):
        write_tfrecords(open_dataset("folder", folder), tmp_path / "shards")
    with pytest.raises(OSError, match="classes.json"):
        TFRecordReader(tmp_path / "shards", "train")


def test_other_classes_are_not_mixed_into_a_folder(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path / "source"))
    write_tfrecords(reader, tmp_path / "shards")
    text = makers.CLASSES.replace("car", "bus")
    (tmp_path / "source" / "classes.csv").write_text(text)
    reader = open_dataset("folder", str(tmp_path / "source"), "validation")
    with pytest.raises(ValueError, match="shards with another `classes`"):
        write_tfrecords(reader, tmp_path / "shards")


def test_instance_ids_beyond_16_bits_keep_their_borders(tmp_path):
    folder = makers.folder(tmp_path / "source", 1)
    colours = np.array([[9, 9, 9], [200, 1, 3], [0, 0, 7]], "uint8")
    instances = colours[makers.label(1)]
    makers.save(tmp_path / "source" / "instances" / "p0.png", instances)
    source = open_dataset("folder", folder)
    write_tfrecords(source, tmp_path / "shards")
    ids = TFRecordReader(tmp_path / "shards", "train").read(0).instance_ids
    original = source.read(0).instance_ids
    assert original.max() > 65535 >= ids.max()
    np.testing.assert_array_equal(
        ids[:, 1:] != ids[:, :-1], original[:, 1:] != original[:, :-1]
    )
