"""A folder of the user's own."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.options import DataOptions


def test_splits_may_be_folders(tmp_path):
    makers.folder(tmp_path / "train", 3)
    makers.folder(tmp_path / "val", 2)
    (tmp_path / "classes.csv").write_text(makers.CLASSES)
    assert len(open_dataset("folder", tmp_path)) == 3
    assert len(open_dataset("folder", tmp_path, "validation")) == 2
    with pytest.raises(ValueError, match="no folder 'test'"):
        open_dataset("folder", tmp_path, "test")


def test_splits_may_be_lists(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "train.txt").write_text("p3\np1.png\n")
    (tmp_path / "validation.txt").write_text("p0\np9\n")
    assert open_dataset("folder", folder).names == ["p3", "p1"]
    validation = open_dataset("folder", folder, "validation")
    assert validation.names == ["p0"]
    assert "validation.txt, line 2: names 'p9'" in str(validation.faults[0])


def test_the_class_table_is_needed(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "classes.csv").rename(tmp_path / "other.csv")
    with pytest.raises(OSError, match="classes.csv.*id, name, colour"):
        open_dataset("folder", folder)
    options = DataOptions(classes_csv=str(tmp_path / "other.csv"), unknown_id=0)
    classes = open_dataset("folder", folder, options=options).classes
    assert classes.names == ("sky", "road", "car")
    assert classes.unknown_id == 0


def test_files_of_another_kind_are_faults(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "labels" / "p0.bmp").touch()
    (tmp_path / "images" / "notes.txt").touch()
    words = [str(f) for f in open_dataset("folder", folder).faults]
    assert any("p0.bmp: is not one of .png" in w for w in words)
    assert any("notes.txt: is not one of .jpg" in w for w in words)


def test_an_empty_instance_folder_is_a_fault(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "instances").mkdir()
    reader = open_dataset("folder", folder)
    assert "instances: is empty" in str(reader.faults[0])


VOC = np.array([(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0)], "uint8")


def test_without_colours_in_the_table_no_colour_is_read(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "classes.csv").write_text("id,name\n0,sky\n1,road\n2,car\n")
    makers.save(tmp_path / "labels" / "p1.png", VOC[makers.label(1)])
    reader = open_dataset("folder", folder)
    reader.read(0)
    with pytest.raises(
        DataError, match="p1.png: holds colours.*`colour` to .*classes.csv"
    ):
        reader.read(1)
    with pytest.raises(ValueError, match="--label_encoding=colour.*none were"):
        options = DataOptions(label_encoding="colour")
        open_dataset("folder", folder, options=options)


def test_without_colours_in_the_table_a_palette_is_read_by_index(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "classes.csv").write_text("id,name\n0,sky\n1,road\n2,car\n")
    for i in range(6):
        data = makers.palette_png(makers.label(i), VOC.tolist())
        (tmp_path / "labels" / f"p{i}.png").write_bytes(data)
    reader = open_dataset("folder", folder)
    for i in range(6):
        np.testing.assert_array_equal(reader.read(i).class_ids, makers.label(i))
