"""What people do on the page, for tests to read as a story."""

import io
import re

import numpy as np
from PIL import Image


class User:
    """Somebody in front of the studio.

    Args:
        page: a page of Playwright.
        address: str, where the studio is; opened at once.
        wait: bool, whether to wait for the first picture.
    """

    def __init__(self, page, address, wait=True):
        self.page = page
        self.address = address
        page.goto(address)
        if wait:
            self.wait_for_picture()

    def wait_for_picture(self):
        """Until the picture is that of the layout, seed and style."""
        self.page.wait_for_selector('#picture-pane[data-picture="new"]')

    def choose(self, name):
        """Chooses a class by its name."""
        classes = self.page.get_by_role("radiogroup", name="Class to paint")
        classes.get_by_text(name, exact=True).click()

    def tool(self, name):
        tools = self.page.get_by_role("radiogroup", name="Tool")
        tools.get_by_text(name, exact=True).click()

    def size(self, pixels):
        """Sets the brush size with the keys [ and ]."""
        shown = self.page.locator("#size-text")
        self.page.locator("#layout-frame").focus()
        for _ in range(20):
            now = int(shown.inner_text().split()[0])
            if now == pixels:
                return
            self.page.keyboard.press("]" if now < pixels else "[")
        raise AssertionError(f"no brush of {pixels} pixels")

    def place(self, x, y):
        """Where the middle of a pixel of the layout is on the screen."""
        canvas = self.page.locator("#layout-canvas")
        box = canvas.bounding_box()
        width = canvas.evaluate("canvas => canvas.width")
        scale = box["width"] / width
        return box["x"] + (x + 0.5) * scale, box["y"] + (y + 0.5) * scale

    def click(self, x, y, **options):
        self.page.mouse.click(*self.place(x, y), **options)

    def stroke(self, *points):
        """Draws with the mouse over pixels of the layout."""
        mouse = self.page.mouse
        mouse.move(*self.place(*points[0]))
        mouse.down()
        for point in points[1:]:
            mouse.move(*self.place(*point), steps=4)
        mouse.up()

    def layout(self):
        """The class ids, by downloading the layout."""
        image = Image.open(io.BytesIO(self.download("#save-layout")))
        assert image.mode in ("L", "I;16")
        return np.asarray(image)

    def picture(self):
        """The picture as (H, W, 3), by downloading it."""
        return np.asarray(
            Image.open(io.BytesIO(self.download("#save-picture")))
        )

    def download(self, button):
        """The bytes of the file behind a button."""
        with self.page.expect_download() as waiting:
            self.page.click(button)
        self.file_name = waiting.value.suggested_filename
        return waiting.value.path().read_bytes()

    def clear(self, name):
        """Makes the whole layout one class."""
        self.choose(name)
        if self.page.locator("#base-name").inner_text() != name:
            self.page.click("#set-base")
        self.page.click("#clear-layout")

    def wait_until(self, condition):
        """Until a function returns something true."""
        for _ in range(200):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("it does not come true")

    def open_layout(self, data, name="layout.png"):
        """Loads a file as layout."""
        file = {"name": name, "mimeType": "image/png", "buffer": data}
        self.page.set_input_files("#layout-file", file)

    def notice(self, place):
        """The words of a message, when there is one."""
        return self.page.locator(f"#{place}-notice .notice p").inner_text()

    def status(self, words):
        """Waits until the state in the header is this."""
        self.page.locator("#status-text", has_text=re.compile(words)).wait_for()


def png(array, mode=None):
    """An array as the bytes of a PNG."""
    file = io.BytesIO()
    image = Image.fromarray(np.asarray(array))
    (image.convert(mode) if mode else image).save(file, "PNG")
    return file.getvalue()
