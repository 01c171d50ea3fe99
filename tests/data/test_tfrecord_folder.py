"""What lies in a folder of shards is described, and checked."""

import pytest

from tests.data import makers
from tf_semsynth.data import tfrecord_folder
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError


def test_a_description_survives_its_file(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path / "set"))
    description = tfrecord_folder.describe(reader)
    path = tmp_path / "classes.json"
    tfrecord_folder.write_json(path, description)
    assert tfrecord_folder.read_description(str(tmp_path)) == description
    assert description["classes"]["names"] == ["sky", "road", "car"]


def test_another_format_is_refused(tmp_path):
    tfrecord_folder.write_json(tmp_path / "classes.json", {"format": 99})
    with pytest.raises(DataError, match="not of format 1.*prepare_data"):
        tfrecord_folder.read_description(str(tmp_path))


def test_the_index_must_be_whole(tmp_path):
    tfrecord_folder.write_json(tmp_path / "train.index.json", [["a", 0, 12, 3]])
    found = tfrecord_folder.read_index(str(tmp_path), "train", 1)
    assert found == [["a", 0, 12, 3]]
    with pytest.raises(DataError, match="lists 1 examples, classes.json 2"):
        tfrecord_folder.read_index(str(tmp_path), "train", 2)


def test_shards_must_have_their_sizes(tmp_path):
    (tmp_path / "a.tfrecord").write_bytes(b"123")
    split = {"shards": [{"file": "a.tfrecord", "bytes": 3}]}
    (path,) = tfrecord_folder.check_shards(str(tmp_path), split)
    assert path.endswith("a.tfrecord")
    split["shards"][0]["bytes"] = 4
    with pytest.raises(DataError, match="has 3 bytes, 4 were written"):
        tfrecord_folder.check_shards(str(tmp_path), split)


def test_the_checksum_depends_on_every_part():
    parts = {"image": b"abc", "label": b"de"}
    other = {"image": b"abc", "label": b"dd"}
    first = tfrecord_folder.checksum(parts)
    assert first == tfrecord_folder.checksum(dict(reversed(parts.items())))
    assert first != tfrecord_folder.checksum(other)


@pytest.mark.parametrize("name", ["../p0", "/tmp/p0", "a/../../p0", ""])
def test_names_that_lead_out_of_folders_are_refused(tmp_path, name):
    index = [["day1/p1", 0, 12, 5], [name, 0, 40, 5]]
    tfrecord_folder.write_json(str(tmp_path / "train.index.json"), index)
    with pytest.raises(DataError, match="train.index.json: holds the name"):
        tfrecord_folder.read_index(str(tmp_path), "train", 2)
