"""Keeps what methods of a network's parts return while it runs."""

import contextlib
import functools


class Recording(dict):
    """Name -> list of `(arguments, result)`, one for each call."""

    def results(self, name):
        """What the calls of that name returned."""
        return [result for _, result in self[name]]


@contextlib.contextmanager
def recorded(points):
    """Records calls of methods.

    Args:
        points: dict, name -> (object, name of its method).

    Yields:
        `Recording`.
    """
    recording = Recording({name: [] for name in points})
    by_method = {}
    for name, (owner, method) in points.items():
        by_method.setdefault((id(owner), method), (owner, method, name))
    for owner, method, name in by_method.values():
        object.__setattr__(
            owner, method, _spy(getattr(owner, method), recording[name])
        )
    try:
        yield recording
    finally:
        for owner, method, _ in by_method.values():
            object.__delattr__(owner, method)


def _spy(method, calls):
    @functools.wraps(method)
    def spy(*args, **kwargs):
        result = method(*args, **kwargs)
        calls.append((args, result))
        return result

    return spy
