"""CamVid: folders, and lists of pairs."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset


@pytest.fixture
def folder(tmp_path):
    for name in ("a_2", "a_10", "a_1"):
        makers.save(tmp_path / "train" / f"{name}.jpg", makers.photo())
        makers.save(tmp_path / "trainannot" / f"{name}.png", makers.label())
    return tmp_path


def test_without_a_list_all_files_are_taken_in_natural_order(folder):
    assert open_dataset("camvid", folder).names == ["a_1", "a_2", "a_10"]


@pytest.mark.parametrize("prefix", ["", "/SegNet/CamVid/"])
def test_a_list_chooses_and_orders(folder, prefix):
    lines = [
        f"{prefix}train/{name}.png {prefix}trainannot/{name}.png"
        for name in ("a_10", "a_1")
    ]
    (folder / "train.txt").write_text("\n".join(lines) + "\n")
    reader = open_dataset("camvid", folder)
    assert reader.names == ["a_10", "a_1"]
    assert reader.faults == []


def test_a_listed_file_that_is_missing_is_a_fault(folder):
    (folder / "train.txt").write_text("train/a_1.jpg\ntrain/b.jpg\n")
    (fault,) = open_dataset("camvid", folder).faults
    assert "train.txt, line 2: names 'train/b.jpg', which is not" in str(fault)


def test_a_listed_orphan_is_a_fault(folder):
    (folder / "trainannot" / "a_1.png").unlink()
    (folder / "train.txt").write_text("train/a_1.jpg\ntrain/a_2.jpg\n")
    (fault,) = open_dataset("camvid", folder).faults
    assert "a_1.jpg: is a photo without a label" in str(fault)


@pytest.mark.parametrize(
    "line, words",
    [
        ("../x/a_1.jpg ../x/a_1.png", "leads out of the data set"),
        ("train/a_1.jpg trainannot/a_2.png", "expected a photo and its label"),
    ],
)
def test_wrong_lines_are_refused(folder, line, words):
    (folder / "train.txt").write_text(line)
    with pytest.raises(ValueError, match=words):
        open_dataset("camvid", folder)


def test_void_is_the_last_class(folder):
    classes = open_dataset("camvid", folder).classes
    assert classes.names[classes.unknown_id] == "void"
    assert classes.num_classes == 12
