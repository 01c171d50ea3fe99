"""TensorFlow Serving's gRPC interface, on the official protos.

TensorFlow, which the protos need, is imported when the first client is made.
"""

import re
import types

import numpy as np

from tf_semsynth_serving.errors import (
    DeadlineExceeded,
    ServingError,
    error_from_code,
)

MAX_MESSAGE_BYTES = 1 << 30  # gRPC's own limit for answers is 4 MiB.

# How gRPC says that a server answered in HTTP 1.
_NOT_GRPC = re.compile("http1|Failed parsing HTTP/2", re.IGNORECASE)
_OPTIONS = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Straight to the server, as REST: a proxy in the environment would be
    # asked for localhost, too.
    ("grpc.enable_http_proxy", 0),
    # After a refused connection gRPC fails every call at once until it has
    # tried again by itself; by default that may take two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
]


class GrpcTransport:
    """Speaks with one server over gRPC.

    Args:
        server: str, such as "localhost:8500".
        model_name: str.
        api_token: str or None.
        tls: bool, whether the connection is encrypted.
        ca_file: path of the certificates that a server's is checked against,
            or None for those of gRPC.

    Raises:
        ImportError: The packages of the extra `grpc` are not installed.
    """

    def __init__(
        self, server, model_name, api_token=None, tls=False, ca_file=None
    ):
        self._api = _import_api()
        grpc = self._api.grpc
        self.server = server
        self._model_name = model_name
        self._metadata = None
        if api_token is not None:
            self._metadata = [("authorization", f"Bearer {api_token}")]
        options = list(_OPTIONS)
        if server.startswith("dns:"):  # Several servers behind one name.
            options.append(("grpc.lb_policy_name", "round_robin"))
        if tls:
            roots = None
            if ca_file is not None:
                with open(ca_file, "rb") as file:
                    roots = file.read()
            credentials = grpc.ssl_channel_credentials(roots)
            self._channel = grpc.secure_channel(server, credentials, options)
        else:
            self._channel = grpc.insecure_channel(server, options)
        self._prediction = self._api.PredictionServiceStub(self._channel)
        self._model = self._api.ModelServiceStub(self._channel)

    def predict(self, version, name, signature, inputs, seconds):
        """Runs a signature; see `RestTransport.predict`."""
        tf = self._api.tf
        dtypes = {
            key: tf.as_dtype(self._api.DataType.Value(tensor["dtype"]))
            for key, tensor in signature["inputs"].items()
        }
        request = self._api.PredictRequest(
            model_spec=self._spec(version, None, name),
            inputs={
                key: tf.make_tensor_proto(value, dtypes[key])
                for key, value in inputs.items()
            },
        )
        answer = self._call(self._prediction.Predict, request, seconds)
        return {
            key: np.asarray(tf.make_ndarray(proto))
            for key, proto in answer.outputs.items()
        }

    def metadata(self, version, label, seconds):
        """What is known about a version; see `RestTransport.metadata`."""
        request = self._api.GetModelMetadataRequest(
            model_spec=self._spec(version, label),
            metadata_field=["signature_def"],
        )
        method = self._prediction.GetModelMetadata
        answer = self._call(method, request, seconds)
        table = self._api.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(table)
        signatures = {
            name: {
                side: {
                    key: self._tensor(info)
                    for key, info in getattr(signature, side).items()
                }
                for side in ("inputs", "outputs")
            }
            for name, signature in table.signature_def.items()
        }
        return answer.model_spec.version.value, signatures

    def status(self, version, label, seconds):
        """The states of the versions; see `RestTransport.status`."""
        request = self._api.GetModelStatusRequest(
            model_spec=self._spec(version, label)
        )
        answer = self._call(self._model.GetModelStatus, request, seconds)
        state = self._api.ModelVersionStatus.State
        return [
            {
                "version": item.version,
                "state": state.Name(item.state),
                "error_code": _code_name(item.status),
                "error_message": item.status.error_message,
            }
            for item in answer.model_version_status
        ]

    def close(self):
        self._channel.close()

    def _spec(self, version, label, signature_name=""):
        spec = self._api.ModelSpec(
            name=self._model_name, signature_name=signature_name
        )
        if version is not None:
            spec.version.value = version
        elif label is not None:
            spec.version_label = label
        return spec

    def _tensor(self, info):
        shape = [dim.size for dim in info.tensor_shape.dim]
        is_unknown = info.tensor_shape.unknown_rank
        return {
            "dtype": self._api.DataType.Name(info.dtype),
            "shape": None if is_unknown else shape,
        }

    def _call(self, method, request, seconds):
        try:
            return method(request, timeout=seconds, metadata=self._metadata)
        except self._api.grpc.RpcError as error:
            raise self._error(error) from error

    def _error(self, error):
        code, words = error.code().name, error.details() or ""
        if code == "UNAVAILABLE" and _NOT_GRPC.search(words):
            return ServingError(
                f"{self.server} answers, but not in gRPC. If it is the REST "
                f"port, write --server=http://{self.server}."
            )
        if code == "UNAVAILABLE" and "certificate" in words.lower():
            return ServingError(
                f"The certificate of {self.server} is not trusted: {words}. "
                "If it is your own, pass the certificate that signed it: "
                "--ca_file=<file>."
            )
        if code == "DEADLINE_EXCEEDED":
            return DeadlineExceeded(
                f"There was no answer from {self.server} in time. A busy or "
                "slow server needs more time: --deadline=<seconds>."
            )
        return error_from_code(code, words, self.server)


def _code_name(status):
    """The name of a code, whichever of TensorFlow's modules defines it."""
    codes = status.DESCRIPTOR.fields_by_name["error_code"].enum_type
    return codes.values_by_number[status.error_code].name


def _import_api():
    try:
        import grpc
        import tensorflow as tf
        from tensorflow.core.framework import types_pb2
        from tensorflow_serving.apis import (
            get_model_metadata_pb2,
            get_model_status_pb2,
            model_pb2,
            model_service_pb2_grpc,
            predict_pb2,
            prediction_service_pb2_grpc,
        )
    except ImportError as error:
        raise ImportError(
            f"gRPC needs the package {error.name}, which is not installed. "
            "Install it with `pip install 'tf_semsynth_serving[grpc]'`, or "
            "use REST, which needs nothing more: "
            "--server=http://localhost:8501."
        ) from error
    return types.SimpleNamespace(
        grpc=grpc,
        tf=tf,
        DataType=types_pb2.DataType,
        GetModelMetadataRequest=get_model_metadata_pb2.GetModelMetadataRequest,
        GetModelStatusRequest=get_model_status_pb2.GetModelStatusRequest,
        ModelServiceStub=model_service_pb2_grpc.ModelServiceStub,
        ModelSpec=model_pb2.ModelSpec,
        ModelVersionStatus=get_model_status_pb2.ModelVersionStatus,
        PredictRequest=predict_pb2.PredictRequest,
        PredictionServiceStub=prediction_service_pb2_grpc.PredictionServiceStub,
        SignatureDefMap=get_model_metadata_pb2.SignatureDefMap,
    )
