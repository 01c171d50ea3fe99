"""HTTP connections that are bounded in number and in their waiting time."""

import os
import resource
import time

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10  # From the first byte wanted to the end of the headers.
# The application answers first, where it reads a body that comes too slowly.
BODY_SPARE_SECONDS = 5
MAX_CONNECTIONS = 512
# Handles that the rest of the process may need at once: gRPC, model files.
_SPARE_HANDLES = 40
_SPARE_SHARE = 4  # Or a part of the limit, where that is little.


class Connections:
    """The connections of one HTTP server, the longest waiting one first out.

    A connection waits while the server has no request of it: nothing was
    sent, or half of the headers. Each may do so for `HEADER_SECONDS`
    (uvicorn's own time where a request was answered before); when there are
    as many as may be, the longest waiting one makes room.

    Args:
        limit: int, most connections at a time.
        body_seconds: float, the time that a request's body has.
    """

    def __init__(self, limit, body_seconds):
        self.limit = limit
        self._body_seconds = body_seconds
        self._open = {}  # In the order in which they began to wait.

    def opened(self, protocol):
        self._open[protocol] = None
        self.make_room()

    def closed(self, protocol):
        self._open.pop(protocol, None)

    def waits(self, protocol):
        """A connection waits for a request from now on."""
        if protocol in self._open:
            self._open.pop(protocol)
            self._open[protocol] = None

    def make_room(self, spare=0):
        """Closes waiting connections beyond the limit less `spare`.

        Where all are busy the newest one is closed.
        """
        for protocol in list(self._open):
            if len(self._open) <= max(self.limit - spare, 1):
                return
            if protocol.is_waiting():
                self._close(protocol)
        while len(self._open) > self.limit:
            self._close(next(reversed(self._open)))

    def close_overdue(self):
        """Closes those whose headers or body did not come in time."""
        now = time.monotonic()
        body_seconds = self._body_seconds + BODY_SPARE_SECONDS
        for protocol in list(self._open):
            started = protocol.wants_headers_since
            if started is not None and now - started > HEADER_SECONDS:
                self._close(protocol)
            started = protocol.wants_body_since
            if started is not None and now - started > body_seconds:
                self._close(protocol)

    def _close(self, protocol):
        self.closed(protocol)
        protocol.transport.abort()


def make_protocol(connections):
    """uvicorn's protocol class, with an eye of `Connections` on each."""

    class Protocol(H11Protocol):
        """A connection that knows what it waits for, and since when."""

        wants_headers_since = None
        wants_body_since = None

        def connection_made(self, transport):
            super().connection_made(transport)
            self.wants_headers_since = time.monotonic()
            connections.opened(self)

        def connection_lost(self, error):
            connections.closed(self)
            super().connection_lost(error)

        def data_received(self, data):
            super().data_received(data)
            self._look()

        def on_response_complete(self):
            super().on_response_complete()
            connections.waits(self)
            self._look()

        def is_waiting(self):
            return self.cycle is None or self.cycle.response_complete

        def _look(self):
            """Notes what is wanted of the client, and since when."""
            now = time.monotonic()
            state = self.conn.their_state
            half_sent = self.is_waiting() and (
                self.cycle is None or bool(self.conn.trailing_data[0])
            )
            if not half_sent:
                self.wants_headers_since = None
            elif self.wants_headers_since is None:
                self.wants_headers_since = now
            if state is not h11.SEND_BODY:
                self.wants_body_since = None
            elif self.wants_body_since is None:
                self.wants_body_since = now

    return Protocol


def most_connections():
    """int, how many connections the process's file handles allow.

    The soft limit is raised first, as far as the process may.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and soft < 4 * MAX_CONNECTIONS:
        wanted = 4 * MAX_CONNECTIONS
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        except (OSError, ValueError):
            soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    try:
        used = len(os.listdir("/proc/self/fd"))
    except OSError:  # Not on Linux.
        used = soft // 4
    spare = max(_SPARE_HANDLES, soft // _SPARE_SHARE)
    return max(min(soft - used - spare, MAX_CONNECTIONS), 8)
