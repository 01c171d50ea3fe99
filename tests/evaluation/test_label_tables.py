"""Label tables, against what the data sets publish."""

import csv
import json

import pytest

from tests.shared import shared_path
from tf_semsynth.evaluation import label_tables


def test_ade20k_shifts_by_one_and_drops_zero():
    table = label_tables.table_of("ade20k")
    assert len(table) == 151
    assert table[:3] == (150, 0, 1) and table[150] == 149
    assert label_tables.names_of("ade20k")[0].startswith("wall")
    assert len(label_tables.names_of("ade20k")) == 150


def test_cityscapes_is_the_table_of_its_judge():
    path = shared_path("judges", "espnet_cityscapes", "assets.extra")
    about = json.loads((path / "judge.json").read_text())
    table = label_tables.table_of("cityscapes")
    assert list(table) == about["label_png_to_class_id"]
    names = [name.replace("-", " ") for name in about["class_names"]]
    assert list(label_tables.names_of("cityscapes")) == names


def test_cityscapes_is_the_table_of_the_class_list():
    path = shared_path("data", "classes", "cityscapes_35.csv")
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(k for k in rows[0] if k in ("id", "label_id"))
    table = label_tables.table_of("cityscapes")
    for row in rows:
        if 0 <= int(row[key]) <= 33:
            train_id = int(row["train_id"])
            expected = 19 if train_id in (255, -1) else train_id
            assert table[int(row[key])] == expected


def test_coco_stuff_keeps_ids_and_drops_255():
    table = label_tables.table_of("coco_stuff")
    assert table[:182] == tuple(range(182))
    assert set(table[182:255]) == {-1} and table[255] == 182
    assert len(label_tables.names_of("coco_stuff")) == 182


def test_an_unknown_data_set_is_refused():
    with pytest.raises(ValueError, match="no label table.*'moon'"):
        label_tables.table_of("moon")


def test_colours_are_those_of_the_data_set():
    path = shared_path("data", "classes", "camvid_12.csv")
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [[int(row[c]) for c in "rgb"] for row in rows[:11]]
    found = label_tables.colours_of("camvid", range(12), 11)
    assert found == expected
    table = label_tables.table_of("cityscapes")
    colours = label_tables.colours_of("cityscapes", table, 19)
    assert colours[0] == [128, 64, 128]  # Road.
    assert len(label_tables.colours_of("moon", table, 19)) == 19
