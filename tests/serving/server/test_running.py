import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from tests.architecture import ROOT
from tests.serving.server.asking import (
    MODEL,
    GrpcClient,
    ask,
    predict_request,
)

SLOW = {"spins": np.array([10000], "int32")}  # Half a second.


@pytest.fixture
def command(model_dir):
    """Starts the command; (process, gRPC port, REST port)."""
    processes = []

    def start(*arguments):
        program = [sys.executable, "-m", "tf_semsynth_serving.server"]
        flags = [f"--model_dir={model_dir}", "--grpc_port=0", "--rest_port=0"]
        process = subprocess.Popen(
            [*program, *flags, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        processes.append(process)
        lines = ""
        while "Studio" not in lines:
            line = process.stdout.readline()
            assert line, f"The server ended: {lines}"
            lines += line
        ports = [
            int(re.search(rf"{name} .*localhost:(\d+)", lines)[1])
            for name in ("gRPC", "REST")
        ]
        return process, *ports

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_a_signal_ends_it_when_requests_are_answered(command):
    process, grpc_port, rest_port = command()
    client = GrpcClient(grpc_port)
    request = predict_request("slow", SLOW)
    future = client.prediction.Predict.future(request, 60)
    path = f"/v1/models/{MODEL}"
    assert ask(rest_port, path)[0] == 200
    process.send_signal(signal.SIGTERM)
    assert future.code().name == "OK"
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopping" in output and "Version 1 of small is unloaded" in output
