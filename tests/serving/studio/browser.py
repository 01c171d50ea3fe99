"""Debian's Chromium, driven by Playwright."""

import base64
import contextlib
import os
import shutil

import pytest

from tests.architecture import ROOT

SCREENSHOTS = ROOT / "build" / "studio-screenshots"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
DESKTOP = {"width": 1280, "height": 800}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 390, "height": 844}


def find_chromium():
    """Path of the browser, or None."""
    named = os.environ.get("TF_SEMSYNTH_CHROMIUM")
    return shutil.which(named or "chromium")


@contextlib.contextmanager
def open_browser():
    """A browser with a profile of its own; the test skips without one."""
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="needs Playwright: pip install playwright",
    )
    path = find_chromium()
    if path is None:
        pytest.skip(
            "needs Chromium: apt-get install chromium, or name another one "
            "in TF_SEMSYNTH_CHROMIUM"
        )
    # Playwright gives each browser a fresh --user-data-dir.
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def run_module(page, module, code, argument=None):
    """Runs JavaScript with what a module of the studio exports.

    Args:
        page: a page of the server's address.
        module: str, path in the studio's folder.
        code: str, the body of an async function of `m`, the module, and
            `argument`.
        argument: plain values.

    Returns:
        Plain values.
    """
    return page.evaluate(
        "async ([path, argument]) => { const m = await import(path); "
        f"{code} }}",
        [f"/{module}", argument],
    )


def to_text(data):
    """Bytes for `bytesOf` of the pages."""
    return base64.b64encode(data).decode()


def screenshot(page, name, **options):
    """Keeps a picture of the page to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)
