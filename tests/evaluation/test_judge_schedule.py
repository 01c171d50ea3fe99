"""Learning rates over steps and minutes."""

import math

import keras
import pytest

from tf_semsynth.evaluation.judge_schedule import CosineSchedule, cosine


def rates_of(schedule, steps, tick=lambda: None):
    """The rates of the steps until training is told to stop."""
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.5), loss="mse")
    schedule.set_model(model)
    schedule.on_train_begin()
    rates = []
    for step in range(steps):
        schedule.on_train_batch_begin(step)
        rates.append(float(model.optimizer.learning_rate))
        tick()
        schedule.on_train_batch_end(step)
        if model.stop_training:
            break
    return rates


def test_half_a_cosine_goes_from_one_to_nothing():
    assert cosine(0) == 1
    assert cosine(0.5) == pytest.approx(0.5)
    assert cosine(1) == pytest.approx(0)
    assert cosine(1 / 3) == pytest.approx(0.75)


def test_the_rate_rises_and_then_falls_along_the_cosine():
    rates = rates_of(CosineSchedule(0.1, num_steps=40), 40)
    expected = [
        0.1 * (1 + math.cos(math.pi * step / 40)) / 2 * min(1, (step + 1) / 4)
        for step in range(40)
    ]
    assert rates == pytest.approx(expected, rel=1e-5)


def test_the_clock_ends_a_training_with_a_low_rate():
    now = [0.0]

    def tick():
        now[0] += 6.0  # A tenth of the minute.

    schedule = CosineSchedule(0.1, 10**6, max_minutes=1.0, clock=lambda: now[0])
    rates = rates_of(schedule, 100, tick)
    assert len(rates) == 10
    # Of so long a training, the first 50 steps warm up.
    expected = [0.1 * cosine(step / 10) * (step + 1) / 50 for step in range(10)]
    assert rates == pytest.approx(expected, rel=1e-5)
