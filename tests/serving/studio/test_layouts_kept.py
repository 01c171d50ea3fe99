"""Loading, downloading and keeping layouts, end to end."""

import numpy as np
import pytest

from tests.serving.studio.browser import to_text
from tests.serving.studio.conftest import NAMES
from tests.serving.studio.fake_server import describe
from tests.serving.studio.user import User, png

IDS = np.random.default_rng(0).integers(0, len(NAMES), (48, 64)).astype("uint8")


def test_a_downloaded_layout_is_a_grey_png_of_eight_bits(user):
    data = user.download("#save-layout")
    assert user.file_name == "fake_layout.png"
    assert data[16:33][8:13] == bytes([8, 0, 0, 0, 0])


@pytest.mark.parametrize("kind", ["grey", "grey16", "rgb"])
def test_a_loaded_layout_is_what_is_in_the_file(user, fake, kind):
    colours = [c["colour"] for c in fake.description["classes"]]
    data = {
        "grey": png(IDS),
        "grey16": png(IDS.astype("uint16")),
        "rgb": png(np.array(colours, "uint8")[IDS]),
    }[kind]
    before = len(fake.requests)
    user.open_layout(data)
    user.wait_until(lambda: len(fake.requests) > before)
    np.testing.assert_array_equal(user.layout(), IDS)
    np.testing.assert_array_equal(fake.layouts()[-1], IDS)


def test_a_refused_file_leaves_the_layout_and_says_why(user):
    before = user.layout()
    user.open_layout(png(np.full((48, 64), 200, "uint8")), name="mine.png")
    words = user.notice("layout")
    assert words.startswith("mine.png: ") and "200 (3072 px)" in words
    np.testing.assert_array_equal(user.layout(), before)
    user.page.get_by_role("button", name="Dismiss").click()
    assert user.page.locator("#layout-notice .notice").count() == 0


def test_another_size_is_resized_and_said(user):
    user.open_layout(png(IDS.repeat(2, 0).repeat(4, 1)))
    words = user.notice("layout")
    assert "256 × 96" in words and "stretched" in words
    np.testing.assert_array_equal(user.layout(), IDS)


def test_a_file_can_be_dropped_on_the_layout(user):
    user.page.evaluate(
        """(text) => {
          const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], 'dropped.png'));
          const frame = document.querySelector('#layout-frame');
          for (const type of ['dragover', 'drop']) {
            frame.dispatchEvent(new DragEvent(type, { bubbles: true,
              cancelable: true, dataTransfer: transfer }));
          }
        }""",
        to_text(png(IDS)),
    )
    user.wait_until(lambda: (user.layout() == IDS).all())


def test_reloading_loses_nothing(user):
    user.clear("sky")
    user.choose("road")
    user.size(6)
    user.page.fill("#seed", "77")
    user.stroke((5, 5), (50, 40))
    before = user.layout()
    user.page.reload()
    user.wait_for_picture()
    np.testing.assert_array_equal(user.layout(), before)
    assert user.page.locator("#current-name").inner_text() == "road"
    assert user.page.locator("#base-name").inner_text() == "sky"
    assert user.page.locator("#size-text").inner_text() == "6 px"
    assert user.page.input_value("#seed") == "77"


def test_each_model_keeps_its_own_layout(user, fake):
    user.clear("sky")
    fake.name, fake.models = "second", ["second"]
    user.page.goto(fake.address)
    user.wait_for_picture()
    assert len(np.unique(user.layout())) >= 5


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "null",
        '{"format":1,"width":64,"height":48,"numClasses":8}',
        '{"format":1,"width":"x","height":48,"numClasses":8,"runs":""}',
        '{"format":1,"width":2,"height":1,"numClasses":3,"runs":"CQI="}',
    ],
)
def test_a_damaged_copy_is_passed_over(user, kept):
    user.page.evaluate(
        "kept => localStorage.setItem('tf_semsynth.studio.fake#1', kept)",
        kept,
    )
    user.page.reload()
    user.wait_for_picture()
    assert len(np.unique(user.layout())) >= 5


def test_a_full_browser_is_told(user):
    user.page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new Error(); }; }"
    )
    user.choose("road")
    user.click(30, 30)
    assert "no room to keep the layout" in user.notice("layout")


@pytest.mark.parametrize("size, count", [((256, 512), 35), ((256, 256), 182)])
def test_other_sizes_and_many_classes(fake, open_page, size, count):
    names = [f"thing number {i}" for i in range(count)]
    fake.description = describe(names, *size)
    user = User(open_page(), fake.address)
    last = names[-1]
    user.page.fill("#search", f"number {count - 1}")
    user.page.locator("#search").press("Enter")
    assert user.page.locator("#current-name").inner_text() == last
    user.size(1)
    user.click(size[1] - 1, size[0] - 1)
    user.wait_for_picture()
    layout = user.layout()
    assert layout.shape == size and layout.dtype == np.uint8
    assert layout[-1, -1] == count - 1
    chip = user.page.locator("#used-list").get_by_text(last, exact=True)
    assert chip.is_visible()
    np.testing.assert_array_equal(fake.layouts()[-1], layout)
