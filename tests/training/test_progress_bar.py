import io

import pytest

from tf_semsynth.training.progress import Progress
from tf_semsynth.training.progress_bar import ProgressBar, format_seconds

SCALARS = {
    "loss/generator/adversarial": 0.25,
    "loss/generator/l1": 2.0,
    "loss/generator/total": 2.25,
    "loss/discriminator/total": 1.5,
    "finite/generator": 1.0,
}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def show(stream, num_steps, **options):
    progress = Progress(step=0, num_steps=num_steps, batch_size=2)
    bar = ProgressBar(stream=stream, **options)
    bar.begin(progress)
    for _ in range(num_steps):
        progress.count(SCALARS, 0.5)
        progress.is_last = progress.step == num_steps
        bar.act(progress)
    bar.end(progress)
    return stream.getvalue()


def test_a_log_file_gets_a_line_now_and_then_with_all_terms():
    lines = show(io.StringIO(), 25, every=10).splitlines()
    steps = [line.split()[1] for line in lines]
    assert steps == ["1/25", "10/25", "20/25", "25/25"]
    assert "generator 2.25 (adversarial 0.25, l1 2)" in lines[1]
    assert "discriminator 1.5" in lines[1]
    assert "4 images/s" in lines[1]
    assert "left" in lines[1]


def test_a_log_file_is_never_silent_for_long():
    assert len(show(io.StringIO(), 5, every=0, seconds=0).splitlines()) == 5


def test_a_terminal_gets_one_line_that_is_rewritten():
    text = show(Terminal(), 3)
    assert text.count("\n") == 1
    last = text.split("\r")[-1]
    assert last.startswith("[" + 20 * "=" + "] step 3/3 (100%)")


@pytest.mark.parametrize(
    "seconds, words",
    [(0.4, "0 s"), (59, "59 s"), (90, "2 min"), (3900, "1 h 05 min")],
)
def test_seconds_are_said_as_people_say_them(seconds, words):
    assert format_seconds(seconds) == words
