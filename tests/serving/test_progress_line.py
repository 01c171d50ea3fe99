"""The progress line, on a terminal and in a file."""

import io

import pytest

from tf_semsynth_serving import progress_line
from tf_semsynth_serving.progress_line import ProgressLine


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves."""
    now = [0.0]
    monkeypatch.setattr(progress_line.time, "monotonic", lambda: now[0])
    return now


def test_rate_and_time_left_are_shown_on_one_line(clock):
    stream = Terminal()
    line = ProgressLine(8, "layouts", stream=stream)
    clock[0] = 4.0
    line.advance(2)
    shown = stream.getvalue().rstrip()
    bar = "=" * 5 + " " * 15
    assert shown == f"\r[{bar}] 2/8 layouts  0.5/s  12 s left"
    clock[0] = 8.0
    line.advance(6)
    assert stream.getvalue().rstrip(" ").endswith("\n")
    assert stream.getvalue().count("\n") == 1


def test_a_file_gets_a_line_now_and_then(clock):
    stream = io.StringIO()
    line = ProgressLine(100, "layouts", seconds=10, stream=stream)
    for second in range(1, 101):
        clock[0] = float(second)
        line.advance()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0].endswith("10/100 layouts  1/s  90 s left")
    assert lines[-1].endswith("100/100 layouts  1/s")


def test_work_that_stops_early_ends_the_line(clock):
    stream = Terminal()
    line = ProgressLine(8, "layouts", stream=stream)
    clock[0] = 1.0
    line.advance()
    line.end()
    assert stream.getvalue().endswith("\n")
