"""What is tried again, how often, and for how long."""

import time

import pytest

from tf_semsynth_serving import errors, retries
from tf_semsynth_serving.retries import Deadline, call_with_retries


@pytest.fixture
def waits(monkeypatch):
    """Waits of no length, written down; chance always takes the longest."""
    waits = []
    monkeypatch.setattr(retries.time, "sleep", waits.append)
    monkeypatch.setattr(retries.random, "uniform", lambda low, high: high)
    return waits


def failing(times, error=errors.Unavailable):
    calls = []

    def call(seconds):
        calls.append(seconds)
        if len(calls) <= times:
            raise error("nobody")
        return len(calls)

    return call


def test_waits_double_up_to_the_longest(waits):
    assert call_with_retries(failing(7), Deadline(1000), retries=9) == 8
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_waits_are_shortened_by_chance(monkeypatch):
    waits = []
    monkeypatch.setattr(retries.time, "sleep", waits.append)
    for _ in range(50):
        call_with_retries(failing(1), Deadline(1000), retries=1)
    assert 0.1 <= min(waits) < 0.13 and 0.17 < max(waits) <= 0.2


def test_the_last_error_says_how_often_it_was_tried(waits):
    with pytest.raises(errors.Unavailable, match=r"nobody \(Tried 3 times"):
        call_with_retries(failing(9), Deadline(1000), retries=2)
    with pytest.raises(errors.Unavailable, match=r"nobody \(Tried once"):
        call_with_retries(failing(9), Deadline(1000), retries=0)


def test_other_errors_are_not_tried_again(waits):
    for error in (errors.ResourceExhausted, errors.InvalidRequest):
        with pytest.raises(error):
            call_with_retries(failing(1, error), Deadline(1000), retries=9)
    assert waits == []


def test_nobody_waits_beyond_the_deadline(waits):
    with pytest.raises(errors.Unavailable, match="Tried 2 times"):
        call_with_retries(failing(9), Deadline(0.3), retries=9)
    assert waits == [0.2]


def test_a_call_learns_what_is_left():
    assert call_with_retries(lambda s: s, Deadline(5), 0) == pytest.approx(
        5, abs=1
    )


def test_a_deadline_that_has_passed_calls_nobody():
    deadline = Deadline(0.001)
    time.sleep(0.01)
    assert deadline.left < 0
    with pytest.raises(errors.DeadlineExceeded, match="within 0.001 s"):
        call_with_retries(pytest.fail, deadline, 3)
