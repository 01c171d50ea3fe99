"""Order and seeds as pure functions of (seed, epoch, position)."""

import functools

import numpy as np

_MASK = (1 << 64) - 1


@functools.lru_cache(maxsize=4)
def epoch_order(seed, epoch, count):
    """The order in which an epoch visits the examples.

    Args:
        seed, epoch: int.
        count: int, number of examples.

    Returns:
        int64 array `(count,)`, a permutation.
    """
    return generator(seed, epoch).permutation(count)


def generator(seed, *words):
    """A `numpy.random.Generator` that depends on the integers alone."""
    return np.random.default_rng([seed & _MASK, *words])


def noise_seed(seed, epoch, position):
    """The seed of all randomness that is a picture's own.

    Args:
        seed, epoch, position: int; the position is that in the epoch.

    Returns:
        int, 0..2**63 - 1, spread evenly (SplitMix64's finaliser,
        https://doi.org/10.1145/2714064.2660195).
    """
    state = seed & _MASK
    for word in (epoch, position):
        state = _mix((state + 0x9E3779B97F4A7C15 * (word + 1)) & _MASK)
    return state >> 1


def _mix(state):
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
    return state ^ state >> 31
