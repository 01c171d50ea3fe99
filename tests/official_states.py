"""Random weights under official keys, as the authors' files hold them."""

import numpy as np


def make_state(system, network, seed=0):
    """Official key -> array for one network of a system.

    Every value is random, in the shape that PyTorch would have it.
    """
    rng = np.random.default_rng(seed)
    state = {}
    for rule in system.official_rules(network):
        value = rng.normal(size=_official_shape(rule.variable.shape))
        if rule.key.endswith("running_var"):
            value = np.abs(value) + 0.5
        state[rule.key] = value.astype("float32")
    return state


def _official_shape(shape):
    """(kh, kw, in, out) is (out, in, kh, kw) there; dense is transposed."""
    if len(shape) == 4:
        return (shape[3], shape[2], shape[0], shape[1])
    return shape[::-1]
