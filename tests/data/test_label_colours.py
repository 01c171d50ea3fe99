"""Colours are read as values, by what was given alone."""

import numpy as np
import pytest

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import label_colours
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.label_colours import LabelColours

COLOURS = ((10, 20, 30), (40, 50, 60), (70, 80, 90), (10, 20, 30))
TABLE = ClassTable(("sky", "road", "car", "void"), COLOURS)


def test_colours_are_read_as_in_a_loop_over_pixels():
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 3, (5, 7))
    values = {5: 0, 6: 1, 9: 2}
    read = LabelColours(TABLE, values).read(np.array(COLOURS)[ids], "file")
    assert read.dtype == np.int32
    for place in np.ndindex(ids.shape):
        assert values[int(read[place])] == ids[place]


def test_a_shared_colour_is_refused_only_where_it_occurs():
    reader = LabelColours(TABLE)
    pixels = np.full((2, 2, 3), COLOURS[1])
    assert (reader.read(pixels, "file") == 1).all()
    pixels[1, 0] = COLOURS[0]
    with pytest.raises(DataError, match=r"\(x=0, y=1\), which two classes"):
        reader.read(pixels, "file")


def test_tables_without_colours_say_so_and_how_to_give_some():
    plain = LabelColours(ClassTable.default(3), remedy="Give some.")
    assert not plain and LabelColours(TABLE)
    with pytest.raises(DataError, match="a.png: holds colours.*Give some."):
        plain.read(np.zeros((2, 2, 3), "uint8"), "a.png")
    plain.check_palette(np.arange(3), np.array(COLOURS), "a.png")


def test_an_index_without_a_colour_is_refused():
    palette = np.array(COLOURS, "uint8")
    indices = np.array([[0, 3], [2, 1]])
    found = label_colours.look_up(indices, palette, "a.png")
    assert found[1, 0].tolist() == [70, 80, 90]
    with pytest.raises(DataError, match="a.png: uses the palette index 3"):
        label_colours.look_up(indices, palette[:3], "a.png")
