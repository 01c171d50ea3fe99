"""Checks that two states may be added up."""

import numpy as np


def check_mergeable(state, other, *settings):
    """Raises ValueError where adding `other` to `state` would mislead.

    Args:
        state: the state that grows.
        other: the state that is added.
        *settings: names of the attributes that must be equal.
    """
    name = type(state).__name__
    if type(other) is not type(state):
        raise ValueError(
            f"{name} merges another {name}, received a {type(other).__name__}."
        )
    if other is state:
        raise ValueError(
            f"This {name} was merged with itself, which would count "
            "everything twice. Merge the states of other shards."
        )
    for setting in settings:
        ours, theirs = getattr(state, setting), getattr(other, setting)
        if ours != theirs:
            raise ValueError(
                f"States with different settings cannot be merged: {name} "
                f"has {setting}={ours!r}, the other {setting}={theirs!r}. "
                "Make the states of all shards with the same arguments."
            )


def check_features(features):
    """Raises ValueError unless `features` are finite numbers `(N, D)`."""
    if features.ndim != 2:
        raise ValueError(
            "`features` must hold one row per picture: expected shape "
            f"(N, D), received {features.shape}."
        )
    if not np.isfinite(features).all():
        rows = np.flatnonzero(~np.isfinite(features).all(axis=1))
        raise ValueError(
            f"`features` of {len(rows)} of {len(features)} pictures are not "
            f"finite numbers, first in row {rows[0]}. Look at that picture "
            "and at the weights of the feature network."
        )


def check_not_empty(count, state):
    """Raises ValueError where there is nothing to give a result of."""
    if not count:
        raise ValueError(
            f"{type(state).__name__} has no result yet: nothing was counted. "
            "Call `update` first."
        )
