"""Lists of 183 classes: choosing one moves the list, never the page."""

import pytest

from tests.serving.studio.browser import PHONE, screenshot
from tests.serving.studio.fake_server import describe
from tests.serving.studio.user import User

COUNT = 183
LAST = f"thing number {COUNT - 1}"
SIZES = pytest.mark.parametrize(
    "viewport",
    [{"width": 1440, "height": 900}, {"width": 1024, "height": 768}, PHONE],
    ids=["1440", "1024", "390"],
)

# How far everything that can scroll is scrolled, but the list of classes.
SCROLLED = """() => [scrollX, scrollY,
  ...[...document.querySelectorAll('body, main, .side, .stage, .palette')]
    .flatMap((one) => [one.scrollLeft, one.scrollTop])]"""

# What the page is higher than its parts; a void if there is any.
VOID = """() => {
  const parts = [...document.querySelectorAll('body > :not(dialog)')];
  const bottoms = parts.flatMap((part) => [part, ...part.children])
    .map((part) => part.getBoundingClientRect().bottom + scrollY);
  return document.documentElement.scrollHeight -
    Math.max(innerHeight, ...bottoms);
}"""

# Hidden inputs that do not lie on the words that stand for them.
ASTRAY = """() => [...document.querySelectorAll('input')].filter((input) => {
  if (getComputedStyle(input).opacity !== '0') return false;
  const label = input.labels[0] ?? input.parentElement;
  const [one, words] = [input, label].map((element) =>
    element.getBoundingClientRect());
  return one.top < words.top - 1 || one.bottom > words.bottom + 1 ||
    one.left < words.left - 1 || one.right > words.right + 1;
}).map((input) => input.outerHTML)"""


@pytest.fixture
def many(fake):
    """The server, of a model with 183 classes."""
    names = [f"thing number {i}" for i in range(COUNT)]
    fake.description = describe(names, 64, 128)
    return fake


def show_list(page):
    """Brings the list of classes into view, as somebody does who chooses."""
    page.locator("#class-list").scroll_into_view_if_needed()


def scroll_list(page, name):
    """Turns the list's own wheel until a class is in its middle."""
    page.get_by_role("radio", name=name, exact=True).evaluate(
        "input => { const item = input.closest('label'); "
        "const list = item.parentElement; "
        "list.scrollTop = item.offsetTop - list.clientHeight / 2; }"
    )


@SIZES
@pytest.mark.parametrize("number", [COUNT - 1, 0])
def test_choosing_a_class_does_not_scroll_the_page(
    many, open_page, viewport, number
):
    user = User(open_page(viewport=viewport), many.address)
    page, name = user.page, f"thing number {number}"
    show_list(page)
    scroll_list(page, name)
    before = page.evaluate(SCROLLED)
    words = page.locator("#class-list").get_by_text(name, exact=True)
    box = words.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)
    assert page.locator("#current-name").inner_text() == name
    assert page.evaluate(SCROLLED) == before
    assert page.evaluate(VOID) <= 16  # The margin below the last part.
    screenshot(page, f"classes_183_{viewport['width']}_{number}")


@SIZES
def test_arrow_keys_walk_through_the_list_and_the_page_stays(
    many, open_page, viewport
):
    user = User(open_page(viewport=viewport), many.address)
    page = user.page
    show_list(page)
    scroll_list(page, LAST)
    page.get_by_role("radio", name=f"thing number {COUNT - 4}").focus()
    before = page.evaluate(SCROLLED)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.locator("#current-name").inner_text() == LAST
    assert page.evaluate(SCROLLED) == before
    inside = page.locator(".class:has(:checked)").evaluate(
        "item => { const [one, list] = [item, item.parentElement].map((e) => "
        "e.getBoundingClientRect()); "
        "return one.top >= list.top - 1 && one.bottom <= list.bottom + 1; }"
    )
    assert inside


@SIZES
def test_every_hidden_input_lies_on_its_label(many, open_page, viewport):
    user = User(open_page(viewport=viewport), many.address)
    scroll_list(user.page, LAST)
    assert user.page.evaluate(ASTRAY) == []
    user.page.click("#open-help")
    assert user.page.evaluate(ASTRAY) == []


def test_enter_in_the_search_goes_on_to_the_layout(many, open_page):
    user = User(open_page(), many.address)
    page = user.page
    page.keyboard.press("/")
    page.keyboard.type(f"number {COUNT - 1}")
    page.keyboard.press("Enter")
    assert page.locator("#current-name").inner_text() == LAST
    assert page.evaluate("document.activeElement.id") == "layout-frame"
    assert page.input_value("#search") == ""
    page.keyboard.press("e")  # A key for a tool, not a letter to search for.
    assert page.get_by_role("radio", name="Eraser").is_checked()
