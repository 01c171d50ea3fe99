"""Rules are checked as a whole before anything is assigned."""

import keras
import numpy as np
import pytest

from tf_semsynth.porting.rules import Rule, apply_rules, strip_prefix
from tf_semsynth.porting.transforms import dense_kernel


@pytest.fixture
def layer():
    layer = keras.layers.Dense(3, name="dense")
    layer.build((None, 2))
    return layer


@pytest.fixture
def rules(layer):
    return [
        Rule("fc.weight", layer.kernel, dense_kernel),
        Rule("fc.bias", layer.bias),
    ]


@pytest.fixture
def state():
    return {
        "fc.weight": np.arange(6, dtype="float32").reshape(3, 2),
        "fc.bias": np.array([1, 2, 3], "float32"),
    }


def test_a_complete_state_is_assigned(layer, rules, state):
    apply_rules(rules, state, variables=layer.weights)
    np.testing.assert_array_equal(layer.kernel, state["fc.weight"].T)
    np.testing.assert_array_equal(layer.bias, state["fc.bias"])


def test_listed_keys_and_step_counts_may_be_left_over(rules, state):
    state["fc.norm_0.weight"] = np.zeros(3)
    state["bn.num_batches_tracked"] = np.array(7)
    skipped = apply_rules(rules, state, unused=("*.norm_0.*",))
    assert skipped == ("fc.norm_0.weight", "bn.num_batches_tracked")


def test_a_key_left_over_is_refused(rules, state):
    state["fc2.weight"] = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"`fc2.weight` \(4, 3\) has no pl"):
        apply_rules(rules, state)


def test_a_missing_key_names_the_variable_and_its_shape(rules, state):
    del state["fc.weight"]
    with pytest.raises(ValueError, match=r"weight` is missing.*\(2, 3\)"):
        apply_rules(rules, state)


def test_a_wrong_shape_is_given_beside_the_right_one(rules, state):
    state["fc.weight"] = np.zeros((3, 5))
    with pytest.raises(ValueError, match=r"\(3, 5\).*\(5, 3\).*\(2, 3\)"):
        apply_rules(rules, state)


def test_a_wrong_number_of_axes_is_a_fault_of_its_key(rules, state):
    state["fc.weight"] = np.zeros((3, 5, 1, 1))
    with pytest.raises(ValueError, match=r"`fc.weight` \(3, 5, 1, 1\)"):
        apply_rules(rules, state)


def test_a_variable_without_a_rule_is_named(layer, rules, state):
    del state["fc.bias"]
    with pytest.raises(ValueError, match=r"bias \(3,\) is set by no rule"):
        apply_rules(rules[:1], state, variables=layer.weights)


def test_a_variable_with_two_rules_is_named(rules, state):
    state["fc.other"] = state["fc.bias"]
    rules.append(Rule("fc.other", rules[1].variable))
    with pytest.raises(ValueError, match="bias is set by 2 rules"):
        apply_rules(rules, state)


def test_values_that_are_not_finite_are_refused(rules, state):
    state["fc.bias"][1] = np.nan
    with pytest.raises(ValueError, match="`fc.bias` holds 1 values of 3"):
        apply_rules(rules, state)


def test_nothing_is_assigned_when_anything_is_wrong(layer, rules, state):
    before = layer.get_weights()
    del state["fc.bias"]
    with pytest.raises(ValueError):
        apply_rules(rules, state)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_all_faults_are_counted_and_ten_are_shown(rules, state):
    for index in range(20):
        state[f"extra{index}.weight"] = np.zeros(1)
    del state["fc.bias"]
    with pytest.raises(ValueError, match="21 faults") as caught:
        apply_rules(rules, state)
    assert str(caught.value).count("\n  - ") == 10
    assert "... and 11 more." in str(caught.value)


def test_strip_prefix_keeps_one_network():
    state = {"G/a.b": 1, "D/a.b": 2}
    assert strip_prefix(state, "G/") == {"a.b": 1}
