"""Zoom and pan keep what people look at in place."""

import pytest

from tests.serving.studio.browser import run_module

VIEW = """
    const view = new m.Viewport(64);
    view.resize(640, 480);
    const corners = () => [view.left, view.top, view.zoom];
"""


def run(page, code, argument=None):
    return run_module(page, "view/viewport.js", VIEW + code, argument)


def test_at_first_all_is_seen(module_page):
    code = "return [view.toPixel(0, 0), view.toPixel(639.9, 479.9)];"
    first, last = run(module_page, code)
    assert (first, last) == ({"x": 0, "y": 0}, {"x": 63, "y": 47})


@pytest.mark.parametrize("x, y", [(320, 240), (0, 0), (600, 30)])
def test_the_pixel_under_the_pointer_stays_there(module_page, x, y):
    before, after, zoom = run(
        module_page,
        "const [x, y] = argument; const before = view.toPixel(x, y); "
        "view.zoomAt(x, y, 2.5); "
        "return [before, view.toPixel(x, y), view.zoom];",
        [x, y],
    )
    assert before == after and zoom == 2.5


def test_the_layout_cannot_leave_the_frame(module_page):
    code = (
        "view.zoomBy(2); view.panBy(9999, 9999); const a = corners(); "
        "view.panBy(-9999, -9999); const b = corners(); view.fit(); "
        "return [a, b, corners()];"
    )
    assert run(module_page, code) == [[0, 0, 2], [-640, -480, 2], [0, 0, 1]]


def test_zoom_has_bounds(module_page):
    code = (
        "view.zoomBy(1e6); const large = view.pixelSize; view.zoomBy(1e-6); "
        "return [large, view.zoom];"
    )
    assert run(module_page, code) == [48, 1]


def test_another_size_of_the_window_shows_the_same_part(module_page):
    code = (
        "view.zoomAt(100, 100, 3); const a = view.toPixel(0, 0); "
        "view.resize(320, 240); return [a, view.toPixel(0, 0)];"
    )
    before, after = run(module_page, code)
    assert before == after


def test_a_pixel_out_of_view_is_brought_into_it(module_page):
    code = (
        "view.zoomAt(0, 0, 4); view.reveal(60, 40); "
        "const {x, y} = view.toFrame(60, 40); "
        "return [x, y, view.pixelSize];"
    )
    x, y, size = run(module_page, code)
    assert 0 <= x <= 640 - size + 1e-9
    assert 0 <= y <= 480 - size + 1e-9
