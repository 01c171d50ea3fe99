"""Requests that no sane client sends, from a seed."""

import base64
import json

import grpc
import numpy as np
import tensorflow as tf
from tensorflow.core.framework import types_pb2

from tests.serving.server.asking import MODEL, ask, predict_request
from tests.serving.server.layouts import bad_layouts, make_layout
from tests.serving.server.test_exported_model import REQUESTS

# How a request may end; anything else is a fault of the server.
CODES = {
    "OK",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "FAILED_PRECONDITION",
    "RESOURCE_EXHAUSTED",
    "UNIMPLEMENTED",
}
TIMEOUT = 120  # Seconds; a busy machine is slow, not broken.
_SERVICES = ("PredictionService/Predict", "ModelService/GetModelStatus")
_SERVICES += ("PredictionService/GetModelMetadata",)


class Fuzzer:
    """Sends requests and says which ended as none may.

    Args:
        client: `GrpcClient`.
        rest_port: int.
        seed: int.
        names: names of the signatures that are asked.
    """

    def __init__(self, client, rest_port, seed, names=tuple(REQUESTS)):
        self._client = client
        self._rest_port = rest_port
        self._names = names
        self._rng = np.random.default_rng(seed)
        self._layouts = [make_layout(k) for k in range(4)]
        self._layouts += [data for data, _ in bad_layouts().values()]

    def run(self, count):
        """Sends `count` requests; list of (request, code, words)."""
        kinds = (
            self._mutated_layout,
            self._mutated_layout,
            self._wrong_tensor,
            self._random_bytes,
            self._mutated_message,
            self._rest_layout,
            self._rest_body,
            self._rest_path,
        )
        faults = []
        for number in range(count):
            kind = kinds[number % len(kinds)]
            code, words = kind()
            if code not in CODES:
                faults.append((f"{number}: {kind.__name__}", code, words))
        return faults

    def _mutated_layout(self):
        data = mutate(self._rng, self._pick(self._layouts))
        layouts = [n for n in self._names if "layout_png" in REQUESTS[n]]
        name = self._pick(layouts)
        inputs = {key: value[:1] for key, value in REQUESTS[name].items()}
        inputs["layout_png"] = [data]
        return self._grpc(predict_request(name, inputs))

    def _wrong_tensor(self):
        name = self._pick(self._names)
        inputs = dict(REQUESTS[name])
        request = predict_request(name, inputs)
        key = self._pick(list(inputs))
        request.inputs[key].CopyFrom(self._random_tensor())
        return self._grpc(request)

    def _random_tensor(self):
        rng = self._rng
        kinds = ["int32", "int64", "float32", "bool", "uint8", "complex64"]
        sizes = rng.integers(0, 4, size=rng.integers(0, 5))
        array = rng.integers(-3, 300, size=sizes).astype(self._pick(kinds))
        proto = tf.make_tensor_proto(array)
        if rng.random() < 0.3:
            proto.tensor_shape.dim.add(size=int(rng.integers(-2, 2**40)))
        if rng.random() < 0.2:
            proto.dtype = int(self._pick(types_pb2.DataType.values()))
        if rng.random() < 0.2:
            proto.tensor_content = rng.bytes(int(rng.integers(20)))
        if rng.random() < 0.1:
            proto.tensor_shape.unknown_rank = True
        return proto

    def _random_bytes(self):
        method = f"/tensorflow.serving.{self._pick(_SERVICES)}"
        call = self._client.channel.unary_unary(method)
        return _ended(call, self._rng.bytes(int(self._rng.integers(300))))

    def _mutated_message(self):
        name = self._pick(self._names)
        data = predict_request(name, REQUESTS[name]).SerializeToString()
        method = "/tensorflow.serving.PredictionService/Predict"
        call = self._client.channel.unary_unary(method)
        return _ended(call, mutate(self._rng, data))

    def _rest_layout(self):
        data = mutate(self._rng, self._pick(self._layouts))
        row = {
            "layout_png": {"b64": base64.b64encode(data).decode()},
            "seed": int(self._rng.integers(2**40)),
        }
        body = {"signature_name": "synthesize_png", "instances": [row]}
        return self._rest(f"/v1/models/{MODEL}:predict", body)

    def _rest_body(self):
        ids = np.asarray(REQUESTS["serving_default"]["class_ids"]).tolist()
        whole = {"inputs": {"class_ids": ids, "seed": [1, 2]}}
        body = mutate(self._rng, json.dumps(whole).encode())
        if self._rng.random() < 0.5:
            body = json.dumps(self._random_json(4)).encode()
        return self._rest(f"/v1/models/{MODEL}:predict", body)

    def _random_json(self, depth):
        rng = self._rng
        if depth == 0 or rng.random() < 0.2:
            leaves = [None, True, 1, -(2**70), 0.5, float("nan"), "", "\ud800"]
            return self._pick([*leaves, {"b64": "iVBO"}, {"b64": "?"}])
        children = [self._random_json(depth - 1) for _ in range(3)]
        if rng.random() < 0.4:
            return children[: rng.integers(4)]
        keys = ["instances", "inputs", "signature_name", "class_ids", "seed"]
        return {self._pick(keys): child for child in children}

    def _rest_path(self):
        good = f"/v1/models/{MODEL}/versions/1:predict"
        data = mutate(self._rng, good[1:].encode()).decode("latin-1")
        path = "/" + "".join(
            c if c.isascii() and c.isalnum() else f"%{ord(c) % 256:02x}"
            for c in data
        )
        method = self._pick(["GET", "POST", "PUT", "HEAD", "DELETE"])
        return self._rest(path, b"{}", method)

    def _grpc(self, request):
        return _ended(self._client.prediction.Predict, request)

    def _rest(self, path, body, method="POST"):
        code, _, answer = ask(self._rest_port, path, body, method)
        name = "OK" if code < 400 else "INVALID_ARGUMENT"
        return (name if code < 500 or code == 501 else str(code)), answer

    def _pick(self, values):
        return values[self._rng.integers(len(values))]


def mutate(rng, data):
    """Changes some bytes: flips, cuts, inserts, repeats."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        start = int(rng.integers(len(data) + 1))
        length = int(rng.integers(1, 9))
        kind = rng.integers(5)
        if kind == 0 and data:
            data[start % len(data)] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            data[start : start + length] = rng.bytes(length)
        elif kind == 2:
            del data[start : start + length]
        elif kind == 3:
            data[start:start] = data[start : start + length]
        else:
            del data[start:]
    return bytes(data)


def _ended(method, request):
    try:
        method(request, TIMEOUT)
    except grpc.RpcError as error:
        return error.code().name, error.details()
    return "OK", ""
