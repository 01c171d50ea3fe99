"""Cityscapes: label ids, instances of 16 bits, names in any parts."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError


@pytest.fixture
def folder(tmp_path):
    for city, frame in (("aachen", "000001_000019"), ("ulm", "000002_000019")):
        stem = f"{city}_{frame}"
        photo = tmp_path / "leftImg8bit" / "train" / city
        truth = tmp_path / "gtFine" / "train" / city
        makers.save(photo / f"{stem}_leftImg8bit.png", makers.photo())
        ids = makers.label(0, 34)
        makers.save(truth / f"{stem}_gtFine_labelIds.png", ids)
        makers.save(
            truth / f"{stem}_gtFine_instanceIds.png",
            ids.astype("uint16") * 1000 + 3,
        )
        makers.save(truth / f"{stem}_gtFine_color.png", makers.photo())
    return tmp_path


def test_frames_are_paired_over_their_folders(folder):
    reader = open_dataset("cityscapes", folder)
    assert reader.names == [
        "aachen/aachen_000001_000019",
        "ulm/ulm_000002_000019",
    ]
    record = reader.read(1)
    np.testing.assert_array_equal(
        record.instance_ids, record.class_ids * 1000 + 3
    )
    assert reader.classes.unknown_id is None
    assert reader.classes.names[34] == "license plate"


def test_255_is_out_of_range_and_train_ids_are_suspected(folder):
    (path,) = folder.glob("gtFine/train/ulm/*_labelIds.png")
    ids = makers.label(0)
    ids[0, 0] = 255
    makers.save(path, ids)
    with pytest.raises(DataError, match="labelTrainIds"):
        open_dataset("cityscapes", folder).read(1)


def test_a_folder_of_train_ids_is_recognised(folder):
    for path in folder.glob("gtFine/train/*/*_labelIds.png"):
        name = path.name.replace("labelIds", "labelTrainIds")
        path.rename(path.with_name(name))
    with pytest.raises(ValueError, match="no .*_labelIds.png files"):
        open_dataset("cityscapes", folder)


def test_a_missing_instance_map_is_a_fault(folder):
    (path,) = folder.glob("gtFine/train/ulm/*_instanceIds.png")
    path.unlink()
    reader = open_dataset("cityscapes", folder)
    assert "without an instance map" in str(reader.faults[0])
    assert not reader.has_instances


def test_labels_of_the_test_split_hold_no_annotation(folder):
    (path,) = folder.glob("gtFine/train/ulm/*_labelIds.png")
    ids = np.array([0, 1, 3], "uint8")[makers.label(0)]
    makers.save(path, ids)
    reader = open_dataset("cityscapes", folder)
    reader.read(0)
    with pytest.raises(DataError, match="ulm.*holds no annotation.*validation"):
        reader.read(1)
    ids[0, 0] = 7
    makers.save(path, ids)
    reader.read(1)
