"""Lets a training end in order when it is told to stop."""

import signal
import threading


class Interruption:
    """Context in which SIGTERM and SIGINT ask to stop after the step.

    A second signal of either kind interrupts at once, SIGTERM even within a
    step.
    Only the main thread receives signals; elsewhere the context does nothing.

    Attributes:
        signal: `signal.Signals` or None, what was received.
    """

    _KINDS = (signal.SIGTERM, signal.SIGINT)

    def __init__(self):
        self.signal = None
        self._before = {}

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            for kind in self._KINDS:
                self._before[kind] = signal.signal(kind, self._receive)
        return self

    def __exit__(self, *error):
        self._restore()

    def wants_stop(self):
        """Whether a signal was received."""
        return self.signal is not None

    def _receive(self, number, frame):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, self._before[signal.SIGINT])
        self.signal = signal.Signals(number)
        print(
            f"\n{self.signal.name}: stopping after this step, with a "
            "checkpoint. Once more stops at once, without one.",
            flush=True,
        )

    def _restore(self):
        for kind, handler in self._before.items():
            signal.signal(kind, handler)
        self._before = {}
