import threading
import time

import grpc
import numpy as np
import pytest

from tests.serving.server.asking import (
    MODEL,
    GrpcClient,
    ask,
    predict_request,
)
from tf_semsynth_serving.server import Options, serve

SLOW = {"spins": np.array([10000], "int32")}  # Half a second.


def test_addresses_are_told(server):
    grpc_line, rest_line, studio_line = server.addresses().splitlines()
    assert grpc_line == f"gRPC    localhost:{server.grpc_port}"
    root = f"http://localhost:{server.rest_port}"
    assert rest_line == f"REST    {root}/v1/models/{MODEL}"
    assert studio_line == f"Studio  {root}/"


def test_stopping_answers_what_was_asked_and_takes_no_more(
    running, small_versions
):
    with running(small_versions, max_batch_size=1) as server:
        client = GrpcClient(server.grpc_port)
        request = predict_request("slow", SLOW)
        over_grpc = [
            client.prediction.Predict.future(request, 60) for _ in range(2)
        ]
        over_rest = []
        body = {"signature_name": "slow", "instances": SLOW["spins"].tolist()}
        path = f"/v1/models/{MODEL}:predict"
        asker = threading.Thread(
            target=lambda: over_rest.append(ask(server.rest_port, path, body))
        )
        asker.start()
        time.sleep(0.2)
        stopper = threading.Thread(target=server.stop, args=(30,))
        stopper.start()
        time.sleep(0.1)
        assert not server.is_healthy()
        assert is_refused(server.rest_port)
        late = GrpcClient(server.grpc_port)
        with pytest.raises(grpc.RpcError) as refusal:
            late.prediction.Predict(request, 60)
        assert refusal.value.code() == grpc.StatusCode.UNAVAILABLE
        stopper.join(60)
        assert [future.code().name for future in over_grpc] == ["OK", "OK"]
        asker.join(60)
        assert over_rest[0][0] == 200


def is_refused(port):
    """Whether REST takes no connections in the end; until then it says 503."""
    try:
        while ask(port, "/healthz")[0] == 503:
            time.sleep(0.05)
    except OSError:
        return True
    return False


def test_grace_has_an_end(running, small_versions):
    with running(small_versions, max_batch_size=1) as server:
        client = GrpcClient(server.grpc_port)
        futures = [
            client.prediction.Predict.future(predict_request("slow", SLOW), 60)
            for _ in range(6)
        ]
        time.sleep(0.1)
        start = time.monotonic()
        server.stop(0)
        assert time.monotonic() - start < 10
        assert {future.code().name for future in futures} <= {
            "UNAVAILABLE",
            "CANCELLED",
        }


def test_a_start_that_fails_leaves_the_ports_free(running, small_versions):
    with running(small_versions) as server:
        ports = {"grpc_port": server.grpc_port, "rest_port": server.rest_port}
    broken = str(small_versions.parent / "nowhere")
    with pytest.raises(OSError, match="nowhere cannot be read"):
        serve(Options(model_dir=broken, **ports))
    with running(small_versions, **ports) as server:
        assert ask(server.rest_port, "/healthz")[0] == 200


def test_a_server_needs_a_model():
    with pytest.raises(ValueError, match="`model_dir` is missing"):
        serve(Options())
