import pytest

from tests.serving.server.test_http_guard import ask, say_hello
from tf_semsynth_serving.server.http_guard import HttpGuard
from tf_semsynth_serving.server.origins import parse_origin

FRIEND = "http://localhost:3000"


def code_of(path="/v1/models/m", method="GET", allowed=(), **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    headers = {"host": "localhost:8501", **headers}
    guard = HttpGuard(say_hello, "127.0.0.1", None, allowed)
    return ask(guard, path, method, **headers)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost:3000",
        "http://localhost",
        "null",
        "",
        "file://",
        "http://localhost:8501.evil.example",
        "http://localhost:8501@evil.example",
    ],
)
def test_a_foreign_origin_is_refused(origin):
    for method in ("GET", "POST", "OPTIONS"):
        code, headers = code_of(method=method, origin=origin)
        assert code == 403
        assert b"access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "origin, host",
    [
        ("http://localhost:8501", "localhost:8501"),
        ("HTTP://LocalHost:8501", "localhost:8501"),
        ("http://127.0.0.1:8501", "127.0.0.1:8501"),
        ("http://[::1]:8501", "[::1]:8501"),
        ("https://localhost", "localhost"),
        ("http://localhost", "localhost:80"),
    ],
)
def test_the_studio_is_no_stranger(origin, host):
    assert code_of(origin=origin, host=host)[0] == 200


def test_cross_site_requests_are_refused_and_links_are_not():
    assert code_of(sec_fetch_site="cross-site")[0] == 403
    for site in ("same-origin", "none"):
        assert code_of(sec_fetch_site=site)[0] == 200
    link = {
        "sec_fetch_site": "cross-site",
        "sec_fetch_mode": "navigate",
        "sec_fetch_dest": "document",
    }
    assert code_of("/", **link)[0] == 200
    assert code_of("/v1/models/m", **link)[0] == 403
    assert code_of("/", "POST", **link)[0] == 403


def test_an_allowed_origin_can_read_answers_and_ask_first():
    code, headers = code_of(
        allowed=[FRIEND], origin=FRIEND, sec_fetch_site="cross-site"
    )
    assert code == 200
    assert headers[b"access-control-allow-origin"] == FRIEND.encode()
    assert headers[b"vary"] == b"Origin"
    code, headers = code_of(method="OPTIONS", allowed=[FRIEND], origin=FRIEND)
    assert code == 204
    assert b"POST" in headers[b"access-control-allow-methods"]
    assert b"authorization" in headers[b"access-control-allow-headers"]
    assert code_of(allowed=[FRIEND], origin="http://localhost:3001")[0] == 403


def test_a_preflight_needs_no_token_and_the_request_does():
    guard = HttpGuard(say_hello, "127.0.0.1", "abc", [FRIEND])
    headers = {"host": "localhost", "origin": FRIEND}
    assert ask(guard, "/v1/models/m", "OPTIONS", **headers)[0] == 204
    code, answered = ask(guard, "/v1/models/m", "POST", **headers)
    assert code == 401
    assert answered[b"access-control-allow-origin"] == FRIEND.encode()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("http://a", ("http", "a", 80)),
        ("https://A:8", ("https", "a", 8)),
        ("http://a/path", None),
        ("a:80", None),
        ("*", None),
        ("null", None),
        ("http://a:x", None),
    ],
)
def test_origins_are_read(text, expected):
    assert parse_origin(text) == expected
