"""The learning rate, epoch by epoch, as the specification gives it."""

import keras
import numpy as np
import pytest

from tf_semsynth.optimizers.schedule import LinearDecay

BASE, NITER, NITER_DECAY, STEPS = 2e-4, 3, 4, 5


@pytest.fixture
def schedule():
    return LinearDecay(BASE, NITER, NITER_DECAY, STEPS)


def test_each_epoch_has_the_specified_rate(schedule):
    for epoch in range(1, NITER + NITER_DECAY + 1):  # 1-based, as there.
        expected = BASE * (1 - max(0, epoch - 1 - NITER) / NITER_DECAY)
        for step in range((epoch - 1) * STEPS, epoch * STEPS):
            np.testing.assert_allclose(schedule(step), expected, rtol=1e-6)


def test_the_rate_stays_zero_after_the_end(schedule):
    assert float(schedule(10_000)) == 0


def test_without_decay_the_rate_is_constant():
    schedule = LinearDecay(BASE, 10, 0, 5)
    np.testing.assert_allclose(schedule(1_000_000), BASE, rtol=1e-6)


def test_a_long_run_loses_no_epoch():
    schedule = LinearDecay(1.0, 0, 1_000_000, 1000)
    before, after = schedule(500_000_999), schedule(500_001_000)
    assert float(before) > float(after)


def test_its_config_makes_an_equal_schedule(schedule):
    again = keras.optimizers.schedules.deserialize(
        keras.optimizers.schedules.serialize(schedule)
    )
    assert again.get_config() == schedule.get_config()


def test_impossible_lengths_are_refused():
    with pytest.raises(ValueError, match="steps_per_epoch=0"):
        LinearDecay(BASE, 1, 1, 0)
