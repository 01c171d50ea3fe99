"""Hyper-parameters: frozen dataclasses, and the flags derived from them.

A system's `Config` lists its hyper-parameters as fields made by `option`.
The flags of a command are the union of the fields of all systems; a flag
that was not typed is None and leaves the field's default alone.
"""

import dataclasses
import math
import numbers
import types
import typing

from absl import flags

from tf_semsynth.core.parsing import UsageError

_DEFINE = {
    bool: flags.DEFINE_bool,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
}
_KINDS = {
    bool: bool,
    int: numbers.Integral,
    float: numbers.Real,
    str: str,
}
_WORDS = {
    bool: "True or False",
    int: "a whole number",
    float: "a finite number",
    str: "a string",
}


def option(default, help, choices=None, minimum=None, path=None):
    """A field of a frozen config dataclass.

    Args:
        default: int, float, bool, str or None, the published value.
        help: str, one line that names the unit.
        choices: Sequence or None, the only values allowed.
        minimum: Number or None, the smallest value allowed.
        path: None, or what a str names: "place" (a folder or file that may
            lie anywhere) or "content" (a file, any copy of which is as good:
            a training goes on only while it says the same).

    Returns:
        What `dataclasses.field` returns, with the rest as its metadata.
    """
    metadata = {
        "help": help,
        "choices": choices,
        "minimum": minimum,
        "path": path,
    }
    return dataclasses.field(default=default, metadata=metadata)


def check_config(config):
    """Checks each field's type, choices and minimum.

    Meant for the config's own `__post_init__`.

    Raises:
        ValueError: Names the field, what it allows and what it received.
    """
    for field in dataclasses.fields(config):
        kind, optional = field_type(type(config), field)
        value = getattr(config, field.name)
        if value is None and optional:
            continue
        problem = _find_problem(value, kind, field.metadata)
        if problem:
            none = " or None" if optional else ""
            raise ValueError(
                f"`{field.name}` must be {problem}{none}. "
                f"Received: {field.name}={value!r}."
            )


def define_config_flags(config_classes, flag_values=flags.FLAGS):
    """Defines one flag for each field of any of the config classes.

    Args:
        config_classes: Mapping from a system's name to its config class.
        flag_values: `absl.flags.FlagValues` that receives the flags.

    Raises:
        ValueError: Two systems give one field different types.
    """
    owners = {}
    for system_name, config_class in config_classes.items():
        for field in dataclasses.fields(config_class):
            kind, _ = field_type(config_class, field)
            owners.setdefault(field.name, []).append((system_name, kind, field))
    for name, found in owners.items():
        _define_flag(name, found, len(config_classes), flag_values)


def config_from_flags(system_name, config_class, flag_values, base=None):
    """The config of a system as the command line has it.

    Args:
        system_name: str, for messages.
        config_class: The system's config class.
        flag_values: `absl.flags.FlagValues`, parsed, that
            `define_config_flags` was called on.
        base: Config or None, where the values of flags that were not typed
            come from instead of the defaults.

    Returns:
        A `config_class`.

    Raises:
        UsageError: A flag was typed that this system does not have.
        ValueError: A value is impossible.
    """
    given = fields_from_flags(system_name, config_class, flag_values)
    if base is None:
        return config_class(**given)
    return dataclasses.replace(base, **given)


def fields_from_flags(system_name, config_class, flag_values):
    """The fields of a config that were typed as flags.

    Args:
        system_name, config_class, flag_values: As for `config_from_flags`.

    Returns:
        dict, field name -> value.

    Raises:
        UsageError: A flag was typed that this system does not have.
    """
    known = {field.name for field in dataclasses.fields(config_class)}
    given = {
        flag.name: flag.value
        for flag in flag_values.get_flags_for_module(__name__)
        if flag.value is not None
    }
    foreign = sorted(set(given) - known)
    if foreign:
        raise UsageError(
            f"system {system_name!r} has no option "
            + ", ".join(f"--{name}" for name in foreign)
            + ". Its options are: "
            + ", ".join(f"--{name}" for name in sorted(known))
            + "."
        )
    return given


def config_to_dict(config):
    """The fields as a dictionary that JSON can hold."""
    plain = {}
    for field in dataclasses.fields(config):
        kind, _ = field_type(type(config), field)
        value = getattr(config, field.name)
        plain[field.name] = None if value is None else kind(value)
    return plain


def config_from_dict(config_class, values):
    """The inverse of `config_to_dict`.

    Raises:
        ValueError: A key is no field of `config_class`, or a value is
            impossible.
    """
    known = {field.name for field in dataclasses.fields(config_class)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(
            f"{config_class.__module__}.{config_class.__qualname__} has no "
            f"field {', '.join(map(repr, unknown))}. Expected: "
            f"{', '.join(sorted(known))}."
        )
    return config_class(**values)


def field_type(config_class, field):
    """A field's type as `(kind, optional)`.

    Returns:
        kind: bool, int, float or str.
        optional: bool, whether None is allowed.

    Raises:
        TypeError: The field is annotated with any other type.
    """
    hint = typing.get_type_hints(config_class)[field.name]
    union = isinstance(hint, types.UnionType)
    kinds = set(typing.get_args(hint)) if union else {hint}
    optional = types.NoneType in kinds
    kinds.discard(types.NoneType)
    if len(kinds) != 1 or not kinds <= set(_KINDS):
        raise TypeError(
            f"`{field.name}` of {config_class.__qualname__} must be annotated "
            f"with bool, int, float or str, or one of them and None. "
            f"Received: {hint}."
        )
    return kinds.pop(), optional


def _find_problem(value, kind, metadata):
    """What `value` should be, or None where it is right."""
    wrong_kind = not isinstance(value, _KINDS[kind]) or (
        isinstance(value, bool) and kind is not bool
    )
    if wrong_kind or (kind is float and not math.isfinite(value)):
        return _WORDS[kind]
    choices = metadata.get("choices")
    if choices is not None and value not in choices:
        return "one of " + ", ".join(map(repr, choices))
    minimum = metadata.get("minimum")
    if minimum is not None and value < minimum:
        return f"at least {minimum}"
    return None


def _define_flag(name, found, num_systems, flag_values):
    kinds = {kind for _, kind, _ in found}
    if len(kinds) > 1:
        listing = ", ".join(f"{kind.__name__} ({s})" for s, kind, _ in found)
        raise ValueError(
            f"option `{name}` must have one type in all systems. Received: "
            f"{listing}. Rename the field in one of them."
        )
    define = _DEFINE[kinds.pop()]
    text = _describe(found, num_systems)
    define(name, None, text, flag_values=flag_values, module_name=__name__)


def _describe(found, num_systems):
    """The help of a flag: words, choices, and the systems' defaults."""
    texts, choices = [], []
    for _, _, field in found:
        if field.metadata["help"] not in texts:
            texts.append(field.metadata["help"])
        for choice in field.metadata["choices"] or ():
            if choice not in choices:
                choices.append(choice)
    text = "; ".join(texts)
    if choices:
        text += " (" + ", ".join(map(str, choices)) + ")"
    defaults = {field.default for _, _, field in found}
    if len(found) == num_systems and len(defaults) == 1:
        return f"{text} [{defaults.pop()}]"
    listing = ", ".join(f"{name}: {field.default}" for name, _, field in found)
    return f"{text} [{listing}]"
