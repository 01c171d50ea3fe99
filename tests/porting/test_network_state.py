"""Networks are found in whatever dictionaries people save."""

import pytest

from tf_semsynth.porting import network_state

KEYS = ("fc.weight", "up.conv.weight", "up.conv.bias")
STATE = {key: number for number, key in enumerate(KEYS)}


def under(*names):
    """The network's state within dictionaries of these names."""
    content = STATE
    for name in reversed(names):
        content = {name: content}
    return content


@pytest.mark.parametrize(
    ("content", "prefix"),
    [
        (STATE, ""),
        ({f"module._orig_mod.{k}": v for k, v in STATE.items()}, None),
        (under("state_dict"), "state_dict."),
        (under("model", "netG"), "model.netG."),
        ({"state_dict": {f"netG.{k}": v for k, v in STATE.items()}}, None),
        ({"epoch": 3, "ema": [{"bias": 1}, STATE]}, "ema.1."),
        # Another network has a key of the same name.
        ({"netG": STATE, "netE": {"fc.weight": 9}}, "netG."),
    ],
)
def test_one_rule_reads_all_spellings(content, prefix):
    flat = network_state.flatten(content)
    found = network_state.find_prefix(flat, KEYS)
    assert found == prefix or prefix is None
    assert network_state.take_network(flat, KEYS) == STATE


def test_a_network_that_is_there_twice_is_refused_with_both_places():
    flat = network_state.flatten({"model": STATE, "ema": {"module": STATE}})
    with pytest.raises(ValueError, match="`ema.module.`, `model.`"):
        network_state.find_prefix(flat, KEYS)
    with pytest.raises(ValueError, match="no prefix"):
        network_state.find_prefix({**STATE, **flat}, KEYS)


def test_a_network_that_lacks_a_key_is_found_all_the_same():
    state = {"module.fc.weight": 1, "module.up.conv.weight": 2}
    assert network_state.find_prefix(state, KEYS) == "module."


def test_a_state_without_the_network_stays_as_it_is():
    assert network_state.take_network({"a.b": 1}, KEYS) == {"a.b": 1}


def test_without_known_keys_the_wrappers_of_all_keys_are_found():
    state = {f"module.module._orig_mod.{key}": 1 for key in KEYS}
    found = network_state.find_prefix(state, ())
    assert found == "module.module._orig_mod."
    assert network_state.find_prefix({**state, "other": 1}, ()) == ""


def test_two_entries_of_one_key_are_refused():
    with pytest.raises(ValueError, match="`a.b`"):
        network_state.flatten({"a.b": 1, "a": {"b": 2}})
