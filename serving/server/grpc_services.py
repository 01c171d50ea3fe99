"""TensorFlow Serving's services over gRPC, on its own stubs."""

import logging
import time
from concurrent.futures import CancelledError

import grpc
from tensorflow_serving.apis import (
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from tf_semsynth_serving.server import model_info, tensor_protos
from tf_semsynth_serving.server.predict import ModelChoice
from tf_semsynth_serving.server.status import RequestError, invalid

LOG = logging.getLogger(__name__)
_MAX_MESSAGE_BYTES = 2000


class _Service:
    """Ends each call with a status in words and counts it."""

    def __init__(self, predictor, metrics):
        self._predictor = predictor
        self._metrics = metrics

    def _answer(self, method, context, function, *arguments):
        start = time.perf_counter()
        code, message = "OK", ""
        try:
            return function(*arguments)
        except RequestError as error:
            code, message = error.code, error.message
        except Exception as error:
            LOG.exception("%s failed", method)
            code, message = "INTERNAL", f"The server failed: {error}"
        finally:
            seconds = time.perf_counter() - start
            self._metrics.request_done("grpc", method, code, seconds)
        context.abort(grpc.StatusCode[code], _shorten(message))


class PredictionService(
    _Service, prediction_service_pb2_grpc.PredictionServiceServicer
):
    """Predict and GetModelMetadata; the others as the signatures allow.

    Args:
        predictor: `Predictor`.
        metrics: `Metrics`.
    """

    def Predict(self, request, context):
        return self._answer("Predict", context, self._predict, request, context)

    def GetModelMetadata(self, request, context):
        return self._answer(
            "GetModelMetadata", context, self._get_metadata, request
        )

    def Classify(self, request, context):
        return self._answer(
            "Classify", context, self._refuse, request, "classify"
        )

    def Regress(self, request, context):
        return self._answer(
            "Regress", context, self._refuse, request, "regress"
        )

    def MultiInference(self, request, context):
        return self._answer("MultiInference", context, self._refuse_multi)

    def _predict(self, request, context):
        choice = read_choice(request)

        def decode(signature, limits):
            return tensor_protos.decode_inputs(
                request.inputs, signature, limits
            )

        timeout = _time_left(context)
        pending = self._predictor.start(
            choice, decode, request.output_filter, timeout
        )
        # A client that hangs up is not computed for.
        if not context.add_callback(pending.future.cancel):
            pending.future.cancel()
        try:
            outputs = pending.result(timeout)
        except CancelledError:
            raise RequestError(
                "CANCELLED", "The client cancelled the request."
            ) from None
        except TimeoutError:
            pending.future.cancel()
            raise RequestError(
                "DEADLINE_EXCEEDED", "The request's deadline has passed."
            ) from None
        response = predict_pb2.PredictResponse()
        response.model_spec.name = choice.name
        response.model_spec.version.value = pending.version
        response.model_spec.signature_name = pending.signature.name
        for name, value in outputs.items():
            tensor_protos.encode(value, response.outputs[name])
        return response

    def _get_metadata(self, request):
        choice = read_choice(request)
        fields = list(request.metadata_field)
        if not fields:
            raise invalid(
                "GetModelMetadataRequest must specify at least one "
                "metadata_field. Send signature_def."
            )
        for field in fields:
            if field != "signature_def":
                raise invalid(
                    f"Metadata field {field} is not supported. Send "
                    "signature_def."
                )
        return model_info.get_metadata(self._predictor, choice)

    def _refuse(self, request, method):
        model_info.refuse_method(self._predictor, read_choice(request), method)

    def _refuse_multi(self):
        raise RequestError(
            "UNIMPLEMENTED",
            "MultiInference is for classification and regression; this server "
            "offers Predict.",
        )


class ModelService(_Service, model_service_pb2_grpc.ModelServiceServicer):
    """GetModelStatus; the configuration is what the flags say.

    Args:
        predictor: `Predictor`.
        metrics: `Metrics`.
    """

    def GetModelStatus(self, request, context):
        return self._answer("GetModelStatus", context, self._status, request)

    def HandleReloadConfigRequest(self, request, context):
        return self._answer(
            "HandleReloadConfigRequest", context, self._refuse_config
        )

    def _status(self, request):
        return model_info.get_status(self._predictor, read_choice(request))

    def _refuse_config(self):
        raise RequestError(
            "UNIMPLEMENTED",
            "This server takes its configuration from its flags; restart it.",
        )


def read_choice(request):
    """The `ModelChoice` of any request that has a `model_spec`."""
    if not request.HasField("model_spec"):
        raise invalid("Missing ModelSpec")
    spec = request.model_spec
    kind = spec.WhichOneof("version_choice")
    return ModelChoice(
        spec.name,
        spec.version.value if kind == "version" else None,
        spec.version_label if kind == "version_label" else None,
        spec.signature_name,
    )


def _shorten(message):
    """Longer messages would not fit into the trailer that carries them."""
    data = message.encode(errors="replace")[:_MAX_MESSAGE_BYTES]
    return data.decode(errors="ignore")


def _time_left(context):
    """Seconds that the client will wait, or None if it set no deadline."""
    seconds = context.time_remaining()
    # Without a deadline gRPC tells of centuries.
    return seconds if seconds is not None and seconds < 1e8 else None
