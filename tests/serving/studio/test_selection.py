"""Boxes, ovals, selections, and strokes that begin beside the layout."""

import numpy as np
import pytest

from tests.serving.studio.browser import DESKTOP, PHONE, screenshot
from tests.serving.studio.conftest import NAMES
from tests.serving.studio.test_painting import box, painted
from tests.serving.studio.user import User

SKY, ROAD, TREE = (NAMES.index(name) for name in ("sky", "road", "tree"))


@pytest.fixture
def blank(user):
    """A user whose layout is sky alone, with a small brush."""
    user.clear("sky")
    user.choose("road")
    user.size(1)
    return user


def test_a_box_is_painted_between_its_corners_and_undone(blank):
    blank.tool("Box")
    blank.stroke((30, 20), (5, 40), (10, 12))
    assert painted(blank, ROAD) == box(10, 12, 30, 20)
    blank.page.click("#undo")
    assert painted(blank, ROAD) == set()


def test_shift_makes_a_box_square_and_an_oval_round(blank):
    keyboard = blank.page.keyboard
    blank.tool("Box")
    keyboard.down("Shift")
    blank.stroke((10, 10), (19, 13))
    keyboard.up("Shift")
    assert painted(blank, ROAD) == box(10, 10, 19, 19)
    blank.choose("tree")
    blank.tool("Oval")
    keyboard.down("Shift")
    blank.stroke((30, 10), (34, 11))
    keyboard.up("Shift")
    corners = {(30, 10), (34, 10), (30, 14), (34, 14)}
    assert painted(blank, TREE) == box(30, 10, 34, 14) - corners


def test_a_selected_box_moves_as_one_step(blank):
    blank.stroke((10, 10), (12, 10))
    blank.choose("tree")
    blank.click(11, 11)
    blank.tool("Select")
    blank.stroke((9, 9), (13, 12))
    screenshot(blank.page, "selection")
    blank.stroke((11, 11), (40, 30), (31, 31))
    assert painted(blank, ROAD) == box(30, 30, 32, 30)
    assert painted(blank, TREE) == {(31, 31)}
    blank.stroke((31, 31), (31, 33))  # It is still selected.
    assert painted(blank, ROAD) == box(30, 32, 32, 32)
    blank.page.click("#undo")
    assert painted(blank, ROAD) == box(30, 30, 32, 30)
    blank.page.click("#undo")
    assert painted(blank, ROAD) == box(10, 10, 12, 10)
    assert painted(blank, TREE) == {(11, 11)}


def test_a_click_selects_the_area_of_a_class(blank):
    blank.stroke((10, 10), (14, 10))
    blank.stroke((30, 10), (34, 10))
    blank.tool("Select")
    blank.click(12, 10)
    blank.stroke((12, 10), (12, 20))
    assert painted(blank, ROAD) == box(10, 20, 14, 20) | box(30, 10, 34, 10)


def test_what_is_moved_out_of_the_layout_is_cut_off(blank):
    blank.stroke((1, 10), (6, 10))
    blank.tool("Select")
    blank.click(3, 10)
    blank.stroke((3, 10), (0, 10))
    assert painted(blank, ROAD) == box(0, 10, 3, 10)


def test_the_eraser_decides_what_a_moved_area_leaves(blank):
    blank.choose("tree")
    blank.page.click("#set-base")
    blank.choose("road")
    blank.stroke((10, 10), (12, 10))
    blank.tool("Select")
    blank.click(11, 10)
    blank.stroke((11, 10), (11, 12))
    assert painted(blank, TREE) == box(10, 10, 12, 10)


def test_escape_gives_a_selection_up(blank):
    blank.stroke((10, 10), (14, 10))
    blank.tool("Select")
    blank.click(12, 10)
    blank.page.keyboard.press("Escape")
    blank.stroke((12, 10), (12, 20))  # Selects anew, and moves nothing.
    assert painted(blank, ROAD) == box(10, 10, 14, 10)


def test_keys_select_and_move(blank):
    blank.stroke((32, 24), (34, 24))
    blank.tool("Select")
    page = blank.page
    page.mouse.move(5, 5)
    page.locator("#layout-frame").focus()
    page.keyboard.press("ArrowLeft")  # From the last place of the pointer.
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert painted(blank, ROAD) == box(32, 28, 34, 28)


def test_space_and_a_drag_move_the_view(blank):
    page = blank.page
    for _ in range(3):
        page.click("#zoom-in")
    before = page.locator("#layout-canvas").bounding_box()
    frame = page.locator("#layout-frame").bounding_box()
    x, y = frame["x"] + 200, frame["y"] + 150
    page.mouse.move(x, y)
    page.keyboard.down("Space")
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=3)
    page.mouse.up()
    page.keyboard.up("Space")
    after = page.locator("#layout-canvas").bounding_box()
    assert after["x"] == pytest.approx(before["x"] + 30, abs=1)
    assert after["y"] == pytest.approx(before["y"] + 20, abs=1)
    assert painted(blank, ROAD) == set()


@pytest.mark.parametrize("tool", ["Brush", "Box"])
def test_a_stroke_may_begin_beside_the_layout(blank, tool):
    blank.tool(tool)
    frame = blank.page.locator("#layout-frame").bounding_box()
    _, y = blank.place(0, 20)
    inside, _ = blank.place(4, 20)
    mouse = blank.page.mouse
    mouse.move(frame["x"] - 8, y)
    mouse.down()
    mouse.move(inside, y, steps=4)
    mouse.up()
    assert painted(blank, ROAD) == box(0, 20, 4, 20)


def test_buttons_beside_the_layout_stay_buttons(blank):
    blank.stroke((10, 10), (12, 10))
    blank.page.click("#undo")
    blank.page.click("#zoom-in")
    assert painted(blank, ROAD) == set()
    assert blank.page.locator("#zoom-text").inner_text() == "150%"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_all_tools_are_in_view(fake, open_page, viewport):
    user = User(open_page(viewport=viewport), fake.address)
    boxes = [
        user.page.locator(".tool").nth(index).bounding_box()
        for index in range(user.page.locator(".tool").count())
    ]
    assert len(boxes) == 12
    assert len({round(each["y"]) for each in boxes}) == 2
    width = viewport["width"]
    assert all(each["x"] >= 0 for each in boxes)
    assert all(each["x"] + each["width"] <= width for each in boxes)
    overflowing = user.page.evaluate(
        "Array.from(document.querySelectorAll('.tool span'))"
        ".filter((e) => e.scrollWidth > e.parentElement.clientWidth + 1)"
        ".map((e) => e.textContent)"
    )
    assert overflowing == []
    assert np.shape(user.layout()) == (48, 64)
