"""Accepts HTTP connections, also when the process has no file handle left."""

import asyncio
import errno
import logging
import os
import time

LOG = logging.getLogger(__name__)
_NO_HANDLE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_HANDSHAKE_SECONDS = 10
_PAUSE = 0.1  # Seconds until a full process is asked again.
# Few are accepted at once, so that the bound holds between two looks at it.
_AT_ONCE = 4
_SPARES = 8


class SpareHandles:
    """File handles that are kept for the moment in which there are none."""

    def __init__(self, number=_SPARES):
        self._number = number
        self._kept = []
        self.refill()

    def refill(self):
        """Keeps as many as wanted again, as far as there are any."""
        try:
            while len(self._kept) < self._number:
                self._kept.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass  # Tried again at the next call.

    def give_one(self):
        """Frees a handle; returns whether there was one."""
        if self._kept:
            os.close(self._kept.pop())
            return True
        return False

    def close(self):
        while self.give_one():
            pass


class Acceptor:
    """Accepts what comes in at listening sockets, within an event loop.

    asyncio's own server stops accepting for a second, and tells it each time,
    when there is no file handle. This one takes a spare handle and lets a
    waiting connection make room.

    Args:
        listeners: list of sockets that listen.
        make_protocol: Function without arguments -> `asyncio.Protocol`.
        connections: `Connections`, told to make room.
        tls: `ssl.SSLContext` or None.
    """

    def __init__(self, listeners, make_protocol, connections, tls):
        self._listeners = listeners
        self._make_protocol = make_protocol
        self._connections = connections
        self._tls = tls
        self._spares = SpareHandles()
        # Tasks of connections that are set up, such as by TLS; oldest first.
        self._beginning = {}
        self._most_beginning = max(connections.limit // 2, 8 * _AT_ONCE)
        self._last_warning = -float("inf")
        self._loop = None

    def start(self):
        """Begins; called within the running loop."""
        self._loop = asyncio.get_running_loop()
        for listener in self._listeners:
            listener.setblocking(False)
            self._listen(listener)

    def tick(self):
        """To be called once in a second."""
        self._spares.refill()

    def stop(self):
        for listener in self._listeners:
            if self._loop and listener.fileno() >= 0:
                self._loop.remove_reader(listener.fileno())
            listener.close()
        self._spares.close()

    def _listen(self, listener):
        if listener.fileno() >= 0:  # Not stopped meanwhile.
            self._loop.add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener):
        for _ in range(_AT_ONCE):
            try:
                connection = self._accept_one(listener)
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            except OSError as error:
                self._pause(listener, error)
                return
            task = self._loop.create_task(self._begin(connection))
            self._beginning[task] = None
            task.add_done_callback(lambda done: self._beginning.pop(done, None))
            if len(self._beginning) > self._most_beginning:
                next(iter(self._beginning)).cancel()

    def _accept_one(self, listener):
        try:
            return listener.accept()[0]
        except OSError as error:
            if error.errno not in _NO_HANDLE:
                raise
            self._warn(error)
            self._connections.make_room(spare=self._connections.limit // 2)
            if not self._spares.give_one():
                raise
        return listener.accept()[0]

    async def _begin(self, connection):
        seconds = None if self._tls is None else _HANDSHAKE_SECONDS
        try:
            await self._loop.connect_accepted_socket(
                self._make_protocol,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=seconds,
            )
        except OSError:  # Also of TLS: the client is gone, or speaks no TLS.
            connection.close()

    def _pause(self, listener, error):
        """Looks at a listener again later, which would be ready at once."""
        if error.errno not in _NO_HANDLE:
            LOG.warning("A connection was not accepted: %s", error)
        self._loop.remove_reader(listener.fileno())
        self._loop.call_later(_PAUSE, self._listen, listener)

    def _warn(self, error):
        if time.monotonic() - self._last_warning > 60:
            self._last_warning = time.monotonic()
            LOG.warning(
                "The process has no file handles left (ulimit -n): %s. "
                "Waiting connections are closed.",
                error,
            )
