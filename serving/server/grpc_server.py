"""The gRPC side of the server: services, limits, token, TLS."""

from concurrent import futures

import grpc
from google.protobuf import message_factory
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from tensorflow_serving.apis import (
    model_service_pb2,
    model_service_pb2_grpc,
    prediction_service_pb2,
    prediction_service_pb2_grpc,
)

from tf_semsynth_serving.server import security
from tf_semsynth_serving.server.grpc_services import (
    ModelService,
    PredictionService,
)

_SERVICES = (
    *prediction_service_pb2.DESCRIPTOR.services_by_name.values(),
    *model_service_pb2.DESCRIPTOR.services_by_name.values(),
)
_NAMES = [service.full_name for service in _SERVICES]
# A method's full name -> the class of its requests.
_REQUESTS = {
    f"/{service.full_name}/{method.name}": message_factory.GetMessageClass(
        method.input_type
    )
    for service in _SERVICES
    for method in service.methods
}
_HEALTH = f"/{health.SERVICE_NAME}/"
_NO_REQUEST = object()
# A connection that sends no call, or not even its first bytes, is closed.
_IDLE_MS = 60_000
_HANDSHAKE_MS = 5_000
# One whose other end is gone is noticed.
_PING_MS = 120_000
# Calls beyond those that wait in queues: running ones, status, metadata.
_SPARE_CALLS = 64


class GrpcServer:
    """Serves the services of TensorFlow Serving, health and reflection.

    Args:
        predictor: `Predictor`.
        metrics: `Metrics`.
        options: `Options`.
        token: str or None, what clients must send.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, predictor, metrics, options, token):
        # A thread waits for each request; threads are made when needed.
        max_calls = options.max_queue + _SPARE_CALLS
        self._health = health.HealthServicer()
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_calls, "grpc"),
            interceptors=[_Token(token), _Parsing()],
            maximum_concurrent_rpcs=max_calls,
            options=[
                ("grpc.max_receive_message_length", options.max_message_bytes),
                ("grpc.max_send_message_length", -1),
                ("grpc.max_connection_idle_ms", _IDLE_MS),
                ("grpc.server_handshake_timeout_ms", _HANDSHAKE_MS),
                ("grpc.keepalive_time_ms", _PING_MS),
                # Otherwise a second server would share the port silently.
                ("grpc.so_reuseport", 0),
            ],
        )
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            PredictionService(predictor, metrics), self._server
        )
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(
            ModelService(predictor, metrics), self._server
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            [*_NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME],
            self._server,
        )
        self._started = False
        self.port = self._bind(options)

    def start(self):
        self._server.start()
        self._started = True
        self._set_health(health_pb2.HealthCheckResponse.SERVING)

    def stop(self, grace):
        """Takes no further calls and waits for those that run.

        Args:
            grace: float, seconds until they are given up.

        Returns:
            `threading.Event` that is set in the end.
        """
        self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        if not self._started:
            self._server.start()  # Only then does `stop` free the port.
        return self._server.stop(grace)

    def _set_health(self, status):
        for service in ("", *_NAMES):
            self._health.set(service, status)

    def _bind(self, options):
        host = options.host
        if ":" in host:
            host = f"[{host}]"
        address = f"{host}:{options.grpc_port}"
        try:
            if not options.uses_tls():
                return self._server.add_insecure_port(address)
            pair = (
                security.read_file(options.tls_key),
                security.read_file(options.tls_certificate),
            )
            credentials = grpc.ssl_server_credentials([pair])
            return self._server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise OSError(
                f"gRPC cannot listen on {address}: the port is taken or the "
                "address is not this machine's. --grpc_port=0 takes any free "
                f"port. ({error})"
            ) from error


class _Token(grpc.ServerInterceptor):
    """Ends calls without the token; health is for everybody, as probes are."""

    def __init__(self, token):
        self._token = token

    def intercept_service(self, continuation, details):
        metadata = dict(details.invocation_metadata)
        header = metadata.get("authorization")
        if details.method.startswith(_HEALTH) or security.is_authorized(
            self._token, header
        ):
            return continuation(details)

        def refuse(request, context):
            context.abort(
                grpc.StatusCode.UNAUTHENTICATED, security.TOKEN_MISSING
            )

        return grpc.unary_unary_rpc_method_handler(refuse)


class _Parsing(grpc.ServerInterceptor):
    """Refuses bytes that are no request as the client's mistake.

    By itself gRPC would call them an internal error.
    """

    def intercept_service(self, continuation, details):
        handler = continuation(details)
        request_class = _REQUESTS.get(details.method)
        if handler is None or request_class is None:
            return handler

        def parse(data):
            try:
                return request_class.FromString(data)
            except Exception:
                return _NO_REQUEST

        def answer(request, context):
            if request is _NO_REQUEST:
                context.abort(
                    grpc.StatusCode.INVALID_ARGUMENT,
                    f"The bytes are no {request_class.DESCRIPTOR.full_name}.",
                )
            return handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(
            answer, parse, handler.response_serializer
        )
