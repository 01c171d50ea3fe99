"""Reading ahead."""

import threading

import numpy as np
import pytest

from tf_semsynth.evaluation.reading import read_batches


def test_batches_come_in_order_and_whole():
    keys = [str(i) for i in range(7)]
    batches = list(read_batches(keys, lambda k: np.full(2, int(k)), 3))
    assert [names for names, _ in batches] == [keys[:3], keys[3:6], keys[6:]]
    stacked = np.concatenate([arrays for _, arrays in batches])
    np.testing.assert_array_equal(stacked[:, 1], range(7))


def test_a_batch_ends_where_the_size_changes():
    sizes = [2, 2, 3, 3, 3, 2]
    keys = list(range(6))
    batches = list(read_batches(keys, lambda k: np.zeros(sizes[k]), 2))
    assert [names for names, _ in batches] == [[0, 1], [2, 3], [4], [5]]


def test_no_keys_give_no_batches():
    assert list(read_batches([], np.zeros, 2)) == []


def test_only_two_batches_are_read_ahead():
    lock, read = threading.Lock(), []

    def note(key):
        with lock:
            read.append(key)
        return np.zeros(1)

    batches = read_batches(range(100), note, 4)
    next(batches)
    assert len(read) <= 4 + 8
    batches.close()


def test_an_error_of_reading_is_raised():
    def fail(key):
        raise ValueError(f"{key} is damaged")

    with pytest.raises(ValueError, match="a is damaged"):
        list(read_batches(["a"], fail, 2))
