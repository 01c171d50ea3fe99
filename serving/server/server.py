"""The server: a model's versions behind gRPC, REST and the studio."""

import time

from tf_semsynth_serving.server import rest, security
from tf_semsynth_serving.server.grpc_server import GrpcServer
from tf_semsynth_serving.server.http_server import HttpServer
from tf_semsynth_serving.server.metrics import Metrics
from tf_semsynth_serving.server.predict import Predictor
from tf_semsynth_serving.server.servable import Servable
from tf_semsynth_serving.server.versions import Versions


def serve(options):
    """Starts a server in this process.

    Args:
        options: `Options`.

    Returns:
        `Server`, ready; end it with `stop`.

    Raises:
        OSError: There is no model, or a port is taken.
        ValueError: An option is impossible, or no version can be loaded.
    """
    server = Server(options)
    try:
        server.start()
    except BaseException:
        server.stop(0)
        raise
    return server


class Server:
    """See `serve`.

    Attributes:
        grpc_port, rest_port: ints, the ports it listens on.
        versions: `Versions`.
        metrics: `Metrics`.
    """

    def __init__(self, options):
        if options.model_dir is None:
            raise ValueError("`model_dir` is missing.")
        token = security.read_token(options.api_token_file)
        security.check_tls(options)
        self.metrics = Metrics()
        self.versions = Versions(
            options,
            lambda version, folder: Servable(
                version, folder, options, self.metrics
            ),
        )
        self.metrics.watch(self.versions)
        self._options = options
        self._stopping = False
        predictor = Predictor(self.versions, options)
        self._grpc = GrpcServer(predictor, self.metrics, options, token)
        app = rest.make_app(
            predictor, self.metrics, options, token, self.is_healthy
        )
        try:
            self._http = HttpServer(app, options)
        except BaseException:
            self._grpc.stop(0)
            raise
        self.grpc_port = self._grpc.port
        self.rest_port = self._http.port

    def start(self):
        """Loads the model, then answers; returns when it does."""
        self.versions.start()
        self._grpc.start()
        self._http.start()

    def is_healthy(self):
        """Whether requests are welcome."""
        return not self._stopping and self.versions.is_available()

    def stop(self, grace=None):
        """Takes no further requests, ends what runs, frees the model.

        Args:
            grace: float, seconds that requests have; by default what the
                options say.
        """
        grace = self._options.grace_seconds if grace is None else grace
        self._stopping = True
        end = time.monotonic() + grace
        calls_ended = self._grpc.stop(grace)
        self._http.stop(max(end - time.monotonic(), 0))
        calls_ended.wait()
        self.versions.stop(max(end - time.monotonic(), 0))

    def addresses(self):
        """str, one line for each way in."""
        host = self._options.host
        if security.is_loopback(host):
            host = "localhost"
        elif ":" in host:
            host = f"[{host}]"
        scheme = "https" if self._options.uses_tls() else "http"
        rest_address = f"{scheme}://{host}:{self.rest_port}"
        return (
            f"gRPC    {host}:{self.grpc_port}\n"
            f"REST    {rest_address}/v1/models/{self.versions.name}\n"
            f"Studio  {rest_address}/"
        )
