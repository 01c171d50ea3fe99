"""Shows where a training stands on the terminal, or in a log file."""

import os
import shutil
import sys
import time

from tf_semsynth.training.actions import Action


class ProgressBar(Action):
    """Prints step, losses, images a second and the time left.

    On a terminal one line is written over and over. Elsewhere (a file, a
    pipe) a line with all terms of the losses appears every `every` steps, and
    at least every `seconds` seconds.

    Args:
        every: int, steps from line to line where there is no terminal.
        seconds: float, the longest silence where there is no terminal.
        stream: Text file; standard output by default.
    """

    def __init__(self, every=100, seconds=30.0, stream=None):
        super().__init__(1, at_end=True)
        self._line_every = every
        self._seconds = seconds
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._last = 0.0

    def begin(self, progress):
        self._last = time.monotonic()

    def act(self, progress):
        now = time.monotonic()
        if self._is_terminal:
            if now - self._last < 0.1 and not progress.is_last:
                return
            width = shutil.get_terminal_size().columns - 1
            line = make_line(progress, with_bar=True)[:width]
            self._stream.write("\r" + line.ljust(width))
        else:
            due = self._line_every and progress.step % self._line_every == 0
            is_first = progress.step == progress.first_step + 1
            silent = now - self._last >= self._seconds
            if not (due or silent or is_first or progress.is_last):
                return
            self._stream.write(
                make_line(progress, with_terms=True) + os.linesep
            )
        self._stream.flush()
        self._last = now

    def end(self, progress):
        if self._is_terminal:
            self._stream.write("\n")
            self._stream.flush()


def make_line(progress, with_bar=False, with_terms=False):
    """One line of text about a `Progress`."""
    share = progress.step / progress.num_steps
    parts = [f"step {progress.step}/{progress.num_steps} ({share:.0%})"]
    if with_bar:
        filled = int(20 * share)
        parts[0] = f"[{'=' * filled}{' ' * (20 - filled)}] " + parts[0]
    if progress.images_per_second is not None:
        parts.append(f"{progress.images_per_second:.3g} images/s")
    if progress.seconds_left is not None:
        parts.append(f"{format_seconds(progress.seconds_left)} left")
    parts += _losses(progress.scalars, with_terms)
    return "  ".join(parts)


def format_seconds(seconds):
    """Seconds as people say them: "45 s", "12 min", "3 h 05 min"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _losses(scalars, with_terms):
    """Such as "generator 12.3 (l1 2.1, adversarial 0.4)"."""
    phases = {}
    for name, value in scalars.items():
        kind, _, rest = name.partition("/")
        phase, _, term = rest.partition("/")
        if kind == "loss" and term:
            phases.setdefault(phase, {})[term] = value
    words = []
    for phase, terms in phases.items():
        text = phase
        if "total" in terms:
            text += f" {terms.pop('total'):.4g}"
        if terms and with_terms:
            listing = ", ".join(f"{k} {v:.4g}" for k, v in terms.items())
            text += f" ({listing})"
        words.append(text)
    return words
