"""The parts of parsing that work before the flags are defined."""

import pytest
from absl import flags

from tf_semsynth.core import parsing


def test_values_are_found_in_every_spelling_until_two_dashes():
    argv = ["--plugin=a", "-plugin", "b", "x", "--plugins=c", "--plugin", "d"]
    argv += ["--", "--plugin=e"]
    assert parsing.find_values("plugin", argv) == ["a", "b", "d"]


def test_help_is_seen_in_every_spelling():
    assert all(parsing.wants_help([f]) for f in ("--help", "-h", "--helpfull"))
    assert not parsing.wants_help(["help", "--helper"])


def test_flagfiles_are_expanded_in_place(tmp_path):
    file = tmp_path / "a.cfg"
    file.write_text("--b=2\n\n# note\n  --c=3\n")
    argv = ["--a=1", f"--flagfile={file}", "--d=4"]
    expanded = parsing.expand_flagfiles(argv, flags.FlagValues())
    assert expanded == ["--a=1", "--b=2", "--c=3", "--d=4"]


def test_a_number_out_of_bounds_is_told_from_one_that_is_none():
    values = flags.FlagValues()
    flags.DEFINE_integer("n", 1, "", lower_bound=0, flag_values=values)
    with pytest.raises(ValueError, match="--n=-1"):
        parsing.parse(["--n=-1"], values)
    with pytest.raises(parsing.UsageError, match="whole number"):
        parsing.parse(["--n=1.5"], values)


def test_an_empty_value_is_no_value():
    values = flags.FlagValues()
    flags.DEFINE_string("data_dir", None, "folder of it", flag_values=values)
    flags.DEFINE_list("splits", None, "splits of it", flag_values=values)
    flags.DEFINE_string("more", "", "flags of it", flag_values=values)
    parsing.parse(["--more="], values)
    for argument in ("--data_dir=", "--splits="):
        with pytest.raises(parsing.UsageError, match="is empty.*of it"):
            parsing.parse([argument], values)
