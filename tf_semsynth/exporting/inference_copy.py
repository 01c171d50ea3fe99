"""A copy of a system for inference; the user's own is never changed."""

from tf_semsynth.systems.averages import copy_averaged


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
    return copy_averaged(system, dtype="float32")


def fold(system):
    """Folds spectral norms into the kernels, for a copy that is exported."""
    for network in system.networks.values():
        for layer in network._flatten_layers():
            if hasattr(layer, "fold"):
                layer.fold()
