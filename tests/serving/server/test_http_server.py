import asyncio
import socket
import threading
import time

import pytest

from tests.serving.server.asking import ask
from tf_semsynth_serving.server.http_server import HttpServer
from tf_semsynth_serving.server.options import Options


async def slow_app(scope, receive, send):
    await asyncio.sleep(0.3)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
def http_server():
    server = HttpServer(slow_app, Options(rest_port=0))
    server.start()
    yield server
    server.stop(0)


def test_what_runs_is_finished_before_the_end(http_server):
    answers = []
    client = threading.Thread(
        target=lambda: answers.append(ask(http_server.port, "/")[2])
    )
    client.start()
    time.sleep(0.1)
    http_server.stop(10)
    client.join(10)
    assert answers == [b"done"]
    with pytest.raises(OSError):
        ask(http_server.port, "/")


def test_grace_has_an_end(http_server):
    with socket.create_connection(("localhost", http_server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.1)
        start = time.monotonic()
        http_server.stop(0)
        assert time.monotonic() - start < 5


def test_a_taken_port_is_an_error_with_the_remedy(http_server):
    options = Options(rest_port=http_server.port)
    with pytest.raises(OSError, match="REST cannot listen.*--rest_port=0"):
        HttpServer(slow_app, options)


def test_a_name_without_an_address_is_told():
    with pytest.raises(OSError, match="listen on no.such.host.invalid:0"):
        HttpServer(slow_app, Options(host="no.such.host.invalid", rest_port=0))


def test_all_addresses_of_a_name_are_listened_to():
    server = HttpServer(slow_app, Options(host="localhost", rest_port=0))
    found = {info[4][0] for info in socket.getaddrinfo("localhost", 80)}
    names = {listener.getsockname()[0] for listener in server._sockets}
    server.stop(0)
    assert "127.0.0.1" in names and names <= found
