import pytest

from tests.serving.server.asking import ask as real_ask
from tests.serving.server.test_http_guard import ask, say_hello
from tf_semsynth_serving.server import __main__ as server_main
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


@pytest.fixture(scope="module")
def http_ask(small_versions, running):
    """Asks a running server that knows two friends."""
    friends = f"{FRIEND},https://studio.example"
    with running(small_versions, allow_origin=friends) as server:

        def http_ask(path="/v1/models/small", method="GET", **headers):
            headers = {k.replace("_", "-"): v for k, v in headers.items()}
            body = b'{"instances": [1]}' if method == "POST" else None
            port = server.rest_port
            return real_ask(port, path, body, method, headers)

        http_ask.own = f"http://localhost:{server.rest_port}"
        yield http_ask


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}],
)
def test_a_running_server_refuses_strangers(http_ask, method, headers):
    code, answered, body = http_ask("/v1/models/small", method, **headers)
    assert code == 403 and "--allow_origin" in body["error"]
    assert "access-control-allow-origin" not in answered


@pytest.mark.parametrize("origin", [FRIEND, "https://studio.example"])
def test_a_running_server_answers_its_friends(http_ask, origin):
    headers = {"Origin": origin, "Sec_Fetch_Site": "cross-site"}
    code, answered, _ = http_ask(**headers)
    assert (code, answered["access-control-allow-origin"]) == (200, origin)
    code, answered, body = http_ask(
        "/v1/models/small:predict",
        "OPTIONS",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
        **headers,
    )
    assert code in (200, 204) and not body
    assert answered["access-control-allow-origin"] == origin
    assert "POST" in answered["access-control-allow-methods"]
    assert "content-type" in answered["access-control-allow-headers"].lower()
    assert answered["vary"] == "Origin"


def test_a_running_server_answers_its_own_page(http_ask):
    own = {"Origin": http_ask.own, "Sec_Fetch_Site": "same-origin"}
    assert http_ask(**own)[0] == 200
    assert http_ask("/", **own)[0] == 200


def test_the_flag_may_be_repeated(monkeypatch):
    seen = []
    monkeypatch.setattr(server_main.running, "run", seen.append)
    flags = ["--allow_origin=http://a", "--allow_origin=https://b:8,http://c"]
    assert server_main.main(["--model_dir=m", *flags]) == 0
    (options,) = seen
    assert options.allowed_origins() == ["http://a", "https://b:8", "http://c"]
