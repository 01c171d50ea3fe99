import contextlib
import os
import socket
import time

import pytest

from tests.serving.server.asking import ask
from tf_semsynth_serving.server import connections
from tf_semsynth_serving.server.connections import Connections
from tf_semsynth_serving.server.http_server import HttpServer
from tf_semsynth_serving.server.options import Options

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def echo_app(scope, receive, send):
    """Answers with the length of the body, or not at all without its end."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = str(size).encode()
    length = [(b"content-length", str(len(body)).encode())]
    await send(
        {"type": "http.response.start", "status": 200, "headers": length}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def start(monkeypatch):
    """Starts an HTTP server; returns its port."""
    with contextlib.ExitStack() as stack:

        def start(limit=100, header_seconds=60, rest_timeout=60):
            monkeypatch.setattr(connections, "HEADER_SECONDS", header_seconds)
            monkeypatch.setattr(connections, "most_connections", lambda: limit)
            options = Options(rest_port=0, rest_timeout=rest_timeout)
            server = HttpServer(echo_app, options)
            server.start()
            stack.callback(server.stop, 0)
            return server.port

        yield start


@pytest.fixture
def connect():
    """Connects to a port, after which it sends some bytes."""
    with contextlib.ExitStack() as stack:

        def connect(port, data=b""):
            client = socket.create_connection(("localhost", port), timeout=30)
            stack.callback(client.close)
            client.sendall(data)
            return client

        yield connect


def read_answer(client):
    """The body of an answer to `GET`."""
    data = b""
    while not data.partition(b"\r\n\r\n")[2]:
        part = client.recv(1000)
        assert part, data
        data += part
    assert data.startswith(b"HTTP/1.1 200")
    return data.partition(b"\r\n\r\n")[2]


def is_closed(client):
    """Whether the server closes a connection that it owes nothing."""
    try:
        return client.recv(100) == b""
    except ConnectionError:
        return True


def is_open(client):
    client.settimeout(0.2)
    try:
        return client.recv(100) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    finally:
        client.settimeout(30)


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: loc"])
def test_who_sends_no_whole_header_is_hung_up_on(start, connect, sent):
    client = connect(start(header_seconds=0.1), sent)
    begun = time.monotonic()
    assert is_closed(client)
    assert time.monotonic() - begun < 20


def test_who_sends_no_whole_body_is_hung_up_on(start, connect, monkeypatch):
    monkeypatch.setattr(connections, "BODY_SPARE_SECONDS", 0)
    port = start(rest_timeout=0.1)
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    client = connect(port, head + b"123")
    assert is_closed(client)


def test_an_answered_connection_is_kept_and_may_ask_again(start, connect):
    client = connect(start(header_seconds=0.1))
    for _ in range(2):
        client.sendall(GET)
        assert read_answer(client) == b"0"
        time.sleep(1.3)  # Longer than headers may take.


def test_the_longest_waiting_one_makes_room(start, connect):
    port = start(limit=3)
    first, *others = [connect(port) for _ in range(3)]
    assert is_open(first)
    newest = connect(port)
    assert is_closed(first)
    newest.sendall(GET)
    assert read_answer(newest) == b"0"
    assert all(is_open(client) for client in others)


def test_a_crowd_that_waits_keeps_nobody_out(start, connect):
    port = start(limit=8)
    crowd = [connect(port, b"GET / HT"[: i % 9]) for i in range(60)]
    for _ in range(3):
        assert ask(port, "/")[0] == 200
    client = connect(port, GET)
    assert read_answer(client) == b"0"
    still_open = sum(map(is_open, crowd[-12:]))
    assert still_open <= 8


def test_busy_connections_are_not_closed_for_new_ones():
    closed = []

    class Double:
        wants_headers_since = wants_body_since = None

        def __init__(self, waiting):
            self._waiting = waiting
            self.transport = self

        def is_waiting(self):
            return self._waiting

        def abort(self):
            closed.append(self)

    watched = Connections(2, body_seconds=60)
    busy, waiting, newest = Double(False), Double(True), Double(False)
    for connection in (busy, waiting, newest):
        watched.opened(connection)
    assert closed == [waiting]
    one_more = Double(False)
    watched.opened(one_more)
    assert closed == [waiting, one_more]


def test_the_number_follows_from_the_file_handles(monkeypatch):
    def count(soft, hard=None):
        limits = (soft, hard or soft)
        monkeypatch.setattr(connections.resource, "getrlimit", lambda _: limits)
        return connections.most_connections()

    raised = []
    monkeypatch.setattr(
        connections.resource, "setrlimit", lambda _, pair: raised.append(pair)
    )
    used = len(os.listdir("/proc/self/fd"))
    assert count(used + 140) in range(95, 105)
    assert count(used) == 8
    assert count(100_000) == connections.MAX_CONNECTIONS and not raised
    count(256, 100_000)
    assert raised == [(4 * connections.MAX_CONNECTIONS, 100_000)]
