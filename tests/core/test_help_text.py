"""The way to --foo is shown here:

python -m example --foo=1
"""

import dataclasses

import pytest
from absl import flags

from tf_semsynth.core.config import define_config_flags, option
from tf_semsynth.core.help_text import make_help


@dataclasses.dataclass(frozen=True)
class Config:
    depth: int = option(4, "Number of blocks.")


def main():
    """The command whose module's docstring opens the help."""


@pytest.fixture
def flag_values():
    values = flags.FlagValues()
    own = {"flag_values": values, "module_name": __name__}
    flags.DEFINE_string("foo", "bar", "A word. " * 30, **own)
    flags.DEFINE_bool("quick", False, "Not slow.", **own)
    flags.DEFINE_enum("kind", None, ["a", "b"], "Which.", **own)
    flags.DEFINE_multi_string("part", [], "Parts.", **own)
    define_config_flags({"plain": Config}, values)
    foreign = {"flag_values": values, "module_name": "absl.logging"}
    flags.DEFINE_integer("verbosity", -1, "How loud.", **foreign)
    return values


def test_docstring_then_own_flags_then_options_of_systems(flag_values):
    text = make_help(main, flag_values, hidden={"verbosity"})
    wanted = [
        "python -m example --foo=1",
        "Flags:",
        "  --foo=<text>",
        "  --[no]quick",
        "  --kind=<a|b>\n      Which.\n",
        "  --part=<text>\n      Parts.\n",
        "Options of the systems:",
        "  --depth=<number>",
        "Number of blocks. [4]",
        "--helpfull",
    ]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert "verbosity" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_full_help_shows_the_flags_of_the_libraries(flag_values):
    text = make_help(main, flag_values)
    assert "Flags of the libraries:\n  --verbosity=<number>" in text
