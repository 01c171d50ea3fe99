import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

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


@pytest.fixture
def start(model_dir):
    """Starts the command with an impossible standard output."""
    processes = []

    def start(output):
        ports = [free_port(), free_port()]
        program = [sys.executable, "-m", "tf_semsynth_serving.server"]
        flags = [
            f"--model_dir={model_dir}",
            f"--grpc_port={ports[0]}",
            f"--rest_port={ports[1]}",
        ]
        with contextlib.ExitStack() as stack:
            stdout = None
            if output == "closed":
                program = ["sh", "-c", 'exec "$@" >&-', "sh", *program]
            else:
                reader, stdout = os.pipe()
                os.close(reader)
                stack.callback(os.close, stdout)
            process = subprocess.Popen(
                [*program, *flags],
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        processes.append(process)
        wait_until_healthy(process, ports[1])
        return process, *ports

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until_healthy(process, port):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[1]
        try:
            if ask(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


@pytest.mark.parametrize("output", ["closed", "nobody reads"])
def test_it_needs_no_standard_output(start, output):
    process, grpc_port, rest_port = start(output)
    client = GrpcClient(grpc_port)
    future = client.prediction.Predict.future(predict_request("slow", SLOW), 60)
    assert ask(rest_port, f"/v1/models/{MODEL}")[0] == 200
    process.send_signal(signal.SIGTERM)
    assert future.code().name == "OK"
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Version 1 of small is unloaded" in log
    assert "Traceback" not in log and "Exception" not in log
    if output != "closed":
        assert "Standard output cannot be written" in log
