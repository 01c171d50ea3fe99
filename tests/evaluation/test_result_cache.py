"""The cache of what networks said."""

import hashlib

import numpy as np
import pytest

from tf_semsynth.evaluation.result_cache import ResultCache

IDENTITY = {"kind": "features", "fingerprint": "1"}


def digest(text):
    return hashlib.sha256(text.encode()).digest()


def open_cache(folder, wanted="abc", identity=IDENTITY, report=pytest.fail):
    digests = [digest(text) for text in wanted]
    return ResultCache(folder, identity, digests, "float32", report)


def fill(folder):
    with open_cache(folder) as cache:
        cache.put(digest("a"), [1.0, 2.0])
        cache.put(digest("b"), [3.0])


def test_rows_of_any_length_come_back(tmp_path):
    fill(tmp_path)
    cache = open_cache(tmp_path)
    np.testing.assert_array_equal(cache.get(digest("a")), [1, 2])
    np.testing.assert_array_equal(cache.get(digest("b")), [3])
    assert cache.get(digest("a")).dtype == np.float32
    assert cache.get(digest("c")) is None


def test_rows_that_nobody_wants_are_not_kept_in_memory(tmp_path):
    fill(tmp_path)
    cache = open_cache(tmp_path, wanted="b")
    assert cache.get(digest("a")) is None
    assert cache.get(digest("b")) is not None
    cache.forget()
    assert cache.get(digest("b")) is None


def test_another_network_has_other_rows(tmp_path):
    fill(tmp_path)
    other = open_cache(tmp_path, identity={**IDENTITY, "fingerprint": "2"})
    assert other.get(digest("a")) is None


def test_a_run_that_stops_keeps_what_it_had(tmp_path):
    with pytest.raises(KeyboardInterrupt), open_cache(tmp_path) as cache:
        cache.put(digest("a"), [1.0])
        raise KeyboardInterrupt
    assert open_cache(tmp_path).get(digest("a")) is not None


def test_shards_add_up(tmp_path):
    fill(tmp_path)
    with open_cache(tmp_path) as cache:
        cache.put(digest("c"), [4.0])
    again = open_cache(tmp_path)
    assert all(again.get(digest(text)) is not None for text in "abc")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_shard_is_told_and_removed(tmp_path, damage):
    fill(tmp_path)
    shard = next(tmp_path.glob("*/shard_*.npz"))
    content = bytearray(shard.read_bytes())
    if damage == "flipped":
        content[content.index(np.float32([1, 2, 3]).tobytes())] ^= 1
    shard.write_bytes(
        {"cut": content[:200], "flipped": content, "empty": b""}[damage]
    )
    told = []
    cache = open_cache(tmp_path, report=told.append)
    assert cache.get(digest("a")) is None
    assert len(told) == 1 and shard.name in told[0]
    assert not shard.exists()
    fill(tmp_path)
    assert open_cache(tmp_path).get(digest("a")) is not None
