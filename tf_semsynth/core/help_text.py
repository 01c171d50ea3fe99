"""The text of `--help`: what a command is for, then its flags by group."""

import sys
import textwrap

_WIDTH = 80
_SYSTEMS = "tf_semsynth.core.config"  # Defines the flags of the configs.
_SHARED = ("plugin", "debug")


def make_help(main, flag_values, hidden=()):
    """The help text of a command.

    Args:
        main: The command's function; the docstring of its module opens the
            text, so that is where the usage example belongs.
        flag_values: `absl.flags.FlagValues` with the flags defined.
        hidden: Set of names of flags to leave out.

    Returns:
        str, at most 80 columns wide, but for long words.
    """
    groups = {"Flags": [], "Options of the systems": [], "All commands": []}
    groups["Flags of the libraries"] = []
    own = {main.__module__, sys.argv[0]}
    for name in flag_values:
        flag = flag_values[name]
        if name in hidden or name != flag.name:  # Or a short name.
            continue
        module = flag_values.find_module_defining_flag(name)
        if module == _SYSTEMS:
            group = "Options of the systems"
        elif name in _SHARED:
            group = "All commands"
        elif module in own or str(module).startswith("tf_semsynth"):
            group = "Flags"
        else:
            group = "Flags of the libraries"
        groups[group].append(flag)
    parts = [(main.__globals__["__doc__"] or "").strip()]
    for title, found in groups.items():
        if found:
            parts.append(f"{title}:\n" + "\n".join(map(_describe, found)))
    parts.append(_footer(bool(hidden)))
    return "\n\n".join(part for part in parts if part)


def _describe(flag):
    name = f"--[no]{flag.name}" if flag.boolean else f"--{flag.name}"
    if not flag.boolean:
        name += f"=<{_placeholder(flag)}>"
    text = _own_words(flag)
    if flag.default not in (None, "", []) and not flag.boolean:
        text += f" [{flag.default_as_str or flag.default}]".replace("'", "")
    elif flag.boolean and flag.default is not None:
        text += f" [{str(flag.default).lower()}]"
    body = textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * 6,
        subsequent_indent=" " * 6,
        break_long_words=False,
    )
    return f"  {name}\n{body}" if text else f"  {name}"


def _own_words(flag):
    """The help as it was written, without what absl adds to it."""
    text = " ".join((flag.help or "").split())
    text = text.removesuffix("; repeat this option to specify a list of values")
    if getattr(flag.parser, "enum_values", None):
        text = text.removeprefix(f"<{_placeholder(flag)}>: ")
    return text


def _placeholder(flag):
    values = getattr(flag.parser, "enum_values", None)
    if values:
        return "|".join(values)
    return {"int": "number", "float": "number"}.get(flag.flag_type(), "text")


def _footer(is_short):
    lines = ["--flagfile=<file> reads flags from a file, one a line."]
    if is_short:
        lines.append("--helpfull also lists the flags of the libraries.")
    return "\n".join(lines)
