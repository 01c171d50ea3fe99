import numpy as np
import pytest
from PIL import Image

from tf_semsynth.evaluation.charts import HALF_WIDTH
from tf_semsynth.evaluation.drawing import Drawing
from tf_semsynth.evaluation.report_page import (
    Section,
    write_page,
    write_picture,
)


def make_box(width):
    drawing = Drawing(width, 50)
    drawing.rect(0, 0, width, 50, (255, 0, 0))
    return drawing


def test_a_page_has_titles_words_drawings_and_tables(tmp_path):
    table = (("name", "value"), [("a & b", 1)])
    sections = [
        Section("First", ("Some words.",), make_box(1040)),
        Section("Second", table=table, folded=True),
    ]
    write_page(tmp_path / "page.html", "Title", "what it is", sections)
    page = (tmp_path / "page.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    for words in (
        "<h1>Title</h1>",
        "what it is",
        "<h2>First</h2><p>Some words.</p><figure><svg",
        "<details><summary>As a table</summary>",
        "<td>a &amp; b</td><td>1</td>",
        "default-src 'none'",
    ):
        assert words in page, words


def test_two_half_sections_lie_beside_each_other(tmp_path):
    half = [Section(n, (), make_box(HALF_WIDTH), half=True) for n in "ab"]
    write_page(tmp_path / "page.html", "t", "s", half)
    page = (tmp_path / "page.html").read_text()
    assert page.count('<div class="row">') == 1
    write_page(tmp_path / "page.html", "t", "s", half[:1])
    assert '<div class="row">' not in (tmp_path / "page.html").read_text()


def read_red(path):
    with Image.open(path) as picture:
        pixels = np.asarray(picture).astype(int)
    return (pixels[..., 0] > 200) & (pixels[..., 1] < 50)


def test_a_picture_has_sections_below_and_beside_each_other(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "picture.png"
    whole = [Section(n, (), make_box(1040)) for n in "ab"]
    write_picture(path, "t", "s", whole)
    red = read_red(path)
    assert red.shape[1] == 1600
    below = np.diff(red[:, 800].astype(int))
    assert (below == 1).sum() == 2
    half = [Section(n, (), make_box(HALF_WIDTH), half=True) for n in "ab"]
    write_picture(path, "t", "s", half)
    red = read_red(path)
    row = red[np.nonzero(red.any(1))[0][20]]
    assert (np.diff(row.astype(int)) == 1).sum() == 2


def test_what_is_for_the_page_alone_is_not_in_the_picture(tmp_path):
    pytest.importorskip("matplotlib")
    box = Section("x", (), make_box(1040), in_picture=False)
    write_picture(tmp_path / "picture.png", "t", "s", [box])
    assert not read_red(tmp_path / "picture.png").any()
