"""COCO-Stuff: 255 becomes class 182."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError


def _folder(tmp_path, value):
    ids = makers.label(0, 182)
    ids[0, 0] = value
    for part in ("train", "val"):
        makers.save(tmp_path / f"{part}_img" / "01.jpg", makers.photo())
        makers.save(tmp_path / f"{part}_label" / "01.png", ids)
        makers.save(tmp_path / f"{part}_inst" / "01.png", makers.label(1, 9))
    return tmp_path


@pytest.mark.parametrize("split", ["train", "validation"])
def test_unlabeled_becomes_the_last_class(tmp_path, split):
    reader = open_dataset("coco_stuff", _folder(tmp_path, 255), split)
    assert reader.read(0).class_ids[0, 0] == 182
    assert reader.classes.names[182] == "unlabeled"
    assert reader.has_instances


def test_values_between_are_refused(tmp_path):
    reader = open_dataset("coco_stuff", _folder(tmp_path, 200))
    with pytest.raises(DataError, match=r"200 \(1 pixels\).*or 255"):
        reader.read(0)


def test_without_instance_folders_there_are_no_instances(tmp_path):
    folder = _folder(tmp_path, 255)
    (folder / "train_inst" / "01.png").unlink()
    (folder / "train_inst").rmdir()
    reader = open_dataset("coco_stuff", folder)
    assert not reader.has_instances and reader.faults == []
    assert reader.read(0).instance_ids is None
