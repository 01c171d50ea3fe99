import asyncio
import errno
import os
import socket

import pytest

from tf_semsynth_serving.server.accepting import Acceptor, SpareHandles


class Rooms:
    """A double of `Connections` that notes who asks for room."""

    limit = 10

    def __init__(self):
        self.asked = []

    def make_room(self, spare=0):
        self.asked.append(spare)


class Greeting(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"hello")
        transport.close()


class FullListener:
    """A socket whose first `failures` connections find no file handle."""

    def __init__(self, failures):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._failures = failures
        self.address = self._socket.getsockname()

    def accept(self):
        if self._failures:
            self._failures -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self._socket.accept()

    def __getattr__(self, name):
        return getattr(self._socket, name)


def greet(listener, rooms):
    """What one client reads."""

    async def run():
        acceptor = Acceptor([listener], Greeting, rooms, None)
        acceptor.start()
        reader, writer = await asyncio.open_connection(*listener.address)
        try:
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()
            acceptor.stop()

    return asyncio.run(run())


def test_spare_handles_are_given_and_taken_again():
    spares = SpareHandles(2)
    assert [spares.give_one() for _ in range(3)] == [True, True, False]
    spares.refill()
    assert spares.give_one()
    spares.close()
    assert not spares.give_one()


@pytest.mark.parametrize("failures", [0, 1, 2, 9])
def test_a_full_process_makes_room_and_accepts(failures, caplog):
    rooms = Rooms()
    assert greet(FullListener(failures), rooms) == b"hello"
    assert bool(rooms.asked) == bool(failures)
    told = [r for r in caplog.records if "no file handles" in r.message]
    assert len(told) == min(failures, 1)


def test_nothing_is_left_open():
    before = os.listdir("/proc/self/fd")
    greet(FullListener(3), Rooms())
    assert len(os.listdir("/proc/self/fd")) == len(before)
