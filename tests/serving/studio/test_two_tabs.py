"""Two tabs, and versions of other sizes: nobody's work is written over."""

import numpy as np
import pytest

from tests.serving.studio.browser import screenshot
from tests.serving.studio.conftest import COLOURS, NAMES
from tests.serving.studio.fake_server import describe
from tests.serving.studio.user import User

SKY, ROAD, TREE = (NAMES.index(name) for name in ("sky", "road", "tree"))
OFFER = "painted in another tab"


@pytest.fixture
def second(user):
    """Somebody in a second tab of the same browser."""
    page = user.page.context.new_page()
    page.set_default_timeout(10_000)
    return User(page, user.address)


def reload(user):
    user.page.reload()
    user.wait_for_picture()


def test_each_tab_keeps_its_own_work(user, second):
    user.clear("sky")
    user.choose("road")
    user.click(10, 10)
    second.clear("tree")
    first, other = user.layout(), second.layout()
    assert first[10, 10] == ROAD and (other == TREE).all()
    reload(user)
    np.testing.assert_array_equal(user.layout(), first)
    reload(second)
    np.testing.assert_array_equal(second.layout(), other)
    user.click(40, 40)
    reload(second)
    np.testing.assert_array_equal(second.layout(), other)


def test_a_duplicated_tab_does_not_share_the_key(user):
    user.clear("sky")
    with user.page.context.expect_page() as opened:
        user.page.evaluate("void window.open(location.href)")  # Takes along
    twin = User(opened.value, user.address)  # what the tab has stored.
    twin.clear("tree")
    reload(user)
    assert (user.layout() == SKY).all()


def test_a_new_tab_begins_with_the_newest_work(user, second):
    user.clear("sky")
    second.clear("tree")
    for one in (user, second):
        one.page.close()
    third = User(second.page.context.new_page(), user.address)
    assert (third.layout() == TREE).all()
    third.clear("road")
    kept = third.page.evaluate("Object.keys(localStorage).length")
    assert kept == 3


def test_the_newer_work_of_another_tab_is_offered(user, second):
    user.clear("sky")
    second.clear("tree")
    user.page.locator("#layout-notice", has_text=OFFER).wait_for()
    screenshot(user.page, "two_tabs")
    assert (user.layout() == SKY).all()
    user.page.get_by_role("button", name="Show it here").click()
    assert (user.layout() == TREE).all()
    user.page.click("#undo")
    assert (user.layout() == SKY).all()
    assert (second.layout() == TREE).all()


def test_it_is_offered_after_a_reload_and_once_only(user, second):
    user.clear("sky")
    second.clear("tree")
    reload(user)
    notice = user.page.locator("#layout-notice", has_text=OFFER)
    notice.wait_for()
    user.page.get_by_role("button", name="Dismiss").click()
    second.choose("road")
    second.click(20, 20)
    user.page.wait_for_timeout(300)
    assert notice.count() == 0


def test_choosing_a_class_is_no_newer_work(user, second):
    user.clear("sky")
    reload(second)  # A copy of it.
    second.choose("tree")
    user.page.wait_for_timeout(300)
    assert user.page.locator("#layout-notice .notice").count() == 0


def test_what_was_painted_before_is_among_the_examples(user, second):
    user.clear("sky")
    second.clear("tree")
    page = user.page
    page.click("#open-examples")
    screenshot(page, "painted_before")
    kept = page.locator("#kept-grid .example")
    assert kept.count() == 1
    kept.click()
    assert (user.layout() == TREE).all()


def test_the_oldest_of_many_drawings_goes_and_this_tabs_stays(user):
    user.clear("sky")
    user.page.evaluate(
        """() => {
          const key = Object.keys(localStorage)[0];
          const record = JSON.parse(localStorage.getItem(key));
          for (let i = 1; i <= 30; i += 1) {
            const other = { ...record, time: Date.now() + i * 1000 };
            localStorage.setItem(`tf_semsynth.studio.fake#${i}`,
              JSON.stringify(other));
          }
        }"""
    )
    user.choose("road")
    user.click(10, 10)
    painted = user.layout()
    assert user.page.evaluate("Object.keys(localStorage).length") == 13
    reload(user)
    np.testing.assert_array_equal(user.layout(), painted)


def test_a_forbidden_storage_is_told_and_nothing_fails(fake, open_page):
    page = open_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) "
        "Object.defineProperty(globalThis, name, { get() { "
        "throw new DOMException('denied', 'SecurityError'); } });"
    )
    user = User(page, fake.address)
    user.click(20, 20)
    assert "no room to keep the layout" in user.notice("layout")


# A version of the model that takes other layouts.


def new_version(user, fake, description):
    fake.version += 1
    fake.description = description
    user.page.evaluate("dispatchEvent(new Event('online'))")
    version = f"version {fake.version}"
    user.page.locator("#model-facts", has_text=version).wait_for()


def larger():
    return describe(NAMES, height=96, width=128, colours=COLOURS)


@pytest.fixture
def painted(user):
    """Somebody who has painted one pixel of road on sky."""
    user.clear("sky")
    user.choose("road")
    user.size(1)
    user.click(32, 24)
    user.wait_for_picture()
    return user


def question(user):
    return user.page.locator("#version-question")


def test_another_size_asks_and_changes_nothing(painted, fake):
    before, asked = painted.layout(), len(fake.requests)
    new_version(painted, fake, larger())
    assert "128 × 96" in question(painted).inner_text()
    screenshot(painted.page, "other_size")
    np.testing.assert_array_equal(painted.layout(), before)
    painted.click(10, 10)  # Painting goes on; the model is not asked.
    painted.page.wait_for_timeout(500)
    assert len(fake.requests) == asked
    painted.page.click("#undo")
    np.testing.assert_array_equal(painted.layout(), before)


def test_the_layout_is_resized_when_somebody_says_so(painted, fake):
    before = painted.layout()
    new_version(painted, fake, larger())
    painted.page.get_by_role("button", name="Resize mine").click()
    painted.page.locator("#layout-notice", has_text="128 × 96").wait_for()
    painted.wait_for_picture()
    expected = before.repeat(2, 0).repeat(2, 1)
    np.testing.assert_array_equal(painted.layout(), expected)
    np.testing.assert_array_equal(fake.layouts()[-1], expected)
    screenshot(painted.page, "resized")


@pytest.mark.parametrize("way", ["notice", "key"])
def test_the_resize_can_be_undone(painted, fake, way):
    before = painted.layout()
    new_version(painted, fake, describe(NAMES, 24, 32, colours=COLOURS))
    painted.page.get_by_role("button", name="Resize mine").click()
    notice = painted.page.locator("#layout-notice")
    notice.get_by_text("32 × 24").wait_for()
    assert painted.layout().shape == (24, 32)
    if way == "notice":
        notice.get_by_role("button", name="Undo").click()
    else:
        painted.page.keyboard.press("Control+z")
    question(painted).wait_for()
    np.testing.assert_array_equal(painted.layout(), before)


def test_the_version_of_before_takes_the_layout_again(painted, fake):
    new_version(painted, fake, larger())
    question(painted).wait_for()
    new_version(painted, fake, describe(NAMES, colours=COLOURS))
    assert not question(painted).is_visible()
    painted.wait_for_picture()
    assert fake.layouts()[-1].shape == (48, 64)


def test_starting_from_an_example_keeps_the_layout(painted, fake):
    before = painted.layout()
    new_version(painted, fake, larger())
    painted.page.get_by_role("button", name="Start from an example").click()
    notice = painted.page.locator("#layout-notice")
    notice.get_by_text("128 × 96").wait_for()
    assert len(np.unique(painted.layout())) >= 5
    notice.get_by_role("button", name="Undo").click()
    question(painted).wait_for()
    np.testing.assert_array_equal(painted.layout(), before)


def test_a_visit_to_a_model_of_another_size_asks_first(painted, fake):
    before = painted.layout()
    fake.version, fake.description = 2, larger()
    painted.page.reload()
    question(painted).wait_for()
    np.testing.assert_array_equal(painted.layout(), before)


def test_other_classes_ask_and_the_layout_is_kept(painted, fake):
    before = painted.layout()
    new_version(painted, fake, describe(["mud", *NAMES]))
    assert "other classes" in question(painted).inner_text()
    np.testing.assert_array_equal(painted.layout(), before)
    painted.page.get_by_role("button", name="Go on with the new").click()
    painted.wait_for_picture()
    assert "has classes that this version" in painted.notice("layout")
    fake.version, fake.description = 3, describe(NAMES, colours=COLOURS)
    painted.page.context.new_page()
    painted.page.reload()
    painted.wait_for_picture()
    np.testing.assert_array_equal(painted.layout(), before)


def test_more_classes_behind_the_old_ones_ask_nothing(painted, fake):
    before = painted.layout()
    fake.version, fake.description = 2, describe([*NAMES, "mud"])
    painted.page.reload()
    painted.wait_for_picture()
    np.testing.assert_array_equal(painted.layout(), before)
