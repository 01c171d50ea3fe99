"""Painting in a real browser: exactly what was meant, and what is sent."""

import numpy as np
import pytest

from tests.serving.studio.browser import TABLET, screenshot
from tests.serving.studio.conftest import NAMES
from tests.serving.studio.user import User

SKY, BUILDING, ROAD, GRASS, TREE = (
    NAMES.index(name) for name in ("sky", "building", "road", "grass", "tree")
)


@pytest.fixture
def blank(user):
    """A user whose layout is sky alone."""
    user.clear("sky")
    assert (user.layout() == SKY).all()
    return user


def painted(user, class_id):
    """The pixels (x, y) of a class in the layout."""
    return {(x, y) for y, x in np.argwhere(user.layout() == class_id).tolist()}


def box(x0, y0, x1, y1):
    """The pixels from (x0, y0) to (x1, y1), both included."""
    return {(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}


def test_a_visitor_finds_a_scene_and_its_picture(user, fake):
    layout = user.layout()
    assert len(np.unique(layout)) >= 5
    np.testing.assert_array_equal(fake.layouts()[-1], layout)
    expected = fake.paint(user.download("#save-layout"), seed=0)
    assert user.download("#save-picture") == expected
    assert user.file_name == "fake_seed0.png"
    assert "8 classes" in user.page.locator("#model-facts").inner_text()
    assert user.page.locator("#latency").inner_text().endswith("s")
    screenshot(user.page, "first_visit")


def test_a_stroke_paints_whole_pixels_and_is_sent(blank, fake):
    blank.choose("road")
    blank.size(3)
    blank.stroke((10, 20), (30, 20))
    assert painted(blank, ROAD) == box(9, 19, 31, 21)
    blank.wait_for_picture()
    np.testing.assert_array_equal(fake.layouts()[-1], blank.layout())


def test_one_pixel_is_one_pixel(blank):
    blank.choose("tree")
    blank.size(1)
    blank.click(63, 47)
    blank.click(0, 0)
    assert painted(blank, TREE) == {(63, 47), (0, 0)}


def test_undo_and_redo_by_buttons_and_keys(blank):
    blank.choose("road")
    blank.size(1)
    blank.stroke((1, 5), (9, 5))
    blank.stroke((1, 9), (9, 9))
    both, one = box(1, 5, 9, 5) | box(1, 9, 9, 9), box(1, 5, 9, 5)
    page = blank.page
    page.click("#undo")
    assert painted(blank, ROAD) == one
    page.keyboard.press("Control+z")
    assert painted(blank, ROAD) == set()
    page.keyboard.press("Control+Shift+z")
    assert painted(blank, ROAD) == one
    page.click("#redo")
    assert painted(blank, ROAD) == both
    assert page.locator("#redo").get_attribute("aria-disabled") == "true"


def test_fill_stops_at_borders(blank):
    blank.choose("road")
    blank.size(1)
    for ends in (((10, 10), (20, 10)), ((10, 20), (20, 20))):
        blank.stroke(*ends)
    for ends in (((10, 10), (10, 20)), ((20, 10), (20, 20))):
        blank.stroke(*ends)
    blank.tool("Fill")
    blank.choose("grass")
    blank.click(15, 15)
    assert painted(blank, GRASS) == box(11, 11, 19, 19)
    assert len(painted(blank, ROAD)) == 40


def test_a_line_is_straight_and_shift_keeps_it_level(blank):
    blank.choose("tree")
    blank.size(1)
    blank.tool("Line")
    blank.stroke((5, 5), (50, 30), (25, 5))  # The way there does not matter.
    assert painted(blank, TREE) == box(5, 5, 25, 5)
    blank.page.click("#undo")
    blank.page.keyboard.down("Shift")
    blank.stroke((5, 20), (30, 26))
    blank.page.keyboard.up("Shift")
    assert painted(blank, TREE) == box(5, 20, 30, 20)


@pytest.mark.parametrize("end", ["first corner", "Enter", "button", "double"])
def test_a_polygon_is_closed_in_four_ways(blank, end):
    blank.choose("building")
    blank.tool("Polygon")
    corners = [(10, 10), (40, 10), (40, 30), (10, 30)]
    for x, y in corners[:3]:
        blank.click(x, y)
    if end == "double":
        blank.click(*corners[3], click_count=2)
    else:
        blank.click(*corners[3])
    if end == "first corner":
        screenshot(blank.page, "polygon")
        blank.click(*corners[0])
    elif end == "Enter":
        blank.page.locator("#layout-frame").focus()
        blank.page.keyboard.press("Enter")
    elif end == "button":
        blank.page.get_by_role("button", name="Fill shape").click()
    assert painted(blank, BUILDING) == box(10, 10, 40, 30)
    assert not blank.page.locator("#shape-actions").is_visible()


def test_undo_takes_the_last_corner_of_a_polygon_back(blank):
    blank.choose("building")
    blank.tool("Polygon")
    for corner in ((10, 10), (40, 10), (40, 30), (60, 45)):
        blank.click(*corner)
    blank.page.keyboard.press("Control+z")
    blank.click(10, 30)
    blank.page.locator("#layout-frame").press("Enter")
    assert painted(blank, BUILDING) == box(10, 10, 40, 30)


def test_escape_gives_a_stroke_up(blank):
    blank.choose("road")
    page = blank.page
    page.mouse.move(*blank.place(10, 10))
    page.mouse.down()
    page.mouse.move(*blank.place(40, 20), steps=4)
    page.keyboard.press("Escape")
    page.mouse.move(*blank.place(50, 40), steps=4)
    page.mouse.up()
    assert painted(blank, ROAD) == set()


def test_the_eyedropper_picks_and_gives_the_brush_back(blank):
    blank.choose("road")
    blank.size(1)
    blank.click(5, 5)
    blank.choose("tree")
    blank.tool("Pick")
    blank.click(5, 5)
    name = blank.page.locator("#current-name")
    assert name.inner_text() == "road"
    assert blank.page.get_by_role("radio", name="Brush").is_checked()
    blank.page.keyboard.down("Alt")
    blank.click(30, 30)
    blank.page.keyboard.up("Alt")
    assert name.inner_text() == "sky"
    blank.click(5, 5, button="right")
    assert name.inner_text() == "road"


def test_the_eraser_leaves_the_base_class(blank):
    blank.choose("grass")
    blank.page.click("#set-base")
    blank.choose("road")
    blank.size(4)
    blank.tool("Eraser")
    blank.stroke((10, 10), (20, 10))
    assert painted(blank, ROAD) == set()
    assert painted(blank, GRASS) >= box(9, 9, 20, 10)
    blank.choose("road")  # Choosing a class takes the brush again.
    assert blank.page.get_by_role("radio", name="Brush").is_checked()


def test_classes_are_found_by_name_with_the_keyboard(blank):
    page = blank.page
    page.keyboard.press("/")
    page.keyboard.type("pave")
    assert page.locator(".class:visible").all_inner_texts() == ["pavement"]
    page.keyboard.press("Enter")
    assert page.locator("#current-name").inner_text() == "pavement"
    page.keyboard.press("Escape")
    assert page.locator(".class:visible").count() == len(NAMES)
    page.get_by_role("radio", name="pavement").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#current-name").inner_text() == "grass"
    page.fill("#search", "nothing like it")
    assert "No class" in page.locator("#no-class").inner_text()


def test_painting_without_a_pointer(blank):
    page = blank.page
    blank.choose("road")
    blank.size(1)
    page.locator("#layout-frame").focus()
    # The cursor begins in the middle, at (32, 24).
    page.keyboard.press("ArrowRight")
    page.keyboard.down("Space")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.up("Space")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    assert painted(blank, ROAD) == box(33, 24, 33, 29) | box(22, 29, 23, 29)
    page.locator("#layout-words", has_text="sky, x 21, y 29").wait_for(
        state="attached"
    )
    screenshot(page, "keyboard")


def test_a_polygon_without_a_pointer(blank):
    page = blank.page
    blank.choose("tree")
    page.keyboard.press("p")
    page.locator("#layout-frame").focus()
    for key in ("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft"):
        page.keyboard.press("Space")
        page.keyboard.press(key)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert painted(blank, TREE) == box(32, 24, 42, 34)


def test_zoomed_in_the_pointer_still_hits_its_pixel(blank):
    page = blank.page
    blank.choose("road")
    blank.size(1)
    page.mouse.move(*blank.place(50, 10))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    page.locator("#zoom-text", has_text="332%").wait_for()
    blank.click(50, 10)
    page.mouse.wheel(40, 60)  # Moves the view.
    blank.click(52, 14)
    assert painted(blank, ROAD) == {(50, 10), (52, 14)}
    canvas, picture = (
        page.locator(name).evaluate("element => element.style.transform")
        for name in ("#layout-canvas", "#picture")
    )
    assert canvas == picture != ""
    blank.tool("Move")
    blank.stroke((50, 10), (56, 16))
    assert painted(blank, ROAD) == {(50, 10), (52, 14)}
    page.keyboard.press("0")
    page.locator("#zoom-text", has_text="100%").wait_for()


def test_clear_can_be_undone(blank):
    blank.choose("road")
    blank.click(30, 20)
    before = blank.layout()
    blank.page.click("#clear-layout")
    assert (blank.layout() == SKY).all()
    blank.page.click("#undo")
    np.testing.assert_array_equal(blank.layout(), before)


def test_examples_replace_the_layout_and_undo_brings_it_back(blank):
    page = blank.page
    page.click("#open-examples")
    screenshot(page, "examples")
    page.get_by_role("button", name="Hills").click()
    assert len(np.unique(blank.layout())) >= 3
    page.click("#undo")
    assert (blank.layout() == SKY).all()


def test_swapping_back_to_the_last_class(blank):
    blank.choose("road")
    blank.choose("tree")
    blank.page.keyboard.press("x")
    assert blank.page.locator("#current-name").inner_text() == "road"


def test_single_keys_can_be_switched_off(blank):
    page = blank.page
    page.click("#open-help")
    page.get_by_role("switch", name="Single keys").uncheck(force=True)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    assert page.get_by_role("radio", name="Brush").is_checked()
    page.keyboard.press("Control+z")
    assert not (blank.layout() == SKY).all()


class Fingers:
    """A touch screen, as the browser gets it from the machine."""

    def __init__(self, user):
        self.user = user
        self.session = user.page.context.new_cdp_session(user.page)

    def touch(self, kind, *pixels, spread=0):
        """Fingers on pixels of the layout, moved apart by CSS pixels."""
        points = []
        for number, pixel in enumerate(pixels):
            x, y = self.user.place(*pixel)
            side = 1 if number else -1
            points.append({"x": x + side * spread, "y": y, "id": number})
        self.session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )


@pytest.fixture
def tablet(fake, open_page):
    """Someone with a tablet, whose layout is sky alone."""
    user = User(open_page(viewport=TABLET, has_touch=True), fake.address)
    user.clear("sky")
    return user


def test_a_finger_paints(tablet):
    tablet.choose("road")
    tablet.size(1)
    fingers = Fingers(tablet)
    fingers.touch("touchStart", (10, 10))
    for x in (15, 20, 25):
        fingers.touch("touchMove", (x, 10))
    fingers.touch("touchEnd")
    assert painted(tablet, ROAD) == box(10, 10, 25, 10)
    screenshot(tablet.page, "tablet")


def test_two_fingers_zoom_and_do_not_paint(tablet):
    tablet.choose("road")
    fingers = Fingers(tablet)
    fingers.touch("touchStart", (28, 24))
    fingers.touch("touchStart", (28, 24), (36, 24))
    for spread in (10, 20, 30):
        # `place` follows the zoom, so each step counts from where they are.
        fingers.touch("touchMove", (28, 24), (36, 24), spread=spread)
    fingers.touch("touchEnd")
    assert int(tablet.page.locator("#zoom-text").inner_text()[:-1]) > 200
    assert painted(tablet, ROAD) == set()
