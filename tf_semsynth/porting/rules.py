"""Rules that carry official tensors into our variables, and their check.

A system lists one `Rule` for each official tensor that it uses. `apply_rules`
first checks the whole list against a file, so that a wrong file changes
nothing, and only then assigns.
"""

import dataclasses
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from tf_semsynth.porting.network_state import take_network
from tf_semsynth.porting.transforms import identity

NUM_FAULTS_SHOWN = 10
# Counts the steps of a batch norm; with a fixed momentum nothing reads it.
ALWAYS_UNUSED = ("num_batches_tracked", "*.num_batches_tracked")


@dataclasses.dataclass(frozen=True)
class Rule:
    """Says that one official tensor becomes one of our variables.

    Attributes:
        key: str, the official key, such as `"up_0.conv_s.weight_orig"`.
        variable: the `keras.Variable` that receives it.
        transform: function of the official array (PyTorch's memory layout)
            that returns the array in our layout.
    """

    key: str
    variable: Any
    transform: Callable = identity


def apply_rules(rules, state, unused=(), variables=(), name="network"):
    """Assigns official tensors to variables, after checking all of them.

    Args and errors are those of `match_rules`. Nothing has been assigned
    where it fails.

    Returns:
        Tuple of the keys that were left over as `unused` allows.
    """
    values, skipped = match_rules(rules, state, unused, variables, name)
    assign_values(values)
    return skipped


def match_rules(rules, state, unused=(), variables=(), name="network"):
    """Finds the value of each variable, and changes nothing.

    Args:
        rules: iterable of `Rule`.
        state: dict, official key -> NumPy array as PyTorch lays it out; a
            prefix before the keys is taken off (`network_state.py`).
        unused: patterns (`*` as in file names) of official keys that no
            forward pass reads and that may therefore be left over.
        variables: the variables of the network; each needs a rule.
        name: str, what error messages call the network.

    Returns:
        List of (variable, array), for `assign_values`, and tuple of the keys
        that were left over as `unused` allows.

    Raises:
        ValueError: a key is missing or left over, a shape is different, a
            value is not finite, a variable is set by no rule or by two, or the
            network is there several times.
            The message lists the first ten faults and their number.
    """
    rules = tuple(rules)
    state = take_network(state, (rule.key for rule in rules))
    faults = _variable_faults(rules, variables)
    values = []
    for rule in rules:
        try:
            values.append((rule.variable, _value(rule, state)))
        except ValueError as error:
            faults.append(str(error))
    used = {rule.key for rule in rules}
    left_over = [key for key in state if key not in used]
    allowed = (*ALWAYS_UNUSED, *unused)
    skipped = tuple(key for key in left_over if _matches(key, allowed))
    faults += [
        f"`{key}` {np.shape(state[key])} has no place in this {name}."
        for key in left_over
        if key not in set(skipped)
    ]
    if faults:
        raise ValueError(_report(faults, name))
    return values, skipped


def assign_values(values):
    """Assigns what `match_rules` found."""
    for variable, value in values:
        variable.assign(value)


def strip_prefix(state, prefix):
    """Returns the entries of `state` under `prefix`, without the prefix."""
    return {
        key.removeprefix(prefix): value
        for key, value in state.items()
        if key.startswith(prefix)
    }


def _value(rule, state):
    """Returns the array for a rule's variable, or raises its fault."""
    if rule.key not in state:
        raise ValueError(
            f"`{rule.key}` is missing (for {rule.variable.path}, shape "
            f"{tuple(rule.variable.shape)})."
        )
    array = np.asarray(state[rule.key])
    expected = tuple(rule.variable.shape)
    try:
        value = rule.transform(array)
    except ValueError as error:
        raise ValueError(
            f"`{rule.key}` {array.shape} does not fit {rule.variable.path} "
            f"{expected}: {error}"
        ) from error
    if value.shape != expected:
        raise ValueError(
            f"`{rule.key}` has shape {array.shape}, which becomes "
            f"{value.shape}, but {rule.variable.path} has shape {expected}."
        )
    bad = value.size - np.count_nonzero(np.isfinite(value))
    if bad:
        raise ValueError(
            f"`{rule.key}` holds {bad} values of {value.size} that are NaN "
            "or infinite."
        )
    return value


def _variable_faults(rules, variables):
    """Lists variables that no rule sets, or more than one."""
    counts = {}
    for rule in rules:
        counts[id(rule.variable)] = counts.get(id(rule.variable), 0) + 1
    faults = [
        f"{variable.path} {tuple(variable.shape)} is set by no rule."
        for variable in variables
        if id(variable) not in counts
    ]
    twice = {id(r.variable): r for r in rules if counts[id(r.variable)] > 1}
    return faults + [
        f"{rule.variable.path} is set by {counts[index]} rules, one of them "
        f"for `{rule.key}`."
        for index, rule in twice.items()
    ]


def _matches(key, patterns):
    return any(fnmatchcase(key, pattern) for pattern in patterns)


def _report(faults, name):
    lines = [f"  - {fault}" for fault in faults[:NUM_FAULTS_SHOWN]]
    if len(faults) > NUM_FAULTS_SHOWN:
        lines.append(f"  ... and {len(faults) - NUM_FAULTS_SHOWN} more.")
    return (
        f"The official weights do not fit this {name}: {len(faults)} faults. "
        "Is it the right file, and were the same options used (number of "
        "classes, widths, image size, encoder)?\n" + "\n".join(lines)
    )
