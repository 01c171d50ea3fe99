"""Files are sorted, paired by stem, and kept inside the data set."""

from pathlib import Path

import pytest

from tests.data import makers
from tf_semsynth.data import files
from tf_semsynth.data.faults import DataError


def test_numbers_in_names_are_compared_as_numbers():
    names = ["a10", "a2", "b1", "a1", "A3"]
    found = sorted(names, key=files.natural_key)
    assert found == ["A3", "a1", "a2", "a10", "b1"]


def test_only_files_of_the_wanted_kind_are_listed(tmp_path):
    for name in ("b.PNG", "a.png", ".hidden.png", "c.txt", "sub/d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [p.name for p in files.list_files(tmp_path, (".png",))]
    assert names == ["a.png", "b.PNG"]
    names = [p.name for p in files.list_files(tmp_path, (".png",), True)]
    assert names == ["a.png", "b.PNG", "d.png"]


def test_pairs_are_found_by_stem_and_the_rest_is_reported():
    photos = [Path("i/1.jpg"), Path("i/2.jpg"), Path("i/3.jpg")]
    labels = [Path("l/2.png"), Path("l/3.png"), Path("l/4.png")]
    pairs, faults = files.pair(photos, labels)
    assert [a.stem + b.stem for a, b in pairs] == ["22", "33"]
    words = [str(fault) for fault in faults]
    assert "i/1.jpg: is a photo without a label." in words[0]
    assert "l/4.png: is a label without a photo." in words[1]


def test_two_files_of_one_stem_are_a_fault():
    photos = [Path("i/1.jpg"), Path("i/1.png")]
    pairs, faults = files.pair(photos, [Path("l/1.png")])
    assert len(pairs) == 1
    assert "second photo" in str(faults[0])


def test_each_label_needs_an_instance_map_where_there_are_some(tmp_path):
    labels = [Path("l/1.png"), Path("l/2.png")]
    assert files.find_instances(tmp_path / "none", labels) == ({}, [])
    makers.save(tmp_path / "inst" / "1.png", makers.label())
    by_stem, faults = files.find_instances(tmp_path / "inst", labels)
    assert list(by_stem) == ["1"]
    assert "l/2.png: is a label without an instance map" in str(faults[0])


@pytest.mark.parametrize("name", ["../secret.png", "a/../../b.png"])
def test_lists_cannot_lead_out_of_the_data_set(tmp_path, name):
    path = tmp_path / "train.txt"
    path.write_text(f"ok.png\n{name} ok.png\n")
    with pytest.raises(DataError, match="train.txt, line 2: names"):
        files.read_list(path)


def test_a_missing_folder_is_named_with_the_remedy(tmp_path):
    with pytest.raises(OSError, match="images.*does not exist. Do this."):
        files.require_folder(tmp_path, "images", remedy="Do this.")


def test_a_split_is_a_folder_where_there_are_such_folders(tmp_path):
    assert files.split_folder(tmp_path, "train", "") == tmp_path
    (tmp_path / "val").mkdir()
    found = files.split_folder(tmp_path, "validation", "")
    assert found == tmp_path / "val"
    with pytest.raises(ValueError, match="no folder 'train'.*validation"):
        files.split_folder(tmp_path, "train", "")
