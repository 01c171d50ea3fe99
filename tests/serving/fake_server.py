"""A server of a model that answers what a test tells it to, without one.

For what a real server does not do on demand: faults, delays, a version that
goes. It speaks the REST or the gRPC interface of TensorFlow Serving.
"""

import base64
import collections
import concurrent.futures
import contextlib
import http.server
import io
import json
import threading

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 4, 6
HTTP_CODES = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
_INPUTS = {
    "describe": {"version": "DT_INT32"},
    "synthesize_png": {"layout_png": "DT_STRING", "seed": "DT_INT64"},
    "synthesize_variants": {"layout_png": "DT_STRING", "seeds": "DT_INT64"},
    "synthesize_with_style": {
        "layout_png": "DT_STRING",
        "style_image": "DT_STRING",
        "seed": "DT_INT64",
    },
}


class Fault(Exception):
    """What the server answers in place of a picture."""

    def __init__(self, code, words="the words of the server"):
        super().__init__(words)
        self.code, self.words = code, words


class FakeModel:
    """Draws class ids as red, the seed as green and the version as blue.

    Attributes:
        versions: dict, version -> description.
        labels: dict, label -> version.
        script: deque of functions without arguments, each called at the next
            request to run a signature, `describe` apart; they may raise
            `Fault`, or wait.
        requests: List of (version, signature, inputs) that were run.
        token: str or None, what every request must bring.
        asked: int, requests of any kind.
    """

    def __init__(self, versions=None, signatures=tuple(_INPUTS)):
        self.versions = versions or {1: describe_model()}
        self.labels = {}
        self.signatures = signatures
        self.script = collections.deque()
        self.requests = []
        self.token = None
        self.asked = 0

    def resolve(self, version, label):
        if label is not None:
            if label not in self.labels:
                words = f"Unrecognized servable version label: {label}"
                raise Fault("INVALID_ARGUMENT", words)
            version = self.labels[label]
        if version is None:
            version = max(self.versions)
        if version not in self.versions:
            raise Fault("NOT_FOUND", f"Servable not found: {version}")
        return version

    def check(self, authorization):
        self.asked += 1
        if self.token and authorization != f"Bearer {self.token}":
            raise Fault("UNAUTHENTICATED", "another token is wanted")

    def run(self, version, signature, inputs):
        version = self.resolve(version, None)
        if signature == "describe":
            text = json.dumps(self.versions[version])
            return {"classes_json": np.array([text.encode()], object)}
        self.requests.append((version, signature, inputs))
        if self.script:
            self.script.popleft()()
        seeds = np.asarray(inputs.get("seeds", inputs.get("seed")))
        pictures = np.empty(seeds.shape, object)
        for place in np.ndindex(seeds.shape):
            layout = inputs["layout_png"][place[0]]
            pictures[place] = draw(layout, int(seeds[place]), version)
        return {"image_png_bytes": pictures}


def describe_model(names=("sky", "tree", "road"), colours=None, unknown=None):
    """What the `describe` signature answers."""
    colours = colours or [(70, 130, 180), (0, 128, 0), (128, 64, 128)]
    return {
        "format": 1,
        "system": "fake",
        "image_height": HEIGHT,
        "image_width": WIDTH,
        "num_classes": len(names),
        "unknown_id": unknown,
        "classes": [
            {"id": index, "name": name, "colour": list(colour)}
            for index, (name, colour) in enumerate(
                zip(names, colours, strict=True)
            )
        ],
    }


def draw(layout_png, seed, version):
    """The picture that the model makes, as PNG."""
    class_ids = np.asarray(Image.open(io.BytesIO(layout_png)))
    rest = np.full_like(class_ids, seed), np.full_like(class_ids, version)
    file = io.BytesIO()
    Image.fromarray(np.stack([class_ids, *rest], axis=-1)).save(file, "PNG")
    return file.getvalue()


@contextlib.contextmanager
def serve_rest(model, port=0):
    """Context of a server; gives its address for a `Client`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._answer(None)

        def do_POST(self):
            size = int(self.headers["Content-Length"])
            self._answer(json.loads(self.rfile.read(size)))

        def _answer(self, body):
            try:
                model.check(self.headers.get("Authorization"))
                code, answer = 200, _rest_answer(model, self.path, body)
            except Fault as fault:
                code = HTTP_CODES[fault.code]
                answer = {"error": fault.words}
            data = json.dumps(answer).encode()
            with contextlib.suppress(OSError):  # The client has gone.
                self.send_response(code)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("localhost", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _rest_answer(model, path, body):
    assert path.startswith("/v1/models/fake"), path
    rest = path.removeprefix("/v1/models/fake")
    rest, _, method = rest.partition(":")
    is_metadata = rest.endswith("/metadata")
    parts = rest.removesuffix("/metadata").split("/")[1:]
    version = int(parts[1]) if parts[:1] == ["versions"] else None
    label = parts[1] if parts[:1] == ["labels"] else None
    version = model.resolve(version, label)
    if method == "predict":
        answer = model.run(
            version, body["signature_name"], _from_json(body["inputs"])
        )
        ((name, values),) = answer.items()
        return {"outputs": _to_json(name, values)}
    if is_metadata:
        table = {
            name: {
                "inputs": _tensors(_INPUTS[name]),
                "outputs": _tensors({_output(name): "DT_STRING"}),
                "method_name": "tensorflow/serving/predict",
            }
            for name in model.signatures
        }
        return {
            "model_spec": {"name": "fake", "version": str(version)},
            "metadata": {"signature_def": {"signature_def": table}},
        }
    status = {"error_code": "OK", "error_message": ""}
    return {
        "model_version_status": [
            {"version": str(v), "state": "AVAILABLE", "status": status}
            for v in sorted(model.versions, reverse=True)
        ]
    }


def _output(signature):
    return "classes_json" if signature == "describe" else "image_png_bytes"


def _tensors(dtypes):
    shape = {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False}
    return {
        key: {"dtype": dtype, "tensor_shape": shape, "name": f"{key}:0"}
        for key, dtype in dtypes.items()
    }


def _from_json(inputs):
    return {
        key: [
            base64.b64decode(v["b64"]) if isinstance(v, dict) else v
            for v in values
        ]
        for key, values in inputs.items()
    }


def _to_json(name, values):
    if not name.endswith("_bytes"):
        return [value.decode() for value in values]
    if values.ndim == 2:
        return [_to_json(name, row) for row in values]
    return [{"b64": base64.b64encode(value).decode()} for value in values]


@contextlib.contextmanager
def serve_grpc(model, port=0):
    """Context of a server; gives its address for a `Client`."""
    import grpc
    import tensorflow as tf
    from tensorflow.core.framework import types_pb2
    from tensorflow.core.protobuf import meta_graph_pb2
    from tensorflow_serving.apis import (
        get_model_metadata_pb2,
        get_model_status_pb2,
        model_service_pb2_grpc,
        predict_pb2,
        prediction_service_pb2_grpc,
    )

    def version_of(spec):
        version = spec.version.value if spec.HasField("version") else None
        return model.resolve(version, spec.version_label or None)

    def in_words(method):
        def call(self, request, context):
            try:
                metadata = dict(context.invocation_metadata())
                model.check(metadata.get("authorization"))
                return method(self, request)
            except Fault as fault:
                code = getattr(grpc.StatusCode, fault.code)
                context.abort(code, fault.words)

        return call

    class Prediction(prediction_service_pb2_grpc.PredictionServiceServicer):
        @in_words
        def Predict(self, request):
            inputs = {
                key: tf.make_ndarray(proto)
                for key, proto in request.inputs.items()
            }
            version = version_of(request.model_spec)
            name = request.model_spec.signature_name
            outputs = model.run(version, name, inputs)
            return predict_pb2.PredictResponse(
                outputs={
                    key: tf.make_tensor_proto(value, tf.string)
                    for key, value in outputs.items()
                }
            )

        @in_words
        def GetModelMetadata(self, request):
            table = get_model_metadata_pb2.SignatureDefMap()
            for name in model.signatures:
                signature = table.signature_def[name]
                for key, dtype in _INPUTS[name].items():
                    signature.inputs[key].CopyFrom(tensor_info(dtype))
                output = signature.outputs[_output(name)]
                output.CopyFrom(tensor_info("DT_STRING"))
            answer = get_model_metadata_pb2.GetModelMetadataResponse()
            version = version_of(request.model_spec)
            answer.model_spec.version.value = version
            answer.metadata["signature_def"].Pack(table)
            return answer

    class Model(model_service_pb2_grpc.ModelServiceServicer):
        @in_words
        def GetModelStatus(self, request):
            answer = get_model_status_pb2.GetModelStatusResponse()
            for version in sorted(model.versions, reverse=True):
                available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
                answer.model_version_status.add(
                    version=version, state=available
                )
            return answer

    def tensor_info(dtype):
        info = meta_graph_pb2.TensorInfo(dtype=types_pb2.DataType.Value(dtype))
        info.tensor_shape.dim.add(size=-1)
        return info

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
        Prediction(), server
    )
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(Model(), server)
    port = server.add_insecure_port(f"localhost:{port}")
    server.start()
    try:
        yield f"localhost:{port}"
    finally:
        server.stop(0).wait()
