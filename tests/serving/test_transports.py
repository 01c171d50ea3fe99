"""An address decides who speaks with it."""

import pytest

from tf_semsynth_serving.grpc_transport import GrpcTransport
from tf_semsynth_serving.rest_transport import RestTransport
from tf_semsynth_serving.transports import make_transport


def make(server, tls=False, ca_file=None):
    return make_transport(server, "fake", None, tls, ca_file)


@pytest.mark.parametrize(
    "server, kind",
    [
        ("localhost:8500", GrpcTransport),
        ("tf_serving-1.example:8500", GrpcTransport),
        ("[::1]:8500", GrpcTransport),
        ("dns:///pods:8500", GrpcTransport),
        ("unix:/tmp/socket", GrpcTransport),
        ("http://localhost", RestTransport),
        ("http://localhost:8501/", RestTransport),
        ("https://pictures.example/models", RestTransport),
        ("http://[::1]:8501", RestTransport),
    ],
)
def test_http_is_rest_and_everything_else_grpc(server, kind):
    transport = make(server)
    assert type(transport) is kind
    transport.close()


@pytest.mark.parametrize(
    "server",
    ["localhost", "ftp://localhost:1", "http://", "http://a b", "a:b:1"],
)
def test_impossible_addresses_are_refused(server):
    with pytest.raises(ValueError, match="localhost:8500"):
        make(server)


def test_tls_over_rest_is_asked_for_in_the_address():
    with pytest.raises(ValueError, match="https://"):
        make("http://localhost:1", tls=True)
    make("https://localhost:1", tls=True).close()


def test_a_file_that_is_no_certificate_is_refused(tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    for server in ("localhost:1", "https://localhost:1"):
        with pytest.raises(ValueError, match="no certificate in PEM"):
            make(server, tls=True, ca_file=path)
        with pytest.raises(OSError):
            make(server, tls=True, ca_file=tmp_path / "missing.pem")
