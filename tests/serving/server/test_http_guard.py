import asyncio

import pytest

from tf_semsynth_serving.server.http_guard import POLICY, HttpGuard


async def say_hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def ask(guard, path="/", method="GET", **headers):
    """(code, headers) of one request."""
    sent = []
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }

    async def send(message):
        sent.append(message)

    asyncio.run(guard(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1:1", "[::1]:8501"]
)
def test_this_machine_is_answered(host):
    guard = HttpGuard(say_hello, "127.0.0.1", None)
    assert ask(guard, host=host)[0] == 200


@pytest.mark.parametrize("host", ["evil.example:8501", "10.0.0.1", ""])
def test_a_strangers_name_for_this_machine_is_refused(host):
    assert ask(HttpGuard(say_hello, "127.0.0.1", None), host=host)[0] == 403
    assert ask(HttpGuard(say_hello, "0.0.0.0", None), host=host)[0] == 200


def test_every_answer_carries_the_policy():
    for token, code in ((None, 200), ("abc", 401)):
        guard = HttpGuard(say_hello, "127.0.0.1", token)
        found, headers = ask(guard, "/v1/models/m", host="localhost")
        assert found == code
        assert headers[b"content-security-policy"].decode() == POLICY
        assert headers[b"x-content-type-options"] == b"nosniff"
    assert "unsafe" not in POLICY and "default-src 'none'" in POLICY


def test_the_token_guards_the_model_and_not_the_page():
    guard = HttpGuard(say_hello, "127.0.0.1", "abc")
    for path in ("/v1/models/m", "/metrics", "/monitoring/prometheus/metrics"):
        code, headers = ask(guard, path, host="localhost")
        assert (code, headers[b"www-authenticate"]) == (401, b"Bearer")
        good = {"host": "localhost", "authorization": "Bearer abc"}
        assert ask(guard, path, **good)[0] == 200
    for path in ("/", "/main.js", "/healthz"):
        assert ask(guard, path, host="localhost")[0] == 200
