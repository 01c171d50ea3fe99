"""Class tables: names, colours, the unknown class."""

import json

import numpy as np
import pytest

from tests.shared import shared_path
from tf_semsynth.core.classes import ClassTable

TABLE = ClassTable(
    ("sky", "road, wet", "void"), [(1, 2, 3), (4, 5, 6), (0,) * 3], 2
)


def test_default_colours_are_the_official_palette():
    # Worked by hand: n = 1, 2, 3, 9 = 1 + 8, 152 = 0 + 3 * 8 + 2 * 64.
    colours = ClassTable.default(152).colours
    assert colours[:3] == ((128, 0, 0), (0, 128, 0), (128, 128, 0))
    assert colours[8] == (192, 0, 0)
    assert colours[151] == (64, 64 + 32, 0)
    assert len(set(colours)) == 152


def test_default_colours_are_those_of_the_coco_file():
    import csv

    path = shared_path("data", "classes", "coco_stuff_183.csv")
    rows = {int(r["train_id"]): r for r in csv.DictReader(path.open())}
    colours = ClassTable.default(91).colours
    for index in range(91):
        expected = tuple(int(rows[index][c]) for c in "rgb")
        assert colours[index] == expected, rows[index]["name"]


def test_dictionary_and_csv_round_trips(tmp_path):
    text = json.dumps(TABLE.to_dict())
    assert ClassTable.from_dict(json.loads(text)) == TABLE
    TABLE.to_csv(tmp_path / "classes.csv")
    assert ClassTable.from_csv(tmp_path / "classes.csv", unknown_id=2) == TABLE


@pytest.mark.parametrize(
    "text",
    [
        "id,name,r,g,b\n1,b,128,0,255\n0,a,0,0,0\n",
        "id,name,colour,note\n0,a,#000000,x\n1,b,#8000ff,y\n",
        "\ufeffId, Name, Color\n0, a, 0 0 0\n1, b, 128 0 255\n",
    ],
)
def test_colours_are_read_in_every_spelling(text, tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text(text, encoding="utf-8")
    table = ClassTable(("a", "b"), ((0, 0, 0), (128, 0, 255)))
    assert ClassTable.from_csv(path) == table


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "must name the columns"),
        ("name,r,g,b\na,0,0,0\n", "must name the columns"),
        ("id,name\n", "no classes"),
        ("id,name\n0,a\n0,b\n", "line 3: id 0 is there twice"),
        ("id,name\n0,a\n2,b\n", r"missing: \[1\]"),
        ("id,name\n-1,a\n0,b\n", "without a gap"),
        ("id,name\nx,a\n", "line 2: `id` must be a whole number.*'x'"),
        ("id,name,r,g,b\n0,a,0,0\n", "`b` must be a whole number"),
        ("id,name,r,g,b\n0,a,0,0,256\n", "from 0 to 255"),
        ("id,name,colour\n0,a,green\n", "`#rrggbb`"),
        ("id,name\n0\n", "line 2: id 0 has no name"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(text, words, tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=words) as caught:
        ClassTable.from_csv(path)
    assert "classes.csv" in str(caught.value) or "colour" in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_bytes(b"id,name\n0,\xff\xfe\n")
    with pytest.raises(ValueError, match="classes.csv: expected a text file"):
        ClassTable.from_csv(path)


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 names and 1 colours"):
        ClassTable(("a", "b"), ((0, 0, 0),))
    with pytest.raises(ValueError, match="unknown_id.*from 0 to 1"):
        ClassTable.default(2, unknown_id=2)


def test_each_pixel_gets_the_colour_of_its_class():
    ids = np.array([[[0, 1], [2, 1]]])
    image = TABLE.colourise(ids)
    assert image.dtype == np.uint8 and image.shape == (1, 2, 2, 3)
    for pixel in np.ndindex(ids.shape):
        assert tuple(image[pixel]) == TABLE.colours[ids[pixel]]


@pytest.mark.parametrize("wrong", [-1, 3, 255])
def test_an_id_out_of_range_has_no_colour(wrong):
    with pytest.raises(ValueError, match=rf"0 to 2.*\[{wrong}\]"):
        TABLE.colourise(np.array([0, wrong]))
