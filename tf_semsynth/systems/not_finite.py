"""Losses and gradients that are no numbers any more: found and named."""

import math


class NotFiniteError(ValueError):
    """A loss or a gradient is not a number any more."""


def find_not_finite(scalars):
    """What of a step's scalars is not finite, in words.

    Args:
        scalars: dict, name -> float, what `System.train_step` returns:
            `loss/<phase>/<term>`, and `finite/<phase>`, which is below 1
            where a gradient of the phase is not finite.

    Returns:
        list of str, empty where all is well.
    """
    wrong = [
        f"{name} is {value}"
        for name, value in scalars.items()
        if not math.isfinite(value)
    ]
    wrong += [
        f"the gradients of the {name.removeprefix('finite/')} phase are not "
        "finite"
        for name, value in scalars.items()
        if name.startswith("finite/") and not value == 1
    ]
    return wrong
