"""JSON text: looked through before it is built, and written in pieces."""

import json
import math
import re
import reprlib

import numpy as np

from tf_semsynth_serving.server.status import invalid

MAX_DEPTH = 64
# Of an object of each kind; legal requests of the default size have fewer.
MAX_LISTS = 8_000_000
MAX_OBJECTS = 100_000
MAX_STRINGS = 1_000_000
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
_HUGE_NUMBER = re.compile(rb"-?\d[\d.]*+[eE]\+?\d{3,}+|-?\d{309,}+")
_PIECE = 2**13  # Values that are written between two turns of other threads.
_DEPTHS = np.zeros(256, np.int8)
_DEPTHS[list(b"[{")] = 1
_DEPTHS[list(b"]}")] = -1
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def loads(body):
    """Parses JSON whose nesting and counts are within limits.

    Args:
        body: bytes.

    Returns:
        What it holds.

    Raises:
        RequestError: It is no JSON, or holds too much of something.
    """
    bare, num_strings = _STRING.subn(b'""', body)
    _check_count("strings", num_strings, MAX_STRINGS)
    _check_count("lists", bare.count(b"["), MAX_LISTS)
    _check_count("objects", bare.count(b"{"), MAX_OBJECTS)
    _check_depth(bare)
    for match in _HUGE_NUMBER.finditer(bare):
        if math.isinf(float(match[0])):
            number = match[0].decode()
            raise invalid(
                "JSON Parse error: Number too big to be stored in double: "
                f"{number[:40]}{'...' if len(number) > 40 else ''}"
            )
    del bare
    try:
        return json.loads(body)
    except RecursionError:
        raise invalid("JSON Parse error: It is nested too deeply.") from None
    except ValueError as error:  # Also of text that is no UTF-8.
        raise invalid(f"JSON Parse error: {error}") from error


def dump_array(array):
    """JSON of an array of numbers or prepared objects, piece by piece.

    Args:
        array: `numpy.ndarray`.

    Returns:
        str.
    """
    if array.ndim > 1 and array.size > _PIECE:
        return "[" + ", ".join(dump_array(part) for part in array) + "]"
    if array.ndim and len(array) > _PIECE:
        parts = [
            dump_array(array[i : i + _PIECE])[1:-1]
            for i in range(0, len(array), _PIECE)
        ]
        return "[" + ", ".join(parts) + "]"
    return json.dumps(_to_lists(array), ensure_ascii=False)


def show(value):
    """A value for a message as it was sent, shortened."""
    return _SHORT.repr(value)


def _to_lists(array):
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        # The shortest decimal of float32, not the digits of its double.
        return array.astype(str).astype(np.float64).tolist()
    return array.tolist()


def _check_count(what, count, limit):
    if count > limit:
        raise invalid(
            f"JSON Parse error: It holds {count} {what}, at most {limit} may "
            "be in a request. Send PNG bytes instead of numbers, or fewer rows."
        )


def _check_depth(bare):
    brackets = bare.translate(None, _NO_BRACKETS)
    steps = _DEPTHS[np.frombuffer(brackets, np.uint8)]
    depth = int(np.cumsum(steps, dtype=np.int32).max(initial=0))
    if depth > MAX_DEPTH:
        raise invalid(
            "JSON Parse error: It is nested too deeply: "
            f"{depth} lists or objects within each other, at most {MAX_DEPTH} "
            "may be."
        )


class _Short(reprlib.Repr):
    """Python's shortened values in JSON's spelling."""

    def repr_bool(self, value, level):
        return "true" if value else "false"

    def repr_NoneType(self, value, level):  # noqa: N802, reprlib's naming.
        return "null"

    def repr_float(self, value, level):
        return json.dumps(value)

    def repr_str(self, value, level):
        if len(value) > self.maxstring:
            value = value[: self.maxstring] + "..."
        return json.dumps(value, ensure_ascii=not value.isprintable())


_SHORT = _Short()
