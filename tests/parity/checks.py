"""Compares our networks with a file of official numbers."""

from fnmatch import fnmatchcase

import numpy as np
import tensorflow as tf

from tests.parity.fixtures import assert_close, assert_close_l2, to_nhwc

BLOCK_GRADIENT_TOLERANCE = 2e-4
NETWORK_GRADIENT_TOLERANCE = 1e-2
LOSS_TOLERANCE = 1e-4
NUM_ATTEMPTS = 20


def check_outputs(found, official, skip=()):
    """Compares outputs by name; every official one must be among `found`.

    Args:
        found: dict, name -> our array, channels last.
        official: dict, name -> array, channels second.
        skip: names of official outputs that ours does not form.
    """
    missing = set(official) - set(found) - set(skip)
    assert not missing, f"not compared: {sorted(missing)}"
    for name in set(official) - set(skip):
        reference = official[name]
        reference = to_nhwc(reference) if reference.ndim > 1 else reference
        assert_close(found[name], reference, name=name)


def away_from_kinks(check, variables):
    """Repeats a check of gradients with weights moved as rounding would.

    Where an activation lies on the kink of a leaky ReLU, rounding decides
    which slope the official gradient has, and the sum of a small map may
    change by more than the tolerance. Moved by a few units in the last
    place, ours takes one slope or the other; a mistake fails each time.

    Args:
        check: function of `move`, which it calls once it has loaded the
            weights.
        variables: those that `move` changes.
    """
    for attempt in range(NUM_ATTEMPTS):
        rng = np.random.default_rng(attempt)

        def move(rng=rng, scale=1e-6 * (attempt > 0)):
            for variable in variables if scale else ():
                value = np.array(variable)
                value *= 1 + scale * rng.normal(size=value.shape)
                variable.assign(value)

        try:
            return check(move)
        except AssertionError:
            if attempt == NUM_ATTEMPTS - 1:
                raise


def run_with_gradients(fixture, variables, forward, inputs=None):
    """Runs a training forward and the gradients of sum(output * cotangent).

    Args:
        fixture: the file, with cotangents.
        variables: list of trainable Keras variables.
        forward: function of `inputs` to a dictionary of outputs.
        inputs: dictionary of arrays to differentiate by as well.

    Returns:
        The outputs, the gradients of `variables` by id, those of `inputs`.
    """
    inputs = {name: tf.constant(x) for name, x in (inputs or {}).items()}
    values = [variable.value for variable in variables]
    with tf.GradientTape() as tape:
        tape.watch([values, inputs])
        outputs = forward(**inputs)
        products = [
            outputs[name] * to_nhwc(cotangent)
            for name, cotangent in fixture.cotangents.items()
        ]
        loss = sum(tf.reduce_sum(product) for product in products)
    by_value, by_input = tape.gradient(
        loss, (values, inputs), unconnected_gradients="zero"
    )
    # The sum may cancel, so its terms set the scale too.
    scale = np.sqrt(sum(float(tf.reduce_sum(x**2)) for x in products))
    official = fixture.losses["cotangent"]
    error = abs(float(loss) - official)
    assert error <= LOSS_TOLERANCE * (abs(official) + scale)
    pairs = zip(variables, by_value, strict=True)
    return outputs, {id(v): g.numpy() for v, g in pairs}, by_input


def check_gradients(fixture, rules, gradients, tolerance):
    """Compares all gradients' norms, and those that the file has in full.

    Args:
        fixture: the file.
        rules: the porting rules of the network.
        gradients: dict, id of variable -> our gradient.
        tolerance: `BLOCK_GRADIENT_TOLERANCE`, of each tensor's largest
            value, or `NETWORK_GRADIENT_TOLERANCE`, in the L2 sense.
    """
    official = {
        key: value
        for key, value in fixture.gradients().items()
        if "/" not in key
    }
    compare_gradients(
        rules, gradients, official, fixture.gradient_norms(), tolerance
    )


def compare_gradients(rules, gradients, official, norms, tolerance):
    """As `check_gradients`, with the official numbers given."""
    by_key = {rule.key: rule for rule in rules}
    ours = {
        key: gradients[id(rule.variable)]
        for key, rule in by_key.items()
        if id(rule.variable) in gradients
    }
    assert set(ours) == set(norms)
    floor = 1e-5 * max(norms.values())
    for key, norm in norms.items():
        error = abs(np.linalg.norm(ours[key]) - norm)
        assert error <= tolerance * norm + floor, (
            f"{key}: norm {np.linalg.norm(ours[key])}, official {norm}"
        )
    for key, value in official.items():
        value = by_key[key].transform(value)
        if tolerance == BLOCK_GRADIENT_TOLERANCE:
            assert_close(ours[key], value, tolerance, key)
        elif norms[key] > floor:  # Below, it is rounding error alone.
            assert_close_l2(ours[key], value, tolerance, key)


def check_state_after(rules, state_after, unused=()):
    """Compares running statistics and power-iteration vectors."""
    by_key = {rule.key: rule for rule in rules}
    compared = 0
    for key, value in state_after.items():
        if key.endswith("num_batches_tracked") or _matches(key, unused):
            continue
        rule = by_key[key]
        assert_close(rule.variable, rule.transform(value), name=key)
        compared += 1
    assert compared or not state_after


def count_official_parameters(network, state=None, unused=()):
    """Our parameters and those official ones that no forward pass reads.

    Args:
        network: ours.
        state: the official state, buffers too.
        unused: patterns of keys of which we keep nothing.
    """
    ours = sum(int(np.prod(v.shape)) for v in network.trainable_variables)
    return ours + sum(
        value.size
        for key, value in (state or {}).items()
        if _matches(key, unused) and key.endswith((".weight", ".bias"))
    )


def _matches(key, patterns):
    return any(fnmatchcase(key, pattern) for pattern in patterns)
