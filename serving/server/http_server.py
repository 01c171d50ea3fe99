"""Runs an ASGI application in a thread of its own."""

import asyncio
import socket
import threading

import uvicorn

from tf_semsynth_serving.server import connections

_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 512  # Connections that wait to be accepted.
# Few are accepted at once, so that the bound holds between two looks at it.
_ACCEPTED_AT_ONCE = 4


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
            backlog=_ACCEPTED_AT_ONCE,
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
        self._server = _Server(config, self._connections)
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
            self._server.run(sockets=self._sockets)
        finally:
            self._server.ready.set()


class _Server(uvicorn.Server):
    """Tells when it is ready, and looks after its connections."""

    def __init__(self, config, watched):
        super().__init__(config)
        self.ready = threading.Event()
        self._watched = watched

    async def startup(self, sockets=None):
        asyncio.get_running_loop().set_exception_handler(
            connections.handle_loop_error(self._watched)
        )
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(_BACKLOG)  # uvicorn took the smaller number.
        self.ready.set()

    async def on_tick(self, counter):
        if counter % 10 == 0:  # Once in a second.
            self._watched.close_overdue()
        return await super().on_tick(counter)


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
