"""HTTP as it comes: kept connections, cut answers, odd errors."""

import contextlib
import json
import socket
import threading
import time

import pytest

from tests.serving.fake_server import FakeModel, serve_rest
from tf_semsynth_serving import errors, rest_transport
from tf_semsynth_serving.rest_transport import RestTransport


@contextlib.contextmanager
def raw_server(*answers, pause=0.0):
    """A server that sends bytes, a connection for each answer.

    An answer is bytes, or a list of bytes with a pause between them.
    """
    listener = socket.create_server(("localhost", 0))

    def serve():
        for answer in answers:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1 << 16)
                    for part in (
                        answer if isinstance(answer, list) else [answer]
                    ):
                        connection.sendall(part)
                        time.sleep(pause)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join(5)


def http_answer(body, code="200 OK"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {code}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


STATUS = {
    "model_version_status": [
        {
            "version": "3",
            "state": "END",
            "status": {"error_code": "NOT_FOUND", "error_message": "gone"},
        },
        {"version": "2", "state": "AVAILABLE", "status": {}},
    ]
}


def ask(server, seconds=5.0):
    return RestTransport(server, "fake").status(None, None, seconds)


def test_the_status_is_read():
    with raw_server(http_answer(STATUS)) as server:
        first, second = ask(server)
    assert first == {
        "version": 3,
        "state": "END",
        "error_code": "NOT_FOUND",
        "error_message": "gone",
    }
    assert second["error_code"] == "OK"


def test_connections_are_kept():
    with serve_rest(FakeModel()) as server:
        transport = RestTransport(server, "fake")
        transport.status(None, None, 5)
        (first,) = transport._idle
        transport.status(None, None, 5)
        assert transport._idle == [first]
        transport.close()
        assert transport._idle == []


def test_a_kept_connection_that_was_closed_is_replaced():
    with raw_server(http_answer(STATUS), http_answer(STATUS)) as server:
        transport = RestTransport(server, "fake")
        for _ in range(2):  # The server closes after each answer.
            assert len(transport.status(None, None, 5)) == 2


def test_answers_in_chunks_are_read():
    body = json.dumps(STATUS).encode()
    chunks = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
    for start in range(0, len(body), 50):
        part = body[start : start + 50]
        chunks.append(b"%x\r\n%s\r\n" % (len(part), part))
    chunks.append(b"0\r\n\r\n")
    with raw_server(chunks, pause=0.001) as server:
        assert len(ask(server)) == 2


@pytest.mark.parametrize("answer", [b"", http_answer(STATUS)[:-5]])
def test_an_answer_that_is_cut_off_is_unavailable(answer):
    with raw_server(answer) as server:
        with pytest.raises(errors.Unavailable):
            ask(server)


def test_an_answer_that_drips_meets_the_deadline():
    answer = http_answer(STATUS)
    drops = [answer[:60]] + [answer[i : i + 1] for i in range(60, 160)]
    start = time.monotonic()
    with raw_server(drops, pause=0.05) as server:
        with pytest.raises(errors.DeadlineExceeded):
            ask(server, seconds=0.5)
        assert time.monotonic() - start < 3


def test_an_answer_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(rest_transport, "MAX_ANSWER_BYTES", 100)
    with raw_server(http_answer(b"x" * 200)) as server:
        with pytest.raises(errors.ResourceExhausted):
            ask(server)


def test_something_else_than_json_is_told():
    with raw_server(http_answer(b"<html>Welcome</html>")) as server:
        with pytest.raises(errors.ServingError, match="Welcome.*TensorFlow"):
            ask(server)


@pytest.mark.parametrize("answer", [{}, [], {"model_version_status": [1]}])
def test_json_of_another_form_is_told(answer):
    with raw_server(http_answer(answer)) as server:
        with pytest.raises(errors.ServingError, match="another form"):
            ask(server)


@pytest.mark.parametrize(
    "code, body, kind, words",
    [
        ("400 Bad Request", b'{"error": "no luck"}', "InvalidRequest", "luck"),
        # TensorFlow Serving escapes as C does, which is not JSON.
        (
            "400 Bad Request",
            b'{ "error": "Tensors with name \\\'x:0\\\' differ" }',
            "InvalidRequest",
            "name 'x:0' differ",
        ),
        ("413 Too Large", b"", "ResourceExhausted", "no words"),
        ("502 Bad Gateway", b"<p>proxy</p>", "ServingError", "HTTP 502: <p>"),
        ("503 Busy", b"<p>proxy</p>", "Unavailable", "<p>proxy</p>"),
        ("301 Moved", b"", "ServingError", "HTTP 301"),
        ("403 Forbidden", b"[1]", "Unauthenticated", "token"),
    ],
)
def test_codes_and_words_of_errors(code, body, kind, words):
    with raw_server(http_answer(body, code)) as server:
        with pytest.raises(errors.ServingError, match=words) as caught:
            ask(server)
    assert type(caught.value).__name__ == kind


def test_an_unknown_host_is_unavailable():
    with pytest.raises(errors.Unavailable, match="no host nowhere.invalid"):
        ask("http://nowhere.invalid:1")


def test_a_server_without_tls_is_told_apart():
    with serve_rest(FakeModel()) as server:
        with pytest.raises(errors.ServingError, match="write http://"):
            ask(server.replace("http://", "https://"))


def test_a_path_before_the_interface_is_kept():
    requests = []

    class Transport(RestTransport):
        def _exchange(self, method, path, data, deadline):
            requests.append(path)
            return 200, json.dumps(STATUS).encode()

    transport = Transport("http://localhost:1/proxy/", "a model")
    transport.status(None, "stable", 5)
    transport.status(7, None, 5)
    assert requests == [
        "/proxy/v1/models/a%20model/labels/stable",
        "/proxy/v1/models/a%20model/versions/7",
    ]
