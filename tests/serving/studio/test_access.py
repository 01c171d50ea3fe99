"""The page is for everybody: eyes, keys, small screens, no other hosts."""

import re

import pytest

from tests.serving.studio.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    run_module,
    screenshot,
)
from tests.serving.studio.fake_server import STUDIO
from tests.serving.studio.user import User

# Texts with less contrast than they must have, as "text: ratio".
CONTRAST = """() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d',
    { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return Array.from(context.getImageData(0, 0, 1, 1).data);
  };
  const over = (front, back) => {
    const share = front[3] / 255;
    return [0, 1, 2].map((i) => front[i] * share + back[i] * (1 - share));
  };
  const backOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    }
    return layers.reduce((back, layer) => over(layer, back), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => value / 255).map((value) =>
      value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faults = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) =>
      node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || !element.checkVisibility() || box.width < 2) continue;
    // Controls that are switched off need none (WCAG 2.2, 1.4.3).
    if (element.closest('[aria-disabled=true], .off')) continue;
    const back = backOf(element);
    const text = over(rgba(getComputedStyle(element).color), back);
    const [low, high] = [light(text), light(back)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) {
      faults.push(`${element.textContent.trim()}: ${ratio.toFixed(2)}`);
    }
  }
  return faults;
}"""

# Controls without a name that a screen reader could say.
NAMELESS = """() => [...document.querySelectorAll('button, input, select')]
  .filter((element) => {
    const words = element.getAttribute('aria-label') ||
      element.textContent.trim() || [...(element.labels ?? [])]
        .map((label) => label.textContent.trim()).join('');
    return !words;
  })
  .map((element) => element.outerHTML)"""

SIZES = pytest.mark.parametrize(
    "viewport", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"]
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_texts_have_contrast(fake, open_page, scheme):
    user = User(open_page(color_scheme=scheme), fake.address)
    page = user.page
    page.click("#make-variants")
    page.locator(".variant img").first.wait_for()
    assert page.evaluate(CONTRAST) == []
    screenshot(page, f"desktop_{scheme}")
    fake.failure = (429, "The queue is full.", {"Retry-After": "60"})
    page.click("#another")
    page.locator("#picture-notice .notice").wait_for()
    user.open_layout(b"no PNG")
    page.locator("#layout-notice .notice").wait_for()
    assert page.evaluate(CONTRAST) == []
    page.click("#open-help")
    assert page.evaluate(CONTRAST) == []
    screenshot(page, f"help_{scheme}")


def test_every_control_has_a_name(user):
    assert user.page.evaluate(NAMELESS) == []


@SIZES
def test_nothing_sticks_out_and_both_pictures_are_large(
    fake, open_page, viewport
):
    user = User(open_page(viewport=viewport), fake.address)
    page = user.page
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]
    screenshot(page, f"width_{viewport['width']}", full_page=True)
    for name in ("#layout-frame", "#picture-frame"):
        box = page.locator(name).bounding_box()
        assert box["width"] >= 0.35 * viewport["width"]
        assert abs(box["width"] / box["height"] - 64 / 48) < 0.01
    if viewport != PHONE:
        assert box["y"] + box["height"] <= viewport["height"]


@SIZES
def test_what_is_touched_is_large_enough(fake, open_page, viewport):
    user = User(open_page(viewport=viewport), fake.address)
    controls = user.page.locator("button, .tool, .class, .switch")
    sizes = controls.evaluate_all(
        "all => all.map((one) => [one, one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width > 0).map(([one, { width, height }]) =>"
        " [width, height, one.textContent.trim()])"
    )
    least = 24 if viewport == DESKTOP else 34  # WCAG 2.2, 2.5.8 says 24.
    small = [size for size in sizes if min(size[:2]) < least]
    assert sizes and not small


def test_the_whole_page_can_be_reached_with_the_tab_key(user):
    page = user.page
    page.locator("body").press("Tab")
    reached = set()
    for _ in range(60):
        reached.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.name"
            )
        )
        outline = page.evaluate(
            "(() => { const a = document.activeElement; const seen = "
            "(e) => getComputedStyle(e).outlineStyle !== 'none'; "
            "return seen(a) || [...(a.labels ?? [])].some((label) => "
            "seen(label) || [...label.children].some(seen)); })()"
        )
        assert outline or page.evaluate("document.activeElement.tagName") in (
            "BODY",
        )
        page.keyboard.press("Tab")
    assert {
        *("tool", "undo", "redo", "size", "search", "class", "set-base"),
        *("open-examples", "open-layout", "save-layout", "clear-layout"),
        *("layout-frame", "zoom-in", "zoom-out", "zoom-fit", "enlarge"),
        *("save-picture", "seed", "another", "live"),
        *("make-variants", "choose-style", "open-help"),
    } <= reached


def test_dialogs_give_the_focus_back(user):
    page = user.page
    for name in ("#open-help", "#open-examples"):
        page.focus(name)
        page.keyboard.press("Enter")
        page.locator("dialog[open]").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("'#' + document.activeElement.id") == name


def test_the_layout_is_described_in_words(user):
    label = user.page.locator("#layout-frame").get_attribute("aria-label")
    assert label.startswith("Layout, 64 by 48 pixels, with sky, building")
    alt = user.page.locator("#picture").get_attribute("alt")
    assert alt == "Picture of the layout with seed 0"


def test_motion_is_reduced_for_those_who_ask(fake, open_page):
    user = User(open_page(reduced_motion="reduce"), fake.address)
    fake.delay = 1
    user.page.click("#another")
    user.page.locator("#progress").wait_for()
    animation = user.page.evaluate(
        "getComputedStyle(document.querySelector('#progress'), "
        "'::after').animationName"
    )
    assert animation == "none"


def test_no_request_leaves_for_another_host(fake, open_page):
    page = open_page()
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    user = User(page, fake.address)
    page.click("#make-variants")
    page.locator(".variant img").first.wait_for()
    user.layout()
    foreign = [
        address
        for address in addresses
        if not address.startswith((fake.address, "blob:"))
    ]
    assert addresses and not foreign


def test_the_files_name_no_other_host_and_have_no_inline_code():
    for path in STUDIO.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        hosts = set(re.findall(r"https?://([\w.]+)", text))
        # A name space, and sources in comments.
        assert hosts <= {"www.w3.org"}, path
    page = (STUDIO / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type)", page)


def test_modules_stay_small():
    for path in STUDIO.rglob("*.js"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 260, path
        assert max(map(len, lines)) <= 80, path
        assert lines[0].startswith("/**"), path


def test_every_icon_that_is_used_is_drawn(module_page):
    drawn = set(
        re.findall(r'id="icon-(\w+)"', (STUDIO / "icons.svg").read_text())
    )
    used = set(
        re.findall(r"#icon-(\w+)", (STUDIO / "index.html").read_text())
    ) | {"info", "warning"}
    tools = run_module(
        module_page,
        "tools/toolbox.js",
        "const settings = { get: () => 'brush' }; "
        "const drawing = { onChange: () => {} }; "
        "return new m.Toolbox(drawing, settings, {}).tools.map((t) => t.id);",
    )
    assert used | set(tools) == drawn
