"""Weights of large networks that are computed from their official names.

The fixtures of the metrics hold no weights of their feature networks: their
README defines each tensor as a function of its key.
"""

import math
import zlib

import numpy as np


def formula_state(shapes):
    """Official key -> float32 array, for a dictionary of key -> shape."""
    return {
        key: formula_weight(key, tuple(shape))
        for key, shape in shapes.items()
        if not key.endswith("num_batches_tracked")
    }


def formula_weight(key, shape):
    """The tensor that belongs to an official key."""
    r = _hashed(zlib.crc32(key.encode("ascii")), math.prod(shape))
    if len(shape) in (2, 4):
        r = r * math.sqrt(12) * 1.4 / math.sqrt(math.prod(shape[1:]))
    elif key.endswith(".running_var"):
        r = 1 + 0.8 * r
    elif key.endswith(".weight"):
        r = 1 + 0.4 * r
    else:
        r = 0.2 * r
    return r.reshape(shape).astype("float32")


def _hashed(start, count):
    """`count` float64 numbers in [-0.5, 0.5)."""
    x = np.arange(count, dtype="uint32") * np.uint32(2654435761)
    x += np.uint32(start)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    x = x ^ (x >> np.uint32(16))
    return x / 2.0**32 - 0.5
