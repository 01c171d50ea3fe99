"""gRPC beyond what the client's own tests see."""

import numpy as np
import pytest

from tests.serving import fake_server
from tests.serving.fake_server import HEIGHT, WIDTH, FakeModel, serve_grpc
from tf_semsynth_serving import errors
from tf_semsynth_serving.client import Client
from tf_semsynth_serving.grpc_transport import GrpcTransport

LAYOUT = np.zeros((HEIGHT, WIDTH), int)


@pytest.fixture
def server():
    with serve_grpc(FakeModel()) as server:
        yield server


def test_answers_above_the_usual_limit_of_4_mib_come_through(
    server, monkeypatch
):
    large = b"\x89PNG" + bytes(6 << 20)
    monkeypatch.setattr(fake_server, "draw", lambda *_: large)
    with Client(server, "fake") as client:
        assert client.synthesize_bytes(LAYOUT) == large


def test_several_servers_behind_one_name_take_turns():
    with serve_grpc(FakeModel()) as server:
        with Client(f"dns:///{server}", "fake") as client:
            assert client.synthesize(LAYOUT).size == (WIDTH, HEIGHT)


def test_a_proxy_in_the_environment_is_not_asked(server, monkeypatch):
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://nowhere.invalid:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with Client(server, "fake", retries=0) as client:
        assert client.synthesize(LAYOUT).size == (WIDTH, HEIGHT)


def test_a_server_without_tls_is_unavailable(server):
    transport = GrpcTransport(server, "fake", tls=True)
    with pytest.raises(errors.ServingError):
        transport.status(None, None, 5)
    transport.close()


def test_a_missing_certificate_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        GrpcTransport("a:1", "fake", tls=True, ca_file=tmp_path / "no.pem")
