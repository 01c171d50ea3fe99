"""Config dataclasses and the flags derived from them."""

import dataclasses
import json

import numpy as np
import pytest
from absl import flags

from tf_semsynth.core.command import UsageError
from tf_semsynth.core.config import (
    check_config,
    config_from_dict,
    config_from_flags,
    config_to_dict,
    define_config_flags,
    option,
)


@dataclasses.dataclass(frozen=True)
class Plain:
    num_classes: int = option(151, "Number of classes.", minimum=1)
    lambda_vgg: float = option(10.0, "Weight of the VGG loss.", minimum=0)
    gan_mode: str = option("hinge", "The loss.", choices=("hinge", "ls"))
    use_encoder: bool = option(False, "Whether to have an encoder.")
    kl_batch_size: int | None = option(None, "Pictures.", minimum=1)

    def __post_init__(self):
        check_config(self)


@dataclasses.dataclass(frozen=True)
class Other:
    num_classes: int = option(35, "Number of classes.")
    depth: int = option(4, "Number of blocks.")
    gan_mode: str = option("w", "The loss.", choices=("w", "hinge"))


def parsed(*argv, classes=None):
    values = flags.FlagValues()
    define_config_flags(classes or {"plain": Plain, "other": Other}, values)
    values(["program", *argv])
    return values


def test_flags_that_are_not_typed_leave_the_defaults():
    assert config_from_flags("plain", Plain, parsed()) == Plain()


def test_typed_flags_win_over_the_defaults_and_over_a_base():
    values = parsed("--num_classes=12", "--use_encoder", "--lambda_vgg=0")
    assert config_from_flags("plain", Plain, values) == Plain(
        num_classes=12, use_encoder=True, lambda_vgg=0.0
    )
    base = Plain(kl_batch_size=4, num_classes=3, use_encoder=True)
    values = parsed("--num_classes=12", "--nouse_encoder")
    config = config_from_flags("plain", Plain, values, base)
    assert config == Plain(kl_batch_size=4, num_classes=12)


def test_a_flag_of_another_system_is_a_usage_error_naming_it():
    with pytest.raises(UsageError, match="'plain' has no option --depth"):
        config_from_flags("plain", Plain, parsed("--depth=3"))


def test_help_names_the_systems_their_defaults_and_all_choices():
    values = parsed()
    text = values["num_classes"].help
    assert text == "Number of classes. [plain: 151, other: 35]"
    assert values["depth"].help == "Number of blocks. [other: 4]"
    assert "(hinge, ls, w)" in values["gan_mode"].help
    text = parsed(classes={"a": Other, "b": Other})["depth"].help
    assert text == "Number of blocks. [4]"


def test_one_field_of_two_types_is_refused():
    @dataclasses.dataclass(frozen=True)
    class Clash:
        num_classes: str = option("many", "Number of classes.")

    with pytest.raises(ValueError, match="one type in all systems"):
        parsed(classes={"plain": Plain, "clash": Clash})


@pytest.mark.parametrize(
    "values, words",
    [
        ({"num_classes": 0}, "`num_classes` must be at least 1.*=0"),
        ({"num_classes": 2.5}, "whole number.*=2.5"),
        ({"num_classes": True}, "whole number"),
        ({"num_classes": "12"}, "whole number"),
        ({"lambda_vgg": -1.0}, "at least 0"),
        ({"lambda_vgg": float("nan")}, "finite"),
        ({"gan_mode": "wgan"}, "one of 'hinge', 'ls'.*'wgan'"),
        ({"use_encoder": 1}, "True or False"),
        ({"kl_batch_size": 0}, "at least 1 or None"),
    ],
)
def test_an_impossible_value_is_named_with_what_was_expected(values, words):
    with pytest.raises(ValueError, match=words):
        Plain(**values)


def test_an_impossible_value_of_the_right_type_is_no_usage_error():
    with pytest.raises(ValueError, match="gan_mode"):
        config_from_flags("plain", Plain, parsed("--gan_mode=none"))


def test_dictionary_round_trip_passes_through_json():
    config = Plain(num_classes=np.int64(7), lambda_vgg=3, kl_batch_size=2)
    text = json.dumps(config_to_dict(config))
    assert config_from_dict(Plain, json.loads(text)) == config


def test_an_unknown_key_of_a_dictionary_is_named():
    with pytest.raises(ValueError, match="no field 'ngf'"):
        config_from_dict(Plain, {"ngf": 64})


def test_a_field_of_an_unsupported_type_is_refused():
    @dataclasses.dataclass(frozen=True)
    class Lists:
        sizes: list = option(None, "Sizes.")

    with pytest.raises(TypeError, match="`sizes`"):
        parsed(classes={"lists": Lists})
