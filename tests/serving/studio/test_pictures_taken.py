"""Earlier pictures, copies, larger files, the comparison, pasted files."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.serving.studio.browser import PHONE, screenshot
from tests.serving.studio.conftest import NAMES
from tests.serving.studio.fake_server import FakeServer, describe
from tests.serving.studio.user import User, png

SKY, ROAD = NAMES.index("sky"), NAMES.index("road")


def wait_for_earlier(user, count):
    user.wait_until(
        lambda: user.page.locator("#earlier-list .variant").count() == count
    )


def set_seed(user, seed):
    user.page.fill("#seed", str(seed))
    user.page.wait_for_selector(f'#picture[alt$="seed {seed}"]')


@pytest.mark.parametrize("bare", [False, True])
def test_earlier_pictures_bring_their_layout_and_seed_back(
    open_page, fake, bare
):
    if bare:
        fake.signatures = ("describe", "serving_default", "synthesize_png")
    user = User(open_page(), fake.address)
    first = user.layout()
    assert user.page.locator("#earlier").is_hidden()
    user.clear("tree")
    user.wait_for_picture()
    if not bare:  # The only one with a seed to change.
        set_seed(user, 5)
    user.clear("road")
    wait_for_earlier(user, 3 if bare else 4)
    screenshot(user.page, f"earlier_pictures{'_bare' if bare else ''}")
    words = user.page.locator("#earlier").inner_text()
    assert ("seed" in words) is not bare
    user.page.locator("#earlier-list .variant").last.click()
    user.page.wait_for_selector('#picture[alt$="seed 0"]')
    user.wait_for_picture()
    np.testing.assert_array_equal(user.layout(), first)
    # The same picture is no new one.
    wait_for_earlier(user, 3 if bare else 4)
    user.page.click("#undo")
    assert (user.layout() == ROAD).all()


def test_the_picture_goes_into_the_clipboard(open_page, fake):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    user = User(page, fake.address)
    page.click("#copy-picture")
    assert "clipboard" in user.notice("picture")
    copied = page.evaluate(
        "async () => { const [item] = await navigator.clipboard.read();"
        " const blob = await item.getType('image/png');"
        " return Array.from(new Uint8Array(await blob.arrayBuffer())); }"
    )
    copied = np.asarray(Image.open(io.BytesIO(bytes(copied))).convert("RGB"))
    np.testing.assert_array_equal(copied, user.picture())


@pytest.mark.parametrize("filter", ["nearest", "lanczos"])
def test_an_enlarged_picture_says_what_it_is(user, filter):
    expected = Image.fromarray(user.picture())
    page = user.page
    page.click("#open-enlarged")
    page.select_option("#enlarged-factor", "2")
    page.select_option("#enlarged-filter", filter)
    words = page.locator("#enlarged-words").inner_text()
    assert "128 × 96 pixels" in words and "64 × 48" in words
    assert "adds no detail" in words
    screenshot(page, "enlarged")
    data = user.download("#enlarged-form button")
    assert user.file_name == f"fake_seed0_2x_{filter}.png"
    found = Image.open(io.BytesIO(data)).convert("RGB")
    method = getattr(Image.Resampling, filter.upper())
    difference = np.subtract(
        found, expected.resize((128, 96), method), dtype="int32"
    )
    assert np.abs(difference).max() <= 1


def test_ctrl_s_downloads_the_layout_and_with_shift_the_picture(user):
    page = user.page
    for keys, name in (
        ("Control+s", "fake_layout.png"),
        ("Control+Shift+S", "fake_seed0.png"),
    ):
        with page.expect_download() as waiting:
            page.keyboard.press(keys)
        assert waiting.value.suggested_filename == name


@pytest.mark.parametrize("phone", [False, True])
def test_a_line_parts_layout_and_picture(fake, open_page, phone):
    options = {"viewport": PHONE} if phone else {}
    user = User(open_page(**options), fake.address)
    page = user.page
    page.click("#compare")
    assert page.locator("#compare").get_attribute("aria-pressed") == "true"
    page.locator("#comparison-slider").scroll_into_view_if_needed()
    frame = page.locator("#picture-frame").bounding_box()
    page.mouse.click(
        frame["x"] + 0.75 * frame["width"], frame["y"] + frame["height"] / 2
    )
    assert page.locator("#comparison-slider").input_value() in ("74", "76")
    page.mouse.move(0, 0)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    layout = page.locator("#comparison-canvas").evaluate(
        "c => Array.from(c.getContext('2d').getImageData(5, 5, 1, 1).data)"
    )
    place = frame["x"] + 5.5 * frame["width"] / 64
    height = frame["y"] + 5.5 * frame["height"] / 48
    assert shot.getpixel((int(place), int(height))) == tuple(layout[:3])
    page.locator("#comparison-slider").focus()
    screenshot(page, f"comparison{'_phone' if phone else ''}")
    page.keyboard.press("Home")
    assert page.locator("#comparison-slider").input_value() == "0"
    page.click("#compare")
    assert page.locator("#comparison").is_hidden()


def paste(page, data, name, kind):
    page.evaluate(
        "([data, name, type]) => {"
        " const file = new File([Uint8Array.from(data)], name, { type });"
        " const clipboardData = new DataTransfer();"
        " clipboardData.items.add(file);"
        " document.body.dispatchEvent(new ClipboardEvent('paste', {"
        " clipboardData, bubbles: true, cancelable: true })); }",
        [list(data), name, kind],
    )


def test_a_pasted_layout_is_opened(user):
    ids = np.full((48, 64), ROAD, "uint8")
    ids[:9] = SKY
    paste(user.page, png(ids), "image.png", "image/png")
    user.wait_until(lambda: (user.layout() == ids).all())


def test_a_pasted_photo_can_be_the_style(user, fake):
    before = user.layout()
    photo = np.random.default_rng(0).integers(0, 255, (20, 30, 3), "uint8")
    paste(user.page, png(photo), "photo.png", "image/png")
    user.page.get_by_role("button", name="Use its style").click()
    user.page.locator("#style-chosen").wait_for()
    user.wait_until(lambda: "style_image" in fake.requests[-1]["inputs"])
    np.testing.assert_array_equal(user.layout(), before)


def test_a_pasted_photo_is_refused_where_there_is_no_style(open_page, fake):
    fake.signatures = ("describe", "serving_default", "synthesize_png")
    user = User(open_page(), fake.address)
    photo = np.random.default_rng(0).integers(0, 255, (20, 30, 3), "uint8")
    paste(user.page, png(photo), "photo.png", "image/png")
    assert "photo.png" in user.notice("layout")
    assert user.page.get_by_role("button", name="Use its style").count() == 0


def test_recent_classes_come_first_and_stay_in_place(open_page):
    names = [f"class {index}" for index in range(40)]
    server = FakeServer(describe(names))
    server.start()
    try:
        user = User(open_page(), server.address)
        for name in ("class 30", "class 35", "class 30"):
            user.choose(name)
        chips = user.page.locator("#recent-list .chip")
        assert chips.all_inner_texts()[:2] == ["class 35", "class 30"]
        chips.nth(1).click()
        assert user.page.locator("#current-name").inner_text() == "class 30"
        assert chips.all_inner_texts()[:2] == ["class 35", "class 30"]
        screenshot(user.page, "recent_classes")
        user.page.reload()
        user.wait_for_picture()
        assert chips.all_inner_texts()[:2] == ["class 35", "class 30"]
    finally:
        server.stop()
