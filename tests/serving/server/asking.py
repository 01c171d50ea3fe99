"""Stock clients: the official stubs, and `http.client`."""

import http.client
import json

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import (
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

MODEL = "small"


class GrpcClient:
    """The official stubs of one server."""

    def __init__(self, port, credentials=None, options=()):
        address = f"localhost:{port}"
        if credentials is None:
            self.channel = grpc.insecure_channel(address, options)
        else:
            self.channel = grpc.secure_channel(address, credentials, options)
        self.prediction = prediction_service_pb2_grpc.PredictionServiceStub(
            self.channel
        )
        self.model = model_service_pb2_grpc.ModelServiceStub(self.channel)

    def predict(self, signature, inputs, timeout=60, **options):
        """The outputs as arrays."""
        request = predict_request(signature, inputs, **options)
        response = self.prediction.Predict(request, timeout)
        return {k: tf.make_ndarray(v) for k, v in response.outputs.items()}

    def error(self, signature, inputs, timeout=60, **options):
        """(code, words) of a request that is refused."""
        request = predict_request(signature, inputs, **options)
        return grpc_error(self.prediction.Predict, request, timeout)


def predict_request(signature, inputs, version=None, label=None, name=MODEL):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = name
    request.model_spec.signature_name = signature
    if version is not None:
        request.model_spec.version.value = version
    if label is not None:
        request.model_spec.version_label = label
    for key, value in inputs.items():
        request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
    return request


def grpc_error(method, request, timeout=60, **options):
    """(code, words) of a call that must fail."""
    try:
        method(request, timeout, **options)
    except grpc.RpcError as error:
        return error.code().name, error.details()
    raise AssertionError("The call was answered.")


def ask(port, path, body=None, method=None, headers=None, context=None):
    """One HTTP request: (code, headers, body); JSON if it is some."""
    if context is None:
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
    else:
        connection = http.client.HTTPSConnection(
            "localhost", port, timeout=60, context=context
        )
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    method = method or ("GET" if body is None else "POST")
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        data = response.read()
    finally:
        connection.close()
    if data and response.headers.get_content_type() == "application/json":
        data = json.loads(data)
    return response.status, response.headers, data


def layout_request(rows=1, size=(4, 6), seed=0):
    """Inputs of `serving_default`, different for each seed."""
    rng = np.random.default_rng(seed)
    return {
        "class_ids": rng.integers(8, size=(rows, *size), dtype="int32"),
        "seed": rng.integers(100, size=rows),
    }
