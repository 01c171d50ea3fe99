"""COCO-Stuff: 255 becomes class 182."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.checking import check_dataset
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


def _save_labels(tmp_path, *labels):
    for number, values in enumerate(labels):
        ids = np.array(values, "uint8").reshape(2, -1)
        photo = np.zeros((*ids.shape, 3), "uint8")
        for part in ("train", "val"):
            makers.save(tmp_path / f"{part}_img" / f"{number}.jpg", photo)
            makers.save(tmp_path / f"{part}_label" / f"{number}.png", ids)
    return tmp_path


@pytest.mark.parametrize("value", [67, 90, 182])
def test_official_ids_are_recognised_by_what_only_they_hold(tmp_path, value):
    """As official ids: dining table, toothbrush, wood."""
    folder = _save_labels(tmp_path, [0, 1, 124, value])
    with pytest.raises(DataError, match=f"holds {value} and no 255"):
        open_dataset("coco_stuff", folder).read(0)


def test_255_shows_that_a_label_does_not_hold_official_ids(tmp_path):
    folder = _save_labels(tmp_path, [0, 67, 123, 255])
    record = open_dataset("coco_stuff", folder).read(0)
    assert record.class_ids.tolist() == [[0, 67], [123, 182]]


def test_zero_in_all_labels_and_255_in_none_is_a_fault(tmp_path):
    """Official ids: unlabeled in all; id - 1: persons in all, nothing else."""
    folder = _save_labels(tmp_path, [0, 1, 92, 157], [0, 0, 2, 157])
    (fault,) = check_dataset(open_dataset("coco_stuff", folder)).faults
    assert "all 2 labels hold 0 (person) and none 255" in str(fault)
    folder = _save_labels(tmp_path, [0, 1, 92, 157], [0, 255, 2, 157])
    assert check_dataset(open_dataset("coco_stuff", folder)).faults == []
    folder = _save_labels(tmp_path, [0, 1, 92, 157], [3, 4, 2, 157])
    assert check_dataset(open_dataset("coco_stuff", folder)).faults == []
