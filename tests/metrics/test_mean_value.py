"""A mean over batches of different sizes."""

import numpy as np
import pytest

from tf_semsynth.metrics.mean_value import MeanValue


def test_every_number_counts_once():
    state = MeanValue()
    for values in ([1.0, 2.0], np.float32(6), np.zeros((0,)), [[3.0], [8.0]]):
        state.update(values)
    assert state.result() == 4 and state.count == 5


def test_many_small_numbers_are_not_lost():
    state = MeanValue()
    state.update(np.float32([2**24]))
    for _ in range(8):  # In float32, 2^24 + 1 is 2^24.
        state.update(np.float32([1]))
    assert state.result() == (2**24 + 8) / 9


def test_nothing_has_no_mean():
    with pytest.raises(ValueError, match="MeanValue has no result"):
        MeanValue().result()
