import asyncio
import gzip
import zlib

import pytest

from tf_semsynth_serving.server.request_body import (
    TooLarge,
    UnknownEncoding,
    read_body,
)
from tf_semsynth_serving.server.status import RequestError

TEXT = b'{"inputs": [1, 2, 3]}' * 100


def read(data, encoding="", max_bytes=10_000, step=7):
    async def parts():
        for start in range(0, len(data), step):
            yield data[start : start + step]

    return asyncio.run(read_body(parts(), encoding, max_bytes))


@pytest.mark.parametrize("encoding", ["", "identity", "Identity "])
def test_a_plain_body_is_read_as_it_is(encoding):
    assert read(TEXT, encoding) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
@pytest.mark.parametrize("step", [1, 100_000])
def test_gzip_is_unpacked(encoding, step):
    assert read(gzip.compress(TEXT), encoding, step=step) == TEXT


def test_several_members_after_each_other_are_one_body():
    data = gzip.compress(b"ab") + gzip.compress(b"") + gzip.compress(b"c")
    assert read(data, "gzip") == b"abc"


@pytest.mark.parametrize("size, fits", [(10_000, True), (10_001, False)])
def test_the_limit_holds_for_what_is_unpacked(size, fits):
    packed = gzip.compress(b" " * size)
    if fits:
        assert read(packed, "gzip") == b" " * size
    else:
        with pytest.raises(TooLarge, match="larger than 10000 bytes"):
            read(packed, "gzip")


def test_a_bomb_is_not_unpacked_beyond_the_limit():
    packed = gzip.compress(bytes(200_000_000), 1)
    with pytest.raises(TooLarge):
        read(packed, "gzip", max_bytes=2_000_000, step=2_000_000)


@pytest.mark.parametrize("encoding", ["deflate", "br", "gzip, gzip"])
def test_other_encodings_are_named(encoding):
    with pytest.raises(UnknownEncoding, match="Content-Encoding: .*gzip"):
        read(zlib.compress(TEXT), encoding)


@pytest.mark.parametrize(
    "data, words",
    [
        (TEXT, "is no gzip"),
        (gzip.compress(TEXT)[:-1], "its end is missing"),
        (gzip.compress(TEXT)[:20], "its end is missing"),
        (gzip.compress(TEXT) + b"rest", "is no gzip"),
    ],
    ids=["text", "a byte short", "cut off", "more behind it"],
)
def test_a_damaged_body_is_the_clients_mistake(data, words):
    with pytest.raises(RequestError, match=words) as refusal:
        read(data, "gzip")
    assert refusal.value.code == "INVALID_ARGUMENT"
