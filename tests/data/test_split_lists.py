"""Lists say which pictures are of which split, and are checked."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import NotDividedError


@pytest.fixture
def folder(tmp_path):
    return makers.folder(tmp_path, 4)


def write(folder, **lists):
    for name, lines in lists.items():
        with open(f"{folder}/{name}.txt", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "line",
    [
        "p3",
        "p3.png",
        "p3.jpg",  # As lists of photos that were converted say.
        "images/p3.png",
        "./images/p3",
        "labels/p3.png",
        "/home/me/streets/images/p3.png",
        "images\\p3.png",
        "images/p3.png labels/p3.png",
        "images/p3.png,labels/p3.png",
        "p3\tp3",
    ],
)
def test_a_line_names_a_picture_in_many_ways(folder, line):
    write(folder, train=[line, "p1"])
    reader = open_dataset("folder", folder)
    assert (reader.names, reader.faults) == (["p3", "p1"], [])


def test_names_with_dots_and_spaces_are_taken_whole(tmp_path):
    for name in ("cam", "cam.1", "cam.2", "my cam.3"):
        makers.save(tmp_path / "images" / f"{name}.png", makers.photo())
        makers.save(tmp_path / "labels" / f"{name}.png", makers.label())
    (tmp_path / "classes.csv").write_text(makers.CLASSES)
    pair = "images/my cam.3.png labels/my cam.3.png"
    write(tmp_path, train=["cam.1", "cam.2.png", "my cam.3"], val=["cam", pair])
    assert open_dataset("folder", tmp_path).names == [
        "cam.1",
        "cam.2",
        "my cam.3",
    ]
    validation = open_dataset("folder", tmp_path, "validation")
    assert validation.names == ["cam", "my cam.3"]


def test_a_name_in_another_folder_is_another_picture(tmp_path):
    for kind, array in (("images", makers.photo()), ("labels", makers.label())):
        makers.save(tmp_path / kind / "day1" / "x.png", array)
    (tmp_path / "classes.csv").write_text(makers.CLASSES)
    write(tmp_path, train=["day1/x", "day2/x", "x"])
    reader = open_dataset("folder", tmp_path)
    assert reader.names == ["day1/x"] and len(reader.faults) == 2


@pytest.mark.parametrize("line", ["../secret.png", "a/../../b.png", "..\\b"])
def test_lists_cannot_lead_out_of_the_data_set(folder, line):
    write(folder, train=["p0", f"{line} p1"])
    with pytest.raises(ValueError, match="train.txt, line 2: names.*leads out"):
        open_dataset("folder", folder)


def test_a_picture_that_is_listed_twice_is_a_fault(folder):
    write(folder, train=["p0", "# twice:", "p0.png", "p1"])
    reader = open_dataset("folder", folder)
    (fault,) = reader.faults
    assert "train.txt, line 3: names 'p0' a second time, after line 1" in str(
        fault
    )


def test_a_photo_with_the_label_of_another_is_a_fault(folder):
    write(folder, train=["images/p0.png labels/p1.png"])
    with pytest.raises(ValueError, match="line 1: expected a photo and its"):
        open_dataset("folder", folder).require_sound()


def test_pictures_in_two_lists_and_in_none_are_noted(folder):
    write(folder, training=["p0", "p1"], valid=["p0", "p2"])
    assert open_dataset("folder", folder).notes == [
        "1 of 4 pairs is in no list: p3."
    ]
    (note,) = open_dataset("folder", folder, "validation").notes
    assert note.startswith("1 of 2 validation pictures is a training picture")


def test_a_split_without_a_list_beside_others_is_refused(folder):
    write(folder, train=["p0", "p1", "p2"])
    words = "train.txt names 3 of 4 pictures.*Write validation.txt"
    with pytest.raises(NotDividedError, match=words):
        open_dataset("folder", folder, "validation")


def test_without_lists_it_is_noted_that_splits_are_the_same(folder):
    assert open_dataset("folder", folder).notes == []
    (note,) = open_dataset("folder", folder, "validation").notes
    assert note.startswith("all validation pictures are training pictures")


def test_an_empty_list_is_a_fault(folder):
    write(folder, train=["# later"])
    with pytest.raises(ValueError, match="train.txt: names no pictures"):
        open_dataset("folder", folder)


def test_what_is_wrong_with_files_that_are_not_listed_is_no_fault(folder):
    write(folder, train=["p0", "p1"])
    makers.save(f"{folder}/images/extra.png", makers.photo())
    assert open_dataset("folder", folder).faults == []
    write(folder, train=["p0", "p1", "extra"])
    (fault,) = open_dataset("folder", folder).faults
    assert "extra.png: is a photo without a label" in str(fault)


@pytest.mark.parametrize(
    "name, photos, labels",
    [
        ("camvid", "train", "trainannot"),
        ("coco_stuff", "train_img", "train_label"),
        ("ade20k", "images/training", "annotations/training"),
        ("celebamask_hq", "images", "labels"),
        ("deepfashion", "train", "cihp_train_mask"),
    ],
)
def test_every_reader_reads_lists(tmp_path, name, photos, labels):
    for stem in ("a", "b", "c"):
        makers.save(tmp_path / photos / f"{stem}.png", makers.photo())
        makers.save(tmp_path / labels / f"{stem}.png", makers.label())
    write(tmp_path, train=[f"{photos}/c.png {labels}/c.png", "a"])
    reader = open_dataset(name, tmp_path)
    assert (reader.names, reader.faults) == (["c", "a"], [])
