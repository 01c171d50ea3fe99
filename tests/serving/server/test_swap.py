"""Versions come and go while clients ask over gRPC and REST."""

import shutil
import threading
import time

import numpy as np
import pytest

from tests.serving.server.asking import MODEL, GrpcClient, ask, layout_request

PATH = f"/v1/models/{MODEL}:predict"


@pytest.mark.parametrize("swaps", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_no_request_fails_while_versions_change(
    running, small_versions, model_dir, swaps
):
    with running(model_dir) as server:
        client = GrpcClient(server.grpc_port)
        stop = threading.Event()
        versions, faults = set(), []
        inputs = layout_request(seed=3)
        base = inputs["class_ids"][0, 0, 0] + inputs["seed"][0]
        columns = {k: v.tolist() for k, v in inputs.items()}

        def over_grpc():
            return client.predict("serving_default", inputs)["image"]

        def over_rest():
            answer = ask(server.rest_port, PATH, {"inputs": columns})
            return np.array(answer[2]["outputs"])

        def work(function):
            while not stop.is_set():
                try:
                    versions.add(int(function()[0, 0, 0, 0] - base) // 10)
                except Exception as error:
                    faults.append(error)

        threads = [
            threading.Thread(target=work, args=(function,))
            for function in 2 * (over_grpc, over_rest)
        ]
        for thread in threads:
            thread.start()
        for _ in range(swaps):
            shutil.copytree(small_versions / "2", model_dir / "unfinished")
            (model_dir / "unfinished").rename(model_dir / "2")
            wait_until(server, {2: "AVAILABLE", 1: "END"})
            shutil.rmtree(model_dir / "2")
            wait_until(server, {2: "END", 1: "AVAILABLE"})
        stop.set()
        for thread in threads:
            thread.join(60)
        client.channel.close()
    assert not faults
    assert versions == {1, 2}


def wait_until(server, states):
    end = time.monotonic() + 60
    while True:
        found = server.versions.statuses().items()
        if {version: status.state for version, status in found} == states:
            return
        assert time.monotonic() < end
        time.sleep(0.02)
