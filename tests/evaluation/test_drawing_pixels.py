import sys

import numpy as np
import pytest

from tests.evaluation.sample_drawing import RED, make_drawing
from tf_semsynth.evaluation.drawing import THEME, Drawing
from tf_semsynth.evaluation.drawing_pixels import to_pixels

pytest.importorskip("matplotlib")


def test_shapes_lie_where_they_were_put():
    pixels = to_pixels(make_drawing(), scale=2)
    assert pixels.shape == (80, 120, 3)
    assert pixels[20, 40].tolist() == list(RED)
    assert pixels[8, 40].tolist() == pixels[20, 64].tolist() == [255] * 3
    accent = THEME["accent"][0].lstrip("#")
    assert bytes(pixels[60, 90].tolist()).hex() == accent
    assert pixels[62, 8].tolist() == [255, 200, 0]
    assert pixels[74, 8].tolist() == [0, 0, 0]


def test_dollars_in_names_are_no_formulas():
    drawing = Drawing(100, 20)
    drawing.text(0, 10, "$a_{$ $x")
    assert (to_pixels(drawing) < 128).any()


def test_a_turned_text_is_higher_than_wide():
    drawing = Drawing(100, 100)
    drawing.text(50, 90, "upwards", turned=True)
    rows, columns = np.nonzero(to_pixels(drawing).min(-1) < 128)
    assert np.ptp(rows) > 3 * np.ptp(columns)
    assert 85 < rows.max() <= 92  # It begins where it was put.


def test_without_matplotlib_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"tf_semsynth\[eval\]"):
        to_pixels(make_drawing())
