"""What is said has room of its own: beside the work, never on it."""

import json

import numpy as np
import pytest

from tests.serving.studio.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    screenshot,
)
from tests.serving.studio.conftest import COLOURS, NAMES
from tests.serving.studio.fake_server import describe
from tests.serving.studio.user import User, png

SIZES = pytest.mark.parametrize(
    "viewport",
    [{"width": 1440, "height": 900}, DESKTOP, TABLET, PHONE],
    ids=["1440", "1280", "768", "390"],
)

# Elements that lie on the frame of the layout, which are none of its own.
COVERING = """() => {
  const frame = document.querySelector('#layout-frame');
  const { left, top, width, height } = frame.getBoundingClientRect();
  const found = new Set();
  for (let i = 1; i < 20; i += 1) {
    for (let j = 1; j < 20; j += 1) {
      const at = [left + (width * i) / 20, top + (height * j) / 20];
      const element = document.elementFromPoint(...at);
      if (element && !frame.contains(element)) found.add(element.outerHTML);
    }
  }
  return [...found];
}"""


def place_of(user):
    return user.page.locator("#layout-frame").bounding_box()


@SIZES
def test_nothing_covers_or_moves_the_layout(fake, open_page, viewport):
    user = User(open_page(viewport=viewport), fake.address)
    page, before = user.page, place_of(user)
    page.wait_for_timeout(300)

    def check(name):
        assert page.evaluate(COVERING) == [], name
        assert place_of(user) == before, name
        screenshot(page, f"room_{viewport['width']}_{name}")

    user.tool("Polygon")
    for corner in ((10, 10), (40, 10), (40, 30)):
        user.click(*corner)
    assert page.get_by_role("button", name="Fill shape").is_visible()
    check("polygon")
    user.open_layout(png(np.full((48, 64), 200, "uint8")))
    page.locator("#layout-notice .notice").wait_for()
    check("refused_file")
    fake.failure = (500, "Out of memory. " * 12, {})
    page.click("#another")
    page.locator("#picture-notice .notice").wait_for()
    check("fault")
    page.locator("#picture-notice .close").click()
    fake.version = 2
    fake.description = describe(NAMES, 96, 128, colours=COLOURS)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#version-question").wait_for()
    check("question")


@pytest.mark.parametrize("height", [844, 664], ids=["tall", "with bars"])
@pytest.mark.parametrize(
    "size", [(48, 64), (128, 128), (64, 128)], ids=["4:3", "1:1", "2:1"]
)
def test_on_a_phone_the_picture_stays_in_view(fake, open_page, height, size):
    fake.description = describe(NAMES, *size, colours=COLOURS)
    viewport = {"width": 390, "height": height}
    user = User(open_page(viewport=viewport), fake.address)
    page = user.page

    def is_in_view(name, share=1):
        box = page.locator(name).bounding_box()
        seen = min(box["y"] + box["height"], height) - max(box["y"], 0)
        return seen >= share * box["height"] - 1

    user.stroke((5, 5), (20, 5))  # With the whole layout in reach.
    assert is_in_view("#picture-frame")
    if height == 844:
        assert is_in_view("#layout-frame")
    screenshot(page, f"phone_{height}_{size[0]}_{size[1]}")
    page.locator("#class-list").scroll_into_view_if_needed()
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > 100
    assert is_in_view("#picture-frame")
    box = page.locator("#picture-frame").bounding_box()
    assert box["width"] >= 0.35 * 390


def test_on_a_phone_the_search_leads_back_to_the_layout(fake, open_page):
    user = User(open_page(viewport=PHONE), fake.address)
    page = user.page
    page.fill("#search", "car")
    page.locator("#search").press("Enter")
    page.wait_for_timeout(200)
    frame = place_of(user)
    strip = page.locator("#picture-pane").bounding_box()
    assert frame["y"] >= strip["y"] + strip["height"] - 1
    assert frame["y"] + frame["height"] <= PHONE["height"]


# A model that cannot be used as it is now, while somebody works.


def ask_again(user):
    user.page.evaluate("dispatchEvent(new Event('online'))")


def test_one_late_description_does_not_cover_the_work(user, fake):
    fake.describing = (504, "Deadline exceeded.", {})
    fake.version = 2
    ask_again(user)
    notice = user.page.locator("#picture-notice")
    notice.get_by_text("cannot be used as it is now").wait_for()
    assert not user.page.locator("#welcome").is_visible()
    screenshot(user.page, "late_description")
    user.choose("road")
    user.click(30, 30)
    user.wait_for_picture()
    fake.describing = None
    user.page.locator("#model-facts", has_text="version 2").wait_for()
    user.wait_for_picture()
    assert not notice.locator(".notice").is_visible()


def test_a_first_description_that_is_late_is_asked_for_again(fake, open_page):
    fake.describing = (504, "Deadline exceeded.", {})
    user = User(open_page(), fake.address, wait=False)
    user.page.get_by_text("This model cannot be used here").wait_for()
    assert "Deadline exceeded" in user.page.inner_text("#welcome-text")
    fake.describing = None
    user.wait_for_picture()


def test_a_version_that_cannot_be_painted_for_does_not_cover_the_work(
    user, fake
):
    fake.signatures, fake.version = ["describe"], 2
    ask_again(user)
    user.page.get_by_text("no signature synthesize_png").wait_for()
    assert not user.page.locator("#welcome").is_visible()


# Answers that no program can read are told in words.

JAVASCRIPT = ("undefined", "Error", "iterable", "atob", "null", "object")


def assert_words(words):
    assert words and not [part for part in JAVASCRIPT if part in words]


@pytest.mark.parametrize(
    "answer",
    [
        {"outputs": []},
        {},
        None,
        {"outputs": [7]},
        {"outputs": [{"b64": "***"}]},
        {"outputs": ["{"]},
        {"outputs": ["null"]},
        {"outputs": [json.dumps({**describe(["a"]), "classes": [{}]})]},
    ],
    ids=str,
)
def test_a_strange_description_is_told_in_words(fake, open_page, answer):
    fake.describing = (200, answer, {})
    user = User(open_page(), fake.address, wait=False)
    user.page.get_by_text("This model cannot be used here").wait_for()
    assert_words(user.page.inner_text("#welcome-text"))


@pytest.mark.parametrize("answer", [{}, None, {"outputs": [1]}])
def test_a_strange_picture_is_told_in_words(user, fake, answer):
    fake.failure = (200, answer, {})
    user.page.click("#another")
    user.page.locator("#picture-notice .notice").wait_for()
    words = user.notice("picture")
    assert "not what TensorFlow Serving sends" in words
    assert_words(words)


@pytest.mark.parametrize("answer", [{"outputs": [[]]}, {}])
def test_strange_variants_are_told_in_words(user, fake, answer):
    fake.failure = (200, answer, {})
    user.page.click("#make-variants")
    user.page.locator("#variants-notice .notice").wait_for()
    words = user.notice("variants")
    assert "not what TensorFlow Serving sends" in words
    assert_words(words)


def test_a_refused_page_has_the_servers_words(user, fake):
    fake.failure = (403, "Foreign origin: start with --allow_origin.", {})
    user.page.click("#another")
    user.page.locator("#picture-notice .notice").wait_for()
    assert "--allow_origin" in user.notice("picture")
    assert not user.page.locator("#welcome").is_visible()


def test_a_fault_of_the_page_itself_is_told_in_words(browser, fake):
    # With a page of its own: the fault is what is wanted here.
    page = browser.new_page()
    user = User(page, fake.address)
    page.evaluate(
        "setTimeout(() => { undefined.length; }), "
        "void Promise.reject(new TypeError('x is undefined'))"
    )
    words = page.locator("#page-notice .notice p")
    words.wait_for()
    assert "its own fault" in words.inner_text()
    assert_words(words.inner_text())
    user.choose("road")
    user.click(30, 30)
    user.wait_for_picture()
    page.close()


def test_a_file_that_is_gone_is_told_in_words(user, tmp_path):
    user.page.evaluate(
        "() => { Blob.prototype.arrayBuffer = () => Promise.reject("
        "new DOMException('x', 'NotReadableError')); }"
    )
    user.open_layout(b"anything", name="gone.png")
    user.page.locator("#layout-notice .notice").wait_for()
    assert "gone.png: The browser cannot read" in user.notice("layout")
