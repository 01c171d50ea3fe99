"""Reads pictures ahead of the network that looks at them."""

import collections
import concurrent.futures

import numpy as np

_THREADS = 4


def read_batches(keys, read, batch_size):
    """Reads and stacks pictures, one batch ahead, on threads of its own.

    Memory: two batches.

    Args:
        keys: Sequence of str.
        read: Function from a key to an array; run on several threads.
        batch_size: int, pictures read at once. A batch ends earlier where
            the next picture has another size.

    Yields:
        keys: List of str.
        arrays: array `(B, ...)`.
    """
    keys = list(keys)
    ahead = 2 * batch_size
    with concurrent.futures.ThreadPoolExecutor(_THREADS) as pool:
        waiting = collections.deque()
        position, names, arrays = 0, [], []
        while position < len(keys) or waiting:
            while position < len(keys) and len(waiting) < ahead:
                waiting.append(pool.submit(read, keys[position]))
                position += 1
            key = keys[position - len(waiting)]
            array = waiting.popleft().result()
            if names and array.shape != arrays[0].shape:
                yield names, np.stack(arrays)
                names, arrays = [], []
            names.append(key)
            arrays.append(array)
            if len(names) == batch_size:
                yield names, np.stack(arrays)
                names, arrays = [], []
        if names:
            yield names, np.stack(arrays)
