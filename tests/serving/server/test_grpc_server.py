import shutil
import ssl
import subprocess

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.serving.server.asking import (
    MODEL,
    GrpcClient,
    ask,
    grpc_error,
    layout_request,
    predict_request,
)
from tf_semsynth_serving.server import Options, serve

LAYOUT = layout_request()
PREDICT = "/tensorflow.serving.PredictionService/Predict"


def health_of(client, service=""):
    stub = health_pb2_grpc.HealthStub(client.channel)
    request = health_pb2.HealthCheckRequest(service=service)
    status = stub.Check(request, 60).status
    return health_pb2.HealthCheckResponse.ServingStatus.Name(status)


def test_health_is_told_for_probes(client):
    assert health_of(client) == "SERVING"
    service = "tensorflow.serving.PredictionService"
    assert health_of(client, service) == "SERVING"


def test_reflection_lists_the_services(client):
    stub = reflection_pb2_grpc.ServerReflectionStub(client.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = stub.ServerReflectionInfo(iter([request]))
    names = {s.name for s in answer.list_services_response.service}
    assert names == {
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
        "tensorflow.serving.ModelService",
        "tensorflow.serving.PredictionService",
    }


@pytest.mark.parametrize(
    "method",
    [
        "PredictionService/Predict",
        "PredictionService/GetModelMetadata",
        "PredictionService/Classify",
        "PredictionService/Regress",
        "PredictionService/MultiInference",
        "ModelService/GetModelStatus",
        "ModelService/HandleReloadConfigRequest",
    ],
)
def test_bytes_that_are_no_request_are_the_clients_mistake(client, method):
    call = client.channel.unary_unary(f"/tensorflow.serving.{method}")
    code, words = grpc_error(call, b"\xff\xff\xff")
    assert code == "INVALID_ARGUMENT"
    assert words.startswith("The bytes are no tensorflow.serving.")


def test_an_unknown_method_is_unimplemented(client):
    call = client.channel.unary_unary("/tensorflow.serving.Other/Predict")
    assert grpc_error(call, b"")[0] == "UNIMPLEMENTED"


def test_large_messages_pass_up_to_the_limit(running, small_versions):
    limit = 6 * 2**20  # More than gRPC's own 4 MiB.
    with running(small_versions, max_message_bytes=limit) as server:
        client = GrpcClient(
            server.grpc_port,
            options=[("grpc.max_receive_message_length", -1)],
        )
        inputs = layout_request(size=(1100, 1100))  # 4.8 MB
        image = client.predict("serving_default", inputs)["image"]
        assert image.shape == (1, 1100, 1100, 3)
        inputs = layout_request(size=(1300, 1300))  # 6.8 MB
        code, words = client.error("serving_default", inputs)
        assert code == "RESOURCE_EXHAUSTED" and "larger than max" in words


def test_the_token_is_asked_for(running, small_versions, tmp_path):
    path = tmp_path / "token"
    path.write_text("open sesame\n")
    with running(small_versions, api_token_file=str(path)) as server:
        client = GrpcClient(server.grpc_port)
        request = predict_request("serving_default", LAYOUT)
        for header in (None, "open sesame", "Bearer wrong", "Bearer "):
            metadata = [("authorization", header)] if header else None
            code, words = grpc_error(
                client.prediction.Predict, request, metadata=metadata
            )
            assert code == "UNAUTHENTICATED"
            assert "--api_token_file" in words
        metadata = [("authorization", "Bearer open sesame")]
        client.prediction.Predict(request, 60, metadata=metadata)
        assert health_of(client) == "SERVING"  # Probes have no token.
        stub = reflection_pb2_grpc.ServerReflectionStub(client.channel)
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        with pytest.raises(grpc.RpcError) as refusal:
            list(stub.ServerReflectionInfo(iter([asked])))
        assert refusal.value.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.fixture
def certificate(tmp_path):
    """Paths of a certificate for localhost and of its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the program openssl, to make a certificate")
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256"
    command += " -nodes -days 2 -subj /CN=localhost"
    command += " -addext subjectAltName=DNS:localhost"
    files = ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return [str(path) for path in paths]


def test_both_sides_speak_tls(running, small_versions, certificate):
    chain, key = certificate
    with running(small_versions, tls_certificate=chain, tls_key=key) as server:
        with open(chain, "rb") as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        client = GrpcClient(server.grpc_port, credentials)
        client.predict("serving_default", LAYOUT)
        context = ssl.create_default_context(cafile=chain)
        path = f"/v1/models/{MODEL}"
        code, _, _ = ask(server.rest_port, path, context=context)
        assert code == 200
        assert f"https://localhost:{server.rest_port}" in server.addresses()
        with pytest.raises(OSError):
            ask(server.rest_port, path)  # Without TLS.


def test_a_key_of_another_certificate_is_refused(small_versions, certificate):
    chain, key = certificate
    with pytest.raises(ValueError, match="a certificate .chain. and its"):
        serve(
            Options(
                model_dir=str(small_versions),
                tls_certificate=key,
                tls_key=chain,
            )
        )


def test_a_taken_port_is_an_error_with_the_remedy(server, small_versions):
    options = Options(
        model_dir=str(small_versions),
        grpc_port=server.grpc_port,
        rest_port=0,
    )
    with pytest.raises(OSError, match="gRPC cannot listen.*--grpc_port=0"):
        serve(options)
