"""Runs an ASGI application in a thread of its own."""

import functools
import socket
import threading

import uvicorn

from tf_semsynth_serving.server import connections
from tf_semsynth_serving.server.accepting import Acceptor

_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 512  # Connections that wait to be accepted.


class HttpServer:
    """An HTTP/1.1 server; the port is bound at once.

    Args:
        app: ASGI application.
        options: `Options`.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, app, options):
        self._sockets = _bind(options.host, options.rest_port)
        self.port = self._sockets[0].getsockname()[1]
        self._connections = connections.Connections(
            connections.most_connections(), options.rest_timeout
        )
        config = uvicorn.Config(
            app,
            http=connections.make_protocol(self._connections),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            ssl_certfile=options.tls_certificate,
            ssl_keyfile=options.tls_key,
        )
        self._server = _Server(config, self._sockets, self._connections)
        self._thread = threading.Thread(target=self._run, name="http")
        self._thread.daemon = True

    def start(self):
        """Returns when requests are answered."""
        self._thread.start()
        self._server.ready.wait()

    def stop(self, grace):
        """Takes no further requests and waits for those that run.

        Args:
            grace: float, seconds until they are given up.
        """
        if self._thread.is_alive():
            self._server.config.timeout_graceful_shutdown = grace
            self._server.should_exit = True
            self._thread.join()
        for listener in self._sockets:
            listener.close()

    def _run(self):
        try:
            self._server.run(sockets=[])
        finally:
            self._server.ready.set()


class _Server(uvicorn.Server):
    """Tells when it is ready, and looks after its connections."""

    def __init__(self, config, listeners, watched):
        super().__init__(config)
        self.ready = threading.Event()
        self._listeners = listeners
        self._watched = watched
        self._acceptor = None

    async def startup(self, sockets=None):
        await super().startup(sockets)  # It has none: they are accepted here.
        make_protocol = functools.partial(
            self.config.http_protocol_class,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        self._acceptor = Acceptor(
            self._listeners, make_protocol, self._watched, self.config.ssl
        )
        self._acceptor.start()
        self.ready.set()

    async def on_tick(self, counter):
        if counter % 10 == 0:  # Once in a second.
            self._watched.close_overdue()
            self._acceptor.tick()
        return await super().on_tick(counter)

    async def shutdown(self, sockets=None):
        self._acceptor.stop()
        await super().shutdown(sockets)


def _bind(host, port):
    """Sockets for all addresses of a host, such as those of localhost."""
    found, problem = [], "it has no address"
    try:
        addresses = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        addresses, problem = [], error.strerror
    for family, _, _, _, (address, _, *_) in addresses:
        try:
            listener = socket.create_server(
                (address, port), family=family, backlog=_BACKLOG
            )
        except OSError as error:
            problem = error.strerror
            continue
        found.append(listener)
        port = listener.getsockname()[1]  # The same for the others.
    if not found:
        raise OSError(
            f"REST cannot listen on {host}:{port}: {problem}. --rest_port=0 "
            "takes any free port."
        )
    return found
