"""Parses a command line with absl, and says in words what is wrong."""

import difflib
import re

from absl import flags

_HELP = {"help", "helpfull", "helpshort", "h"}
_KINDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
}


class UsageError(Exception):
    """A flag that is unknown, of the wrong type, or not for this use."""


def expand_flagfiles(argv, flag_values):
    """Replaces each `--flagfile=<file>` by the flags in it, nested ones too.

    Args:
        argv: List of str, without the program's name.
        flag_values: `absl.flags.FlagValues`.

    Returns:
        List of str.

    Raises:
        OSError: A file cannot be read.
        UsageError: `--flagfile` without a value.
    """
    try:
        return flag_values.read_flags_from_files(argv, force_gnu=True)
    except flags.CantOpenFlagFileError as error:
        cause = error.__context__
        raise OSError(
            f"cannot read the flagfile {cause.filename!r}: {cause.strerror}. "
            "A relative name, in another flagfile too, is looked up in the "
            "directory that you run in."
        ) from cause
    except flags.Error as error:
        raise UsageError(str(error)) from error


def find_values(name, argv):
    """All values of a flag in `argv`, before anything is parsed."""
    values = []
    for position, argument in enumerate(argv):
        if argument == "--":
            break
        bare = argument.lstrip("-")
        if argument == bare:
            continue
        if bare.startswith(f"{name}="):
            values.append(bare.split("=", 1)[1])
        elif bare == name and position + 1 < len(argv):
            values.append(argv[position + 1])
    return values


def wants_help(argv):
    """Whether one of the arguments asks for help."""
    return any(a.startswith("-") and a.lstrip("-") in _HELP for a in argv)


def parse(argv, flag_values):
    """Parses `argv` into `flag_values`.

    Raises:
        UsageError: An unknown flag, a value of the wrong type, an empty one,
            or an argument that is no flag.
        ValueError: A value of the right type that is impossible, or a needed
            flag that is missing.
    """
    try:
        rest = flag_values(["command", *argv])[1:]
    except flags.UnrecognizedFlagError as error:
        raise UsageError(_unknown(error.flagname, flag_values)) from error
    except flags.IllegalFlagValueError as error:
        raise _illegal(str(error), flag_values) from error
    except (flags.Error, ValueError) as error:  # `--x` or `--nox=1`.
        raise UsageError(str(error)) from error
    if rest:
        raise UsageError(
            f"unexpected argument {rest[0]!r}. Flags are written --name=value."
        )
    for name in flag_values:
        flag = flag_values[name]
        if flag.present and flag.default is None and flag.value in ("", []):
            raise UsageError(
                f"--{name} is empty (a variable without a value?). Expected: "
                f"{flag.help}."
            )


def _unknown(name, flag_values):
    close = difflib.get_close_matches(name, list(flag_values), n=3)
    words = f"unknown flag --{name}."
    if close:
        words += " Did you mean " + " or ".join(f"--{c}" for c in close) + "?"
    return words


def _illegal(message, flag_values):
    """The error for absl's `flag --<name>=<value>: <reason>`."""
    match = re.match(r"flag --(\w+)=(.*?): (.*)", message, re.DOTALL)
    if match is None or match[1] not in flag_values:
        return UsageError(message)
    name, value, reason = match.groups()
    flag = flag_values[name]
    if "must have a value other than None" in reason:
        return ValueError(f"--{name} is needed: {flag.help}")
    if _has_wrong_type(flag, value):
        kind = _KINDS.get(flag.flag_type(), flag.flag_type())
        return UsageError(
            f"--{name} must be {kind}. Received: --{name}={value}"
        )
    return ValueError(f"--{name}={value}: {reason}")


def _has_wrong_type(flag, value):
    """Tells a value that cannot be read from one that is out of range."""
    if flag.boolean:
        return True
    convert = getattr(flag.parser, "convert", None)  # Numbers have it.
    if convert is None:
        return False
    try:
        convert(value)
    except (TypeError, ValueError, OverflowError):
        return True
    return False
