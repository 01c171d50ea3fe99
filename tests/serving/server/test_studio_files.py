import asyncio

import pytest
from starlette.exceptions import HTTPException

from tests.serving.server.asking import ask
from tf_semsynth_serving.server.studio_files import STUDIO, TYPES, StudioFiles


def get(files, path):
    """(code, headers) of one request."""
    sent = []
    scope = {
        "type": "http",
        "asgi": {"spec_version": "2.4"},
        "method": "GET",
        "path": path,
        "root_path": "",
        "headers": [],
    }

    async def send(message):
        sent.append(message)

    try:
        asyncio.run(files(scope, None, send))
    except HTTPException as error:
        return error.status_code, {}
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.fixture
def files(tmp_path):
    (tmp_path / "outside.txt").write_text("a secret")
    folder = tmp_path / "studio"
    (folder / "tools").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "tools" / "brush.js").write_text("export {};")
    (folder / "data.unknown").write_text("?")
    return StudioFiles(folder)


@pytest.mark.parametrize(
    "path, content_type",
    [
        ("/", b"text/html; charset=utf-8"),
        ("/index.html", b"text/html; charset=utf-8"),
        ("/tools/brush.js", b"text/javascript; charset=utf-8"),
        ("/data.unknown", b"application/octet-stream"),
    ],
)
def test_files_have_the_types_that_browsers_insist_on(
    files, path, content_type
):
    code, headers = get(files, path)
    assert (code, headers[b"content-type"]) == (200, content_type)
    assert headers[b"cache-control"] == b"no-cache"


@pytest.mark.parametrize(
    "path", ["/nothing", "/../outside.txt", "/tools/../../outside.txt"]
)
def test_nothing_outside_of_the_folder_is_served(files, path):
    assert get(files, path)[0] == 404


def test_the_studios_own_files_all_have_a_type():
    suffixes = {path.suffix for path in STUDIO.rglob("*") if path.is_file()}
    assert suffixes <= set(TYPES)


def test_the_server_shows_the_studio(server):
    code, headers, page = ask(server.rest_port, "/")
    assert code == 200 and b"<!doctype html>" in page[:20].lower()
    assert headers["content-security-policy"].startswith("default-src 'none'")
    script = next(STUDIO.rglob("*.js")).relative_to(STUDIO)
    code, headers, _ = ask(server.rest_port, f"/{script}")
    assert code == 200
    assert headers.get_content_type() == "text/javascript"
    assert ask(server.rest_port, "/nothing.js")[0] == 404
