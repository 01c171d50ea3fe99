"""The picture: live, of the newest layout, and honest about what fails."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.serving.studio.browser import screenshot
from tests.serving.studio.user import User, png


def seeds_of(fake, signature="synthesize_png"):
    return [
        request["inputs"].get("seed", request["inputs"].get("seeds"))[0]
        for request in fake.requests
        if request["signature_name"] == signature
    ]


def test_a_quick_stroke_is_asked_for_once(user, fake):
    before = len(fake.requests)
    user.choose("road")
    user.click(5, 5)
    user.wait_for_picture()
    assert len(fake.requests) == before + 1


def test_what_changes_nothing_is_not_asked_for(user, fake):
    user.clear("sky")
    user.wait_for_picture()
    before = len(fake.requests)
    user.click(5, 5)
    user.wait_for_picture()
    assert len(fake.requests) == before


def test_another_one_takes_a_seed_by_chance(user, fake):
    user.page.click("#another")
    user.wait_for_picture()
    seed = int(user.page.input_value("#seed"))
    assert seeds_of(fake)[-1] == seed != 0


@pytest.mark.parametrize("wrong", ["-3", "1.5", "1e30", ""])
def test_a_wrong_seed_is_marked_and_not_sent(user, fake, wrong):
    before = len(fake.requests)
    user.page.fill("#seed", wrong)
    field = user.page.locator("#seed[aria-invalid=true]")
    field.wait_for()
    user.page.wait_for_timeout(500)
    assert len(fake.requests) == before


def test_large_seeds_are_sent_exactly(user, fake):
    user.page.fill("#seed", str(2**53 - 1))
    user.wait_for_picture()
    assert seeds_of(fake)[-1] == 2**53 - 1


def test_without_live_preview_a_button_asks(user, fake):
    page = user.page
    page.get_by_role("switch", name="Live").uncheck(force=True)
    before = len(fake.requests)
    user.choose("road")
    user.click(30, 30)
    user.page.wait_for_timeout(600)
    assert len(fake.requests) == before
    assert page.locator("#latency").inner_text() == "of an earlier layout"
    page.get_by_role("button", name="Synthesize").click()
    user.wait_for_picture()
    np.testing.assert_array_equal(fake.layouts()[-1], user.layout())
    user.click(10, 40)
    page.keyboard.press("Control+Enter")
    user.wait_for_picture()
    assert len(fake.requests) == before + 2


def test_variants_are_a_grid_and_choosing_one_takes_its_seed(user, fake):
    page = user.page
    page.fill("#seed", "40")
    user.wait_for_picture()
    page.click("#make-variants")
    page.locator(".variant img").first.wait_for()
    assert seeds_of(fake, "synthesize_variants") == [list(range(41, 49))]
    screenshot(page, "variants")
    page.get_by_role("button", name="Variant with seed 43").click()
    user.wait_for_picture()
    assert page.input_value("#seed") == "43"
    assert seeds_of(fake)[-1] == 43
    page.get_by_role("button", name="8 more").click()
    page.get_by_role("button", name="Variant with seed 49").wait_for()
    user.click(3, 3)
    page.locator("#variants-note", has_text="earlier layout").wait_for()
    page.get_by_role("button", name="Make again").click()
    page.locator("#variants-note", has_text="s").wait_for()
    rows = seeds_of(fake, "synthesize_variants")
    assert rows[-1] == rows[-2] == list(range(49, 57))


def test_a_reference_style_goes_along_upright_and_small(user, fake):
    page = user.page
    photo = np.zeros((900, 1200, 3), "uint8")
    photo[:450] = 255  # Light above, once it is turned by its EXIF entry.
    exif = Image.Exif()
    exif[0x0112] = 3  # Turned by half.
    file = io.BytesIO()
    Image.fromarray(photo[::-1, ::-1]).save(file, "JPEG", exif=exif)
    page.set_input_files(
        "#style-file",
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()},
    )
    page.locator("#style-thumbnail").wait_for()
    user.wait_for_picture()
    request = fake.requests[-1]
    assert request["signature_name"] == "synthesize_with_style"
    sent = Image.open(io.BytesIO(style_of(request)))
    assert sent.size == (128, 96)  # Twice the model's.
    grey = np.asarray(sent.convert("L"), int)
    assert grey[:40].min() > 240 and grey[56:].max() < 15
    assert "the seed does not" in page.locator("#seed-note").inner_text()
    screenshot(page, "style")
    page.get_by_role("button", name="Remove").click()
    user.wait_for_picture()
    assert fake.requests[-1]["signature_name"] == "synthesize_png"


def test_variants_have_the_reference_style(user, fake):
    page = user.page
    photo = np.random.default_rng(0).integers(0, 256, (96, 128, 3))
    buffer = png(photo.astype("uint8"))
    file = {"name": "p.png", "mimeType": "image/png", "buffer": buffer}
    page.set_input_files("#style-file", file)
    page.locator("#style-thumbnail").wait_for()
    user.wait_for_picture()
    style = style_of(fake.requests[-1])
    page.click("#make-variants")
    page.locator(".variant img").nth(7).wait_for()
    assert seeds_of(fake, "synthesize_variants") == []
    last = fake.requests[-8:]
    assert {r["signature_name"] for r in last} == {"synthesize_with_style"}
    assert [r["inputs"]["seed"] for r in last] == [[s] for s in range(1, 9)]
    assert {style_of(request) for request in last} == {style}
    page.get_by_role("button", name="Remove").click()
    note = page.locator("#variants-note", has_text="earlier layout")
    note.wait_for()
    page.get_by_role("button", name="Make again").click()
    user.wait_until(lambda: seeds_of(fake, "synthesize_variants"))
    assert seeds_of(fake, "synthesize_variants")[-1] == list(range(1, 9))


def style_of(request):
    return base64.b64decode(request["inputs"]["style_image"][0]["b64"])


def test_what_is_no_photo_is_refused_where_it_was_chosen(user):
    user.page.set_input_files(
        "#style-file",
        {"name": "x.txt", "mimeType": "text/plain", "buffer": b"hello"},
    )
    assert "x.txt is no picture" in user.notice("style")


@pytest.mark.parametrize("missing", ["variants", "with_style"])
def test_features_follow_the_signatures(fake, open_page, missing):
    fake.signatures = [s for s in fake.signatures if missing not in s]
    user = User(open_page(), fake.address)
    shown = {
        "variants": user.page.locator("#variants").is_visible(),
        "with_style": user.page.locator("#style-reference").is_visible(),
    }
    assert shown == {name: name != missing for name in shown}


def test_a_model_without_noise_shows_nothing_of_seeds(fake, open_page):
    fake.signatures = ["describe", "serving_default", "synthesize_png"]
    user = User(open_page(), fake.address)
    page = user.page
    assert "draws no noise" in page.locator("#seed-note").inner_text()
    assert not page.locator("#shelf").is_visible()
    for name in ("#seed", "#another", "#make-variants"):
        assert not page.locator(name).is_visible()
    before = len(fake.requests)
    page.locator("#layout-frame").focus()
    for key in "rv":
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert len(fake.requests) == before
    screenshot(page, "without_noise")
    page.keyboard.press("?")
    listed = page.locator("#shortcut-list").inner_text()
    assert "Brush" in listed
    assert "Another picture" not in listed and "Variants" not in listed


def test_a_model_with_noise_lists_its_keys(user):
    user.page.keyboard.press("?")
    listed = user.page.locator("#shortcut-list").inner_text()
    assert "Another picture" in listed and "Variants" in listed


def test_the_words_of_a_refusal_are_shown_without_tensorflows_frame(user, fake):
    words = "assertion failed: [Class id 9 is out of range.]\n\t [[{{node A}}]]"
    fake.failure = (400, words, {})
    user.page.click("#another")
    words = user.page.locator("#picture-notice .notice p")
    words.wait_for()
    assert words.inner_text() == (
        "The model refuses this: Class id 9 is out of range."
    )
    assert user.page.locator("#picture").is_visible()  # The last one stays.


def test_a_busy_server_is_asked_again(user, fake):
    fake.failure = (429, "The queue is full.", {"Retry-After": "1"})
    user.page.click("#another")
    words = user.page.locator("#picture-notice .notice p")
    words.wait_for()
    assert "too much to do. The queue is full." in words.inner_text()
    assert "Trying again in 1 s" in words.inner_text()
    screenshot(user.page, "busy")
    fake.failure = None
    user.wait_for_picture()
    assert words.count() == 0


def test_a_fault_of_the_server_offers_another_try(user, fake):
    fake.failure = (500, "Out of memory.", {})
    user.page.click("#another")
    notice = user.page.locator("#picture-notice .notice")
    notice.get_by_text("Out of memory.").wait_for()
    fake.failure = None
    notice.get_by_role("button", name="Try again").click()
    user.wait_for_picture()


def test_the_page_outlives_the_server(user, fake):
    fake.stop()
    user.choose("road")
    user.stroke((5, 30), (50, 30))
    user.status("No connection")
    assert "does not answer" in user.notice("picture")
    screenshot(user.page, "server_gone")
    painted = user.layout()  # All tools still work.
    fake.start()
    user.status("Ready")
    user.wait_for_picture()
    np.testing.assert_array_equal(fake.layouts()[-1], painted)
    assert user.page.locator("#picture-notice .notice").count() == 0


def test_a_page_opened_too_early_waits_for_the_model(fake, open_page):
    fake.version = None
    user = User(open_page(), fake.address, wait=False)
    user.page.get_by_text("fake is loading", exact=True).wait_for()
    fake.version = 3
    user.wait_for_picture()
    assert "version 3" in user.page.locator("#model-facts").inner_text()


def test_a_new_version_is_noticed(user, fake):
    fake.version = 2
    fake.signatures = ["describe", "synthesize_png"]
    user.page.evaluate("dispatchEvent(new Event('online'))")
    user.page.locator("#model-facts", has_text="version 2").wait_for()
    assert not user.page.locator("#variants").is_visible()


def test_an_access_token_is_asked_for_and_sent(fake, open_page):
    fake.token = "open sesame"
    user = User(open_page(), fake.address, wait=False)
    field = user.page.get_by_label("Access token")
    field.fill("wrong")
    field.press("Enter")
    user.page.get_by_text("An access token is needed").wait_for()
    user.page.wait_for_timeout(300)
    field.fill("open sesame")
    field.press("Enter")
    user.wait_for_picture()


def test_a_token_that_changes_is_asked_for_again(user, fake):
    fake.token = "new"
    user.page.click("#another")
    field = user.page.get_by_label("Access token")
    field.fill("new")
    field.press("Enter")
    user.wait_for_picture()


def test_the_model_is_named_in_the_address_where_the_server_is_silent(
    fake, open_page
):
    fake.models = []
    user = User(open_page(), fake.address, wait=False)
    field = user.page.get_by_role("textbox", name="Model")
    field.fill("fake")
    field.press("Enter")
    user.wait_for_picture()
    assert user.page.url.endswith("?model=fake")


def test_of_several_models_one_is_chosen(fake, open_page):
    fake.models = ["other", "fake"]
    user = User(open_page(), fake.address + "?model=fake")
    user.page.select_option("#model-select", "other")
    user.page.get_by_text("There is no model called other").wait_for()


def test_an_answer_that_is_no_picture_is_told(user, fake):
    fake.paint = lambda *_: png(np.zeros((2, 2), "uint8"))[:40]
    user.page.click("#another")
    user.page.get_by_text("not a whole PNG").wait_for()
