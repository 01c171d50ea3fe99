"""A browser, a page, and a model server for the studio's tests."""

import pytest

from tests.serving.studio.browser import DESKTOP, open_browser
from tests.serving.studio.fake_server import FakeServer, describe
from tests.serving.studio.user import User

NAMES = ["sky", "building", "road", "pavement", "grass", "tree", "car", "sign"]
COLOURS = [
    (70, 130, 180),
    (70, 70, 70),
    (128, 64, 128),
    (244, 35, 232),
    (152, 251, 152),
    (107, 142, 35),
    (0, 0, 142),
    (220, 220, 0),
]


# Not for the session: Playwright runs an event loop while it is open, and
# `asyncio.run` of other tests would refuse to start one inside.
@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def fake():
    """A server of a model with the classes NAMES, 64 x 48 pixels."""
    server = FakeServer(describe(NAMES, colours=COLOURS))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_page(browser):
    """Function that opens a page; what goes wrong in it fails the test."""
    contexts, faults = [], []

    def open_page(**options):
        options = {"viewport": DESKTOP, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note_violation)
        return page

    def note_violation(message):
        # Failed requests are part of some tests; refused ones never are.
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(scope="module")
def module_page(browser):
    """An empty page that may import the studio's modules."""
    server = FakeServer(describe(NAMES, colours=COLOURS))
    server.start()
    page = browser.new_page()
    page.goto(server.address + "empty")
    yield page
    page.close()
    server.stop()


@pytest.fixture
def user(fake, open_page):
    """Someone in front of the studio, whose first picture is there."""
    return User(open_page(), fake.address)
