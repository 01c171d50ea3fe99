"""Systems with their averaged weights in place of the raw ones."""

import contextlib


def averaged_weights(system):
    """Context in which a system has its averaged weights, if it keeps any."""
    if system.ema is None:
        return contextlib.nullcontext()
    return system.ema.applied()


def copy_averaged(system, **changes):
    """Makes a copy with the weights that synthesis uses.

    Args:
        system: built `System`; it is never changed.
        **changes: of its `get_config()`, such as `dtype`.

    Returns:
        A system of the same class, config and classes, not compiled, with the
        averaged weights where the system keeps any, as old as the system.
    """
    copy = type(system).from_config({**system.get_config(), **changes})
    copy.absent_networks = set(system.absent_networks)
    with averaged_weights(system):
        for name, network in system.networks.items():
            copy.networks[name].set_weights(network.get_weights())
    copy.train_steps.assign(system.train_steps)
    return copy
