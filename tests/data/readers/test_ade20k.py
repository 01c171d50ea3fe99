"""ADE20K: raw values, 0 is unknown, and an optional shift."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions

IDS = np.array([[0, 1, 2], [150, 21, 255]], "uint8")


@pytest.fixture
def folder(tmp_path):
    for kind, array in (
        ("images", makers.photo(0, 2, 3)),
        ("annotations", IDS),
    ):
        suffix = "png" if kind == "annotations" else "jpg"
        for part, word in (("training", "train"), ("validation", "val")):
            name = f"ADE_{word}_00000001.{suffix}"
            makers.save(tmp_path / kind / part / name, array)
    return tmp_path


def test_values_are_class_ids_and_0_is_unknown(folder):
    reader = open_dataset("ade20k", folder)
    assert reader.names == ["ADE_train_00000001"]
    assert reader.classes.names[:3] == ("other", "wall", "building")
    expected = [[0, 1, 2], [150, 21, 0]]
    assert reader.read(0).class_ids.tolist() == expected


def test_the_shift_moves_names_and_values(folder):
    options = DataOptions(ade20k_label_shift=True)
    reader = open_dataset("ade20k", folder, options=options)
    assert reader.classes.names[:2] == ("wall", "building")
    assert reader.classes.unknown_id == 150
    expected = [[150, 0, 1], [149, 20, 150]]
    assert reader.read(0).class_ids.tolist() == expected


def test_the_split_may_be_told_by_the_names(folder):
    for path in folder.glob("*/*/*"):
        path.rename(path.parents[1] / path.name)
    for part in folder.glob("*/*/"):
        part.rmdir()
    for split, word in (("train", "train"), ("validation", "val")):
        reader = open_dataset("ade20k", folder, split)
        assert reader.names == [f"ADE_{word}_00000001"]


def test_there_are_no_test_labels(folder):
    with pytest.raises(ValueError, match="'test'"):
        open_dataset("ade20k", folder, "test")


def test_the_full_release_is_told_from_the_benchmark(tmp_path):
    deep = tmp_path / "images" / "ADE" / "training" / "urban" / "street"
    makers.save(deep / "ADE_train_00016964_seg.png", makers.photo())
    with pytest.raises(ValueError, match="ADEChallengeData2016"):
        open_dataset("ade20k", tmp_path)
