"""The body of an HTTP request, unpacked, within the limit."""

import asyncio
import zlib

from tf_semsynth_serving.server.status import RequestError, invalid

_PIECE = 2**20  # Bytes that are unpacked between two looks at other requests.
_GZIP = 31  # What zlib calls gzip.


class TooLarge(RequestError):
    """A body beyond the limit, as it came or unpacked."""

    def __init__(self, max_bytes):
        super().__init__(
            "RESOURCE_EXHAUSTED",
            f"The request is larger than {max_bytes} bytes "
            "(--max_message_bytes). Send PNG bytes instead of numbers, or "
            "fewer rows.",
        )


class UnknownEncoding(RequestError):
    """A body that is packed in a way that the server does not unpack."""

    def __init__(self, encoding):
        super().__init__(
            "INVALID_ARGUMENT",
            f"Content-Encoding: {encoding} is not unpacked here. Expected "
            "gzip, or a body as it is (identity).",
        )


async def read_body(parts, encoding, max_bytes):
    """Reads a body to its end, since many clients only listen then.

    Args:
        parts: async iterator of bytes.
        encoding: str, the value of `Content-Encoding`; empty without one.
        max_bytes: int, the limit, on the bytes that come and on the unpacked.

    Returns:
        bytes.

    Raises:
        RequestError: It is larger, packed otherwise, or damaged.
    """
    kept, size, problem = [], 0, None
    kind = encoding.strip().lower()
    unpack = _Gzip(max_bytes) if kind in ("gzip", "x-gzip") else None
    if unpack is None and kind not in ("", "identity"):
        problem = UnknownEncoding(encoding)
    async for part in parts:
        size += len(part)
        if size > max_bytes:
            problem = problem or TooLarge(max_bytes)
        if problem:
            kept.clear()
            unpack = None
        elif unpack is None:
            kept.append(part)
        else:
            try:
                await unpack.add(part)
            except RequestError as error:
                problem = error
    if problem:
        raise problem
    return b"".join(kept) if unpack is None else unpack.finish()


class _Gzip:
    """Unpacks gzip, several members after each other, up to a limit."""

    def __init__(self, max_bytes):
        self._max_bytes = max_bytes
        self._kept, self._size = [], 0
        self._member = None

    async def add(self, data):
        while data:
            if self._member is None:
                self._member = zlib.decompressobj(_GZIP)
            try:
                piece = self._member.decompress(data, _PIECE)
            except zlib.error as error:
                raise invalid(f"The body is no gzip: {error}.") from error
            self._size += len(piece)
            if self._size > self._max_bytes:
                raise TooLarge(self._max_bytes)
            self._kept.append(piece)
            data = self._member.unconsumed_tail
            if self._member.eof:
                data, self._member = self._member.unused_data, None
            await asyncio.sleep(0)  # Others have their turn.

    def finish(self):
        # zlib may hold back a last piece when it was given a limit.
        while self._member is not None and not self._member.eof:
            piece = self._member.decompress(b"", _PIECE)
            self._size += len(piece)
            if self._size > self._max_bytes:
                raise TooLarge(self._max_bytes)
            if not piece:
                raise invalid("The body is no whole gzip: its end is missing.")
            self._kept.append(piece)
        return b"".join(self._kept)
