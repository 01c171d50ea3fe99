"""TLS and the API token, against the local server."""

import shutil
import subprocess

import pytest

from tests.serving.server.saved_models import save_model
from tf_semsynth_serving import errors
from tf_semsynth_serving.client import Client
from tf_semsynth_serving.client_command import main

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A certificate of localhost, its key, and one that signed neither."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the program openssl, to make certificates")
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("server", "other"):
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
            "-nodes -days 1 -subj /CN=localhost "
            "-addext subjectAltName=DNS:localhost "
            f"-keyout {folder}/{name}.key -out {folder}/{name}.pem"
        )
        subprocess.run(command.split(), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory, certificates):
    from tf_semsynth_serving.server import Options, serve

    folder = tmp_path_factory.mktemp("models") / "small"
    save_model(folder / "1")
    token = certificates / "token"
    token.write_text(TOKEN)
    server = serve(
        Options(
            model_dir=str(folder),
            grpc_port=0,
            rest_port=0,
            tls_certificate=str(certificates / "server.pem"),
            tls_key=str(certificates / "server.key"),
            api_token_file=str(token),
        )
    )
    yield server
    server.stop(5)


@pytest.fixture(params=["grpc", "rest"])
def address(request, server):
    if request.param == "grpc":
        return {"server": f"localhost:{server.grpc_port}", "tls": True}
    return {"server": f"https://localhost:{server.rest_port}"}


def test_a_trusted_server_and_a_token(address, certificates):
    ca_file = certificates / "server.pem"
    with Client(
        **address, model_name="small", ca_file=ca_file, api_token=TOKEN
    ) as client:
        (status,) = client.status()
        assert status["state"] == "AVAILABLE"
        answer = client.predict("slow", {"spins": [1]})
        assert answer["spins"].tolist() == [1]


def test_no_token_and_a_wrong_one_are_told(address, certificates):
    ca_file = certificates / "server.pem"
    for token in (None, "guess"):
        with Client(
            **address, model_name="small", ca_file=ca_file, api_token=token
        ) as client:
            with pytest.raises(
                errors.Unauthenticated, match="--api_token_file"
            ):
                client.status()


def test_a_server_that_is_not_trusted_is_told(address, certificates):
    with Client(
        **address,
        model_name="small",
        ca_file=certificates / "other.pem",
        api_token=TOKEN,
        retries=0,
    ) as client:
        with pytest.raises(errors.ServingError, match="--ca_file") as caught:
            client.status()
    assert not isinstance(caught.value, errors.Unavailable)


def test_tls_must_be_asked_for(address, certificates):
    plain = address["server"].replace("https://", "http://")
    with Client(
        plain, "small", api_token=TOKEN, retries=0, deadline=5
    ) as client:
        with pytest.raises(errors.ServingError):
            client.status()


def test_the_command_passes_them_on(address, certificates, capsys):
    flags = [
        f"--server={address['server'].removeprefix('https://')}",
        "--tls",
        f"--ca_file={certificates / 'server.pem'}",
        f"--api_token_file={certificates / 'token'}",
        "--model_name=small",
        "--layout=none.png",
        "--output=none.jpg",
        "--version=7",
        "--describe",
    ]
    if address["server"].startswith("https"):
        flags.append("--rest")
    assert main(flags) == 1
    assert "NOT_FOUND" in capsys.readouterr().err
