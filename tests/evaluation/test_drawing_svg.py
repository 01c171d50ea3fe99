from xml.etree import ElementTree

from tests.evaluation.sample_drawing import RED, make_drawing
from tf_semsynth.evaluation.drawing import Drawing
from tf_semsynth.evaluation.drawing_svg import to_svg


def test_shapes_have_their_places_and_take_their_colours_from_the_page():
    svg = to_svg(make_drawing(), "a label")
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 60 40"
    assert root.get("aria-label") == "a label"
    points = root[0].get("points")
    assert points == "10.0,5.0 30.0,5.0 30.0,15.0 10.0,15.0"
    assert "fill:#fa000a" in svg
    assert "translate(40.0 25.0)" in svg
    assert "fill:var(--accent)" in svg


def test_texts_of_users_cannot_break_out_of_svg():
    drawing = Drawing(10, 10)
    drawing.text(0, 0, "</svg><script>")
    drawing.rect(0, 0, 1, 1, RED, title='"<b>')
    root = ElementTree.fromstring(to_svg(drawing, '"><script>'))
    assert root[0].text == "</svg><script>"
    assert root[1][0].text == '"<b>'
