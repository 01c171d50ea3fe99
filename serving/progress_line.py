"""A progress bar with rate and time left."""

import shutil
import sys
import time

_BAR_WIDTH = 20


class ProgressLine:
    """Shows how much of something is done and how long the rest takes.

    On a terminal one line is written over and over. Elsewhere (a file, a
    pipe) there is a line every `seconds` seconds, and one at the end.

    Args:
        total: int, how much there is to do.
        unit: str, what is counted, such as "pictures".
        seconds: float, the time between two lines where there is no terminal.
        stream: text file; standard output by default.
    """

    def __init__(self, total, unit, seconds=10.0, stream=None):
        self._total = total
        self._unit = unit
        self._stream = sys.stdout if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._interval = 0.1 if self._is_terminal else seconds
        self._done = 0
        self._start = self._last = time.monotonic()

    def advance(self, count=1):
        """Says that `count` more are done."""
        self._done += count
        now = time.monotonic()
        is_last = self._done >= self._total
        if is_last or now - self._last >= self._interval:
            self._last = now
            self._write(self._text(now - self._start), is_last)

    def end(self):
        """Begins a new line where the work stopped early."""
        if self._is_terminal and self._done < self._total:
            self._stream.write("\n")

    def _text(self, seconds):
        share = self._done / self._total
        rate = self._done / seconds if seconds > 0 else 0.0
        filled = int(_BAR_WIDTH * share)
        parts = [
            f"[{'=' * filled}{' ' * (_BAR_WIDTH - filled)}] "
            f"{self._done}/{self._total} {self._unit}",
            f"{rate:.3g}/s",
        ]
        if rate and share < 1:
            parts.append(f"{(self._total - self._done) / rate:.0f} s left")
        return "  ".join(parts)

    def _write(self, text, is_last):
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            text = "\r" + text[:width].ljust(width)
            self._stream.write(text + ("\n" if is_last else ""))
        else:
            self._stream.write(text + "\n")
        self._stream.flush()
