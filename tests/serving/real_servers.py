"""Servers in processes of their own: the local one, and TensorFlow Serving."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import NamedTuple

import pytest

MODEL = "tiny"
_SECONDS = 180  # Importing TensorFlow on a busy machine takes its time.


class Addresses(NamedTuple):
    """Where a server of the model `MODEL` is; for `Client`."""

    grpc: str
    rest: str


@contextlib.contextmanager
def local_server(model_dir, *flags):
    """Context of a local server on free ports; gives its `Addresses`."""
    command = [
        sys.executable,
        "-m",
        "tf_semsynth_serving.server",
        f"--model_dir={model_dir}",
        f"--model_name={MODEL}",
        "--grpc_port=0",
        "--rest_port=0",
        *flags,
    ]
    log = os.path.join(os.path.dirname(model_dir), "local_server.log")
    with open(log, "w+") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        with _ended(process):
            yield _wait(process, log, _printed_addresses)


@contextlib.contextmanager
def tensorflow_serving(model_dir, label):
    """Context of a real TensorFlow Serving; skips where there is none.

    Args:
        model_dir: str, the folder of the versions; version 1 gets the label.
        label: str.
    """
    binary = find_tensorflow_serving()
    folder = os.path.dirname(model_dir)
    config = os.path.join(folder, "models.config")
    with open(config, "w") as file:
        file.write(
            "model_config_list { config {\n"
            f'  name: "{MODEL}" base_path: "{model_dir}"\n'
            '  model_platform: "tensorflow"\n'
            f'  version_labels {{ key: "{label}" value: 1 }}\n'
            "} }\n"
        )
    grpc_port, rest_port = _free_port(), _free_port()
    command = [
        binary,
        f"--port={grpc_port}",
        f"--rest_api_port={rest_port}",
        f"--model_config_file={config}",
        "--allow_version_labels_for_unavailable_models=true",
    ]
    addresses = Addresses(
        f"localhost:{grpc_port}", f"http://localhost:{rest_port}"
    )
    log = os.path.join(folder, "tensorflow_serving.log")

    def find_addresses(_):
        url = f"{addresses.rest}/v1/models/{MODEL}/versions/1"
        with contextlib.suppress(urllib.error.URLError, OSError):
            with urllib.request.urlopen(url, timeout=5) as answer:
                (status,) = json.load(answer)["model_version_status"]
                if status["state"] == "AVAILABLE":
                    return addresses
        return None

    with open(log, "w+") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        with _ended(process):
            yield _wait(process, log, find_addresses)


def find_tensorflow_serving():
    """The path of `tensorflow_model_server`, or skips the test."""
    binary = os.environ.get("TF_MODEL_SERVER", "tensorflow_model_server")
    found = shutil.which(binary)
    if found is None:
        pytest.skip(
            f"there is no {binary} on the PATH: not tested against a real "
            "TensorFlow Serving; TF_MODEL_SERVER names its program"
        )
    return found


def _printed_addresses(text):
    found = {}
    for line in text.splitlines():
        kind, _, address = line.partition(" ")
        if kind in ("gRPC", "REST", "Studio"):
            found[kind] = address.strip()
    if "Studio" not in found:
        return None
    return Addresses(found["gRPC"], found["REST"].partition("/v1")[0])


def _wait(process, log, find_addresses):
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and process.poll() is None:
        with open(log, errors="replace") as file:
            addresses = find_addresses(file.read())
        if addresses is not None:
            return addresses
        time.sleep(0.2)
    with open(log, errors="replace") as file:
        raise AssertionError(f"The server did not start:\n{file.read()}")


@contextlib.contextmanager
def _ended(process):
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]
