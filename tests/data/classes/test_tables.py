"""The class tables that come with the package are those of their sources."""

import csv

import pytest

from tests.shared import shared_path
from tf_semsynth.data.classes import load_classes

# table, file, column with the id, classes
SOURCES = [
    ("ade20k", "ade20k_150.csv", "png_value", 151),
    ("camvid", "camvid_12.csv", "train_id", 12),
    ("celebamask_hq", "celebamask_hq_19.csv", "png_value", 19),
    ("cityscapes", "cityscapes_35.csv", "id", 35),
    ("coco_stuff", "coco_stuff_183.csv", "train_id", 183),
]


@pytest.mark.parametrize("table, file, column, count", SOURCES)
def test_ids_names_and_colours_are_those_of_the_source(
    table, file, column, count
):
    classes = load_classes(table)
    assert classes.num_classes == count
    with open(shared_path("data", "classes", file), newline="") as rows:
        for row in csv.DictReader(rows):
            class_id = int(row[column]) % count  # -1 is the last.
            name = row["name"].replace(" (dontcare)", "")
            assert classes.names[class_id] == name
            colour = tuple(int(row[c]) for c in "rgb")
            assert classes.colours[class_id] == colour


@pytest.mark.parametrize("scheme", ["LIP", "ATR"])
def test_human_parsing_lists_are_those_of_the_source(scheme):
    path = shared_path("data", "classes", "human_parsing_lip20_atr18.csv")
    with open(path, newline="") as rows:
        names = [
            row["name"].lower()
            for row in csv.DictReader(rows)
            if row["scheme"] == scheme
        ]
    classes = load_classes(f"human_parsing_{scheme.lower()}")
    assert list(classes.names) == names
