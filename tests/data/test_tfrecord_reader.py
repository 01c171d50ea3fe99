"""Shards give the same batches as their source, and notice damage."""

import itertools
import json

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data import tfrecord_writer
from tf_semsynth.data.catalog import open_dataset, open_from_options
from tf_semsynth.data.label_map import LabelMap
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.pipeline import make_training_dataset
from tf_semsynth.data.tfrecord_reader import TFRecordReader
from tf_semsynth.data.tfrecord_writer import write_tfrecords


@pytest.fixture
def source(tmp_path):
    folder = makers.folder(tmp_path / "source", 7, instances=True)
    return open_dataset("folder", folder)


@pytest.fixture
def shards(source, tmp_path, monkeypatch):
    monkeypatch.setattr(tfrecord_writer, "_SHARD_BYTES", 3000)
    write_tfrecords(source, tmp_path / "shards")
    return tmp_path / "shards"


def _batches(reader, count):
    dataset = make_training_dataset(
        reader,
        DataOptions(),
        2,
        0,
        image_height=16,
        image_width=24,
        use_edges=True,
    )
    return itertools.islice(dataset.as_numpy_iterator(), count)


def test_training_from_shards_sees_the_same_batches(source, shards):
    reader = TFRecordReader(shards, "train")
    assert len(list(shards.glob("*.tfrecord"))) > 1
    assert reader.names == source.names
    assert reader.classes == source.classes
    assert reader.defaults == source.defaults
    for ours, theirs in zip(
        _batches(reader, 5), _batches(source, 5), strict=True
    ):
        assert sorted(ours) == sorted(theirs)
        for key, value in theirs.items():
            np.testing.assert_array_equal(ours[key], value)


def test_options_name_the_shards(shards):
    reader = open_from_options(DataOptions(tfrecords=str(shards)), "train")
    assert len(reader) == 7


def test_several_splits_share_a_folder(source, shards):
    source.split = "validation"
    write_tfrecords(source, shards)
    for split in ("train", "validation"):
        assert len(TFRecordReader(shards, split)) == 7
    with pytest.raises(ValueError, match="no split 'test'.*train, validation"):
        TFRecordReader(shards, "test")


def test_a_label_map_applies_to_shards(shards, tmp_path):
    (tmp_path / "map.csv").write_text("0,0\n1,1\n2,0\n")
    label_map = LabelMap.from_csv(tmp_path / "map.csv")
    reader = TFRecordReader(shards, "train", label_map)
    np.testing.assert_array_equal(
        reader.read(3).class_ids, makers.label(3) == 1
    )


def test_scenes_can_be_written(tmp_path):
    options = DataOptions(num_scenes=3)
    scenes = open_dataset(
        "scenes", options=options, image_height=40, image_width=48
    )
    write_tfrecords(scenes, tmp_path)
    reader = TFRecordReader(tmp_path, "train")
    for ours, theirs in zip(reader.read(1), scenes.read(1), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_changed_byte_is_noticed(shards, share):
    path = sorted(shards.glob("*.tfrecord"))[0]
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 0xFF
    path.write_bytes(bytes(data))
    reader = TFRecordReader(shards, "train")
    with pytest.raises(ValueError, match=path.name):
        for index in range(len(reader)):
            reader.read(index)


def test_a_short_or_missing_shard_is_noticed_at_once(shards):
    path = sorted(shards.glob("*.tfrecord"))[0]
    data = path.read_bytes()
    path.write_bytes(data[:-5])
    with pytest.raises(ValueError, match=f"{path.name}: has .* were written"):
        TFRecordReader(shards, "train")
    path.unlink()
    with pytest.raises(OSError, match="a shard is missing"):
        TFRecordReader(shards, "train")


@pytest.mark.parametrize("name", ["classes.json", "train.index.json"])
def test_damaged_or_missing_descriptions_are_named(shards, name):
    text = (shards / name).read_text()
    (shards / name).write_text(text[:-9])
    with pytest.raises(ValueError, match=f"{name}: is damaged"):
        TFRecordReader(shards, "train")
    (shards / name).unlink()
    with pytest.raises(OSError, match=name):
        TFRecordReader(shards, "train")


def test_a_description_cannot_name_files_elsewhere(shards):
    path = shards / "classes.json"
    content = json.loads(path.read_text())
    content["splits"]["train"]["shards"][0]["file"] = "../secret.tfrecord"
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="lies in another folder"):
        TFRecordReader(shards, "train")
