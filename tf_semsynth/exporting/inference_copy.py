"""A copy of a system for inference; the user's own is never changed."""

import contextlib

import keras


def copy_system(system):
    """Makes a float32 copy with the weights that synthesis uses.

    Whatever policy the system was trained under, the copy computes in
    float32: clients get float32 numbers, and bfloat16 would move pictures by
    several grey levels. Where the system keeps a moving average of its
    weights, the copy has the averaged ones.

    Args:
        system: a built `System`.

    Returns:
        A system of the same class, config and classes, not compiled.
    """
    config = {**system.get_config(), "dtype": "float32"}
    with _default_policy("float32"):  # Of layers that were given none.
        copy = type(system).from_config(config)
    copy.absent_networks = set(system.absent_networks)
    with averaged_weights(system):
        for name, network in system.networks.items():
            copy.networks[name].set_weights(network.get_weights())
    return copy


def averaged_weights(system):
    """Context in which a system has its averaged weights, if it keeps any."""
    if system.ema is None:
        return contextlib.nullcontext()
    return system.ema.applied()


def fold(system):
    """Folds spectral norms into the kernels, for a copy that is exported."""
    for network in system.networks.values():
        for layer in network._flatten_layers():
            if hasattr(layer, "fold"):
                layer.fold()


@contextlib.contextmanager
def _default_policy(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
