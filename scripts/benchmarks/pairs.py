"""Times contestants in turn, in one run, each in a process of its own.

Machines differ, and one machine differs from minute to minute, so a time by
itself says little. Here two contestants take turns, A B A B ..., and what is
reported is the ratio of neighbours: what slows the machine down for a while
slows both of a pair. While one works, the other waits without using a core.
"""

import contextlib
import multiprocessing
import os
import resource
import signal
import statistics
import sys
import tempfile
import time
import traceback
from pathlib import Path

# Threads that wait for more work spin for a while before they sleep.
PAUSE = 0.2
WARMUPS = 2
# Errors whose message is all that the user needs.
_IN_WORDS = (ImportError, OSError, ValueError)


class Worker:
    """An object in a child process that works when it is asked to.

    The object is made in the child, so that no framework is loaded in the
    parent and thread pools of two frameworks never meet. To be used as a
    context manager; the process ends with it.

    Args:
        name: str, for messages.
        threads: int, the child may use so many cores.
        make: function, importable by its name, that makes the object.
        *args: its arguments.

    Raises:
        What `make` raised, if that was an error told in words.
    """

    def __init__(self, name, threads, make, *args):
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, threads, make, args), daemon=True
        )
        self._process.start()
        theirs.close()  # Else its end would never be noticed.
        try:
            self._receive()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def call(self, method, *args):
        """Calls a method of the object and returns its result."""
        return self._ask(method, args)[0]

    def time(self, method, *args):
        """Calls a method and returns the seconds that it took in the child."""
        return self._ask(method, args)[1]

    def peak_memory(self):
        """The largest resident memory since the object was made, in MiB."""
        return self._ask(None, ())[0]

    def close(self):
        """Ends the process."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()

    def _ask(self, method, args):
        self._pipe.send((method, args))
        return self._receive()

    def _receive(self):
        try:
            answer = self._pipe.recv()
        except EOFError:
            self._process.join()
            raise OSError(
                f"The process of {self.name} ended without an answer, exit "
                f"code {self._process.exitcode}. Most often the memory is too "
                "small: try a smaller picture or batch."
            ) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer


@contextlib.contextmanager
def contestants(settings, reference, ours):
    """Context of the two `Worker`s of a benchmark, the second's weights equal.

    Args:
        settings: object with `threads`; both are made of it and of the path
            of a file for the weights.
        reference: function that makes the one in PyTorch and writes the file.
        ours: function that makes the other one and reads it.

    Yields:
        The reference's worker, and ours.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        path = os.path.join(folder, "state.npz")
        yield tuple(
            stack.enter_context(
                Worker(name, settings.threads, make, settings, path)
            )
            for name, make in (("PyTorch", reference), ("tf_semsynth", ours))
        )


def take_turns(contestants, rounds, warmups=WARMUPS):
    """Lets each contestant make one step in each round.

    Args:
        contestants: dict, name -> function without arguments that makes one
            step and returns its seconds.
        rounds: int, the rounds that count.
        warmups: int, rounds before them.

    Returns:
        dict, name -> list of `rounds` seconds.
    """
    seconds = {name: [] for name in contestants}
    for number in range(warmups + rounds):
        for name, step in contestants.items():
            time.sleep(PAUSE)
            taken = step()
            if number >= warmups:
                seconds[name].append(taken)
    return seconds


def time_steps(ours, reference, rounds, warmups=0):
    """Lets two workers make one step in each round, in turn.

    Args:
        ours, reference: `Worker`s of objects with a method `step`.
        rounds: int, the rounds that count.
        warmups: int, rounds before them.

    Returns:
        dict, "ours" and "reference" -> list of `rounds` seconds.
    """
    steps = {
        "ours": lambda: ours.time("step"),
        "reference": lambda: reference.time("step"),
    }
    return take_turns(steps, rounds, warmups)


def versions(*workers):
    """Library -> version, of all `Worker`s."""
    return {k: v for w in workers for k, v in w.call("versions").items()}


def describe_ratio(slower, faster):
    """The median and the range of the ratios of neighbours, in words.

    Args:
        slower, faster: lists of seconds, by round.

    Returns:
        str, such as "2.05 (1.98 to 2.11)".
    """
    ratios = [a / b for a, b in zip(slower, faster, strict=True)]
    median = statistics.median(ratios)
    return f"{median:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def make_table(rows):
    """Text of a table: the first column to the left, the others right.

    Args:
        rows: list of lists of str, the head first.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [x.rjust(w) for x, w in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def describe_machine(threads, versions, load):
    """What a number without is worth nothing, in two lines.

    Args:
        threads: int, cores that each contestant may use.
        versions: dict, library -> version.
        load: float, the load average before the run.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    libraries = ", ".join(f"{k} {v}" for k, v in versions.items())
    return (
        f"{threads} of {os.cpu_count()} cores, load average {load:.2f} before "
        f"the run (0 on a quiet machine)\nPython {python}, {libraries}"
    )


def load_average():
    """The machine's load over the last minute."""
    return os.getloadavg()[0]


def _serve(pipe, threads, make, args):
    """The child: makes the object, then answers until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent ends it.
    _limit_cores(threads)
    try:
        contestant = make(*args)
        _forget_peak_memory()
        pipe.send((None, 0.0))
        while True:
            method, arguments = pipe.recv()
            if method is None:
                pipe.send((_peak_memory(), 0.0))
                continue
            started = time.perf_counter()
            result = getattr(contestant, method)(*arguments)
            seconds = time.perf_counter() - started
            pipe.send((result, seconds))
    except EOFError:
        pass
    except _IN_WORDS as error:
        kind = next(kind for kind in _IN_WORDS if isinstance(error, kind))
        pipe.send(kind(str(error)))
    except Exception:
        traceback.print_exc()
        pipe.send(RuntimeError("The traceback is above."))


def _limit_cores(threads):
    """Keeps the process to some cores, whatever its libraries think."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:threads])


def _forget_peak_memory():
    """Where the system can, so that loading weights does not count."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_memory():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return peak * unit / 2**20
