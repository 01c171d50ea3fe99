import dataclasses

import pytest
from absl import flags

from tf_semsynth.core.config import check_config, option
from tf_semsynth.core.option_flags import (
    define_option_flags,
    options_from_flags,
)


@dataclasses.dataclass(frozen=True)
class Options:
    steps: int = option(10, "steps to do", minimum=1)
    rate: float | None = option(None, "pictures a second")
    mode: str = option("fast", "how", choices=("fast", "slow"))
    flip: bool = option(True, "mirror half of the pictures")

    def __post_init__(self):
        check_config(self)


def parsed(*arguments, names=None):
    values = flags.FlagValues()
    define_option_flags(Options, names, flag_values=values)
    values(["command", *arguments])
    return values


def test_without_flags_the_defaults_hold():
    assert options_from_flags(Options, parsed()) == Options()


def test_flags_set_their_fields():
    values = parsed("--steps=3", "--rate=2", "--mode=slow", "--noflip")
    expected = Options(steps=3, rate=2.0, mode="slow", flip=False)
    assert options_from_flags(Options, values) == expected


def test_a_command_may_offer_some_of_the_fields():
    values = parsed("--steps=3", names=["steps"])
    assert options_from_flags(Options, values) == Options(steps=3)
    assert "mode" not in values


def test_an_impossible_value_is_refused():
    with pytest.raises(ValueError, match="`mode` must be one of 'fast'"):
        options_from_flags(Options, parsed("--mode=wild"))


def test_the_help_names_choices_and_default():
    assert parsed()["mode"].help == "how (fast, slow) [fast]"
    assert parsed()["rate"].help == "pictures a second"
