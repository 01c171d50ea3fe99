"""A model that takes its time: pictures come, and the waiting is seen."""

import numpy as np
import pytest

from tests.serving.studio.browser import screenshot
from tests.serving.studio.conftest import NAMES

SKY, ROAD = NAMES.index("sky"), NAMES.index("road")


def seeds_of(fake):
    return [request["inputs"]["seed"][0] for request in fake.requests]


@pytest.fixture
def slow(user, fake):
    """Somebody with a blank layout, whose model takes 1.2 seconds."""
    user.clear("sky")
    user.wait_for_picture()
    user.choose("road")
    user.size(4)
    fake.delay = 1.2
    return user


def count_pictures(user):
    """Counts each picture that is shown from now on."""
    user.page.evaluate(
        "() => { window.pictures = 0; new MutationObserver(() => "
        "{ window.pictures += 1; }).observe(document.querySelector("
        "'#picture'), { attributeFilter: ['src'] }); }"
    )


def test_the_request_under_way_is_shown_and_only_the_newest_follows(slow, fake):
    page = slow.page
    layout = slow.download("#save-layout")
    before = len(fake.requests)
    count_pictures(slow)
    page.fill("#seed", "1")
    slow.wait_until(lambda: len(fake.requests) == before + 1)
    for seed in ("2", "3", "4"):
        page.fill("#seed", seed)
        page.wait_for_timeout(60)
    slow.wait_until(lambda: page.evaluate("window.pictures") == 1)
    assert slow.download("#save-picture") == fake.paint(layout, 1)
    assert page.locator("#picture-pane").get_attribute("data-picture") == "old"
    slow.wait_for_picture()
    assert seeds_of(fake)[before:] == [1, 4]
    assert slow.download("#save-picture") == fake.paint(layout, 4)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pictures") == 2


def test_pictures_come_during_a_stroke(slow, fake):
    page = slow.page
    count_pictures(slow)
    page.mouse.move(*slow.place(5, 20))
    page.mouse.down()
    for x in range(6, 60):
        page.mouse.move(*slow.place(x, 20))
        page.wait_for_timeout(60)
        if page.evaluate("window.pictures"):
            break
    assert page.evaluate("window.pictures") == 1  # The pen is still down.
    layout = fake.layouts()[-1]
    assert (layout[20, 5:8] == ROAD).all()
    page.mouse.up()
    slow.wait_for_picture()
    np.testing.assert_array_equal(fake.layouts()[-1], slow.layout())


def test_a_stroke_that_is_given_up_is_gone_from_the_picture(slow, fake):
    page = slow.page
    fake.delay = 0
    page.mouse.move(*slow.place(5, 20))
    page.mouse.down()
    page.mouse.move(*slow.place(50, 20), steps=4)
    slow.wait_until(lambda: (fake.layouts()[-1] == ROAD).any())
    page.keyboard.press("Escape")
    page.mouse.up()
    slow.wait_until(lambda: (fake.layouts()[-1] == SKY).all())
    slow.wait_for_picture()


def test_the_waiting_time_counts_up(slow, fake):
    page = slow.page
    latency = page.locator("#latency")
    fake.delay = 2
    slow.click(20, 20)
    page.locator("#latency", has_text="Working 0.").wait_for()
    screenshot(page, "waiting")
    page.locator("#latency", has_text="Working 1.").wait_for()
    slow.wait_for_picture()
    assert 1.9 < float(latency.inner_text().split()[0]) < 8
    page.wait_for_timeout(300)
    assert "Working" not in latency.inner_text()


def test_without_live_preview_painting_does_not_stop_what_was_asked(slow, fake):
    page = slow.page
    page.get_by_role("switch", name="Live").uncheck(force=True)
    before = len(fake.requests)
    count_pictures(slow)
    page.keyboard.press("Control+Enter")
    slow.click(10, 10)
    page.keyboard.press("Control+Enter")
    slow.wait_until(lambda: len(fake.requests) == before + 1)
    slow.click(40, 40)
    slow.wait_until(lambda: page.evaluate("window.pictures") == 1)
    assert page.locator("#latency").inner_text() == "of an earlier layout"
    assert fake.layouts()[-1][10, 10] == ROAD
    assert fake.layouts()[-1][40, 40] == SKY


def test_variants_under_way_are_shown_though_people_paint_on(slow, fake):
    page = slow.page
    page.click("#make-variants")
    page.locator("#variants-note", has_text="Working").wait_for()
    slow.click(10, 10)
    page.locator(".variant img").nth(7).wait_for()
    note = page.locator("#variants-note")
    assert note.inner_text() == "of an earlier layout"
    assert page.get_by_role("button", name="Make again").is_visible()
