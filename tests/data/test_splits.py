"""Folders and lists of splits are found however they are spelled."""

import pytest

from tests.data import makers
from tf_semsynth.data import splits
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import NoSplitError

SPELLINGS = {
    "train": ("train", "training", "Train"),
    "validation": ("val", "valid", "validation", "VAL"),
    "test": ("test", "testing"),
}
ALL = [(split, word) for split, words in SPELLINGS.items() for word in words]


@pytest.mark.parametrize("split, word", ALL)
def test_all_spellings_of_folders_and_lists_are_found(tmp_path, split, word):
    (tmp_path / f"{word}_img").mkdir()
    (tmp_path / f"{word}.txt").touch()
    found = splits.find_folders(tmp_path, suffix="_img")
    assert found == {split: tmp_path / f"{word}_img"}
    assert splits.find_lists(tmp_path) == {split: tmp_path / f"{word}.txt"}


def test_two_spellings_of_one_split_are_refused(tmp_path):
    for name in ("val.txt", "validation.txt"):
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match="val.txt and validation.txt both"):
        splits.find_lists(tmp_path)
    for name in ("val", "valid"):
        (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match="val and valid both mean"):
        splits.find_folders(tmp_path)


def make(root, *folders):
    for name in folders:
        (root / name).mkdir(parents=True)
    return root


@pytest.mark.parametrize("outer", [True, False])
def test_splits_lie_around_or_within_the_kinds(tmp_path, outer):
    names = ["{1}/{0}" if outer else "{0}/{1}"] * 2
    kinds = ("images", "labels", "instances")
    for name, split in zip(names, ("train", "val"), strict=True):
        make(tmp_path, *(name.format(kind, split) for kind in kinds))
    found = splits.find_kinds(tmp_path, "validation", "")
    expected = [tmp_path / names[0].format(kind, "val") for kind in kinds]
    assert list(found[:3]) == expected and found.is_own


def test_without_folders_of_splits_the_folder_is_for_all(tmp_path):
    make(tmp_path, "images", "labels")
    found = splits.find_kinds(tmp_path, "test", "")
    assert found.photos == tmp_path / "images" and not found.is_own


def test_a_split_without_folder_beside_others_is_refused(tmp_path):
    make(tmp_path, "train/images", "train/labels")
    with pytest.raises(NoSplitError, match="no folder 'validation'.*train"):
        splits.find_kinds(tmp_path, "validation", "")


def test_pictures_that_would_be_in_no_split_are_refused(tmp_path):
    root = make(tmp_path / "a", "train/images", "train/labels", "images")
    with pytest.raises(ValueError, match="holds images beside train"):
        splits.find_kinds(root, "train", "")
    root = make(tmp_path / "b", "images/train", "images/car", "labels/train")
    with pytest.raises(ValueError, match="holds train.*and car beside"):
        splits.find_kinds(root, "train", "")


@pytest.mark.parametrize(
    "name, photos, labels",
    [
        ("camvid", "valid", "validannot"),
        ("cityscapes", "leftImg8bit/valid", "gtFine/valid"),
        ("coco_stuff", "valid_img", "valid_label"),
        ("ade20k", "images/valid", "annotations/valid"),
        ("celebamask_hq", "valid/images", "valid/labels"),
        ("deepfashion", "valid", "cihp_valid_mask"),
        ("folder", "images/valid", "labels/valid"),
    ],
)
def test_every_reader_knows_the_spellings(tmp_path, name, photos, labels):
    is_city = name == "cityscapes"
    photo = "x_leftImg8bit.png" if is_city else "x.png"
    label = "x_gtFine_labelIds.png" if is_city else "x.png"
    makers.save(tmp_path / photos / photo, makers.photo())
    makers.save(tmp_path / labels / label, makers.label())
    (tmp_path / "classes.csv").write_text(makers.CLASSES)
    reader = open_dataset(name, tmp_path, "validation")
    assert (reader.names, reader.faults) == (["x"], [])
    with pytest.raises(NoSplitError):
        open_dataset(name, tmp_path, "train")
