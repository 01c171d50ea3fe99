"""Flags of the options that all systems share: data, training, ...

Such options are a frozen dataclass of `core.config.option` fields, as the
systems' configs are. Their flags belong to the command itself, not to a
system, and a flag that was not typed leaves the field's default alone.
"""

import dataclasses

from absl import flags

from tf_semsynth.core.config import field_type

_DEFINE = {
    bool: flags.DEFINE_bool,
    int: flags.DEFINE_integer,
    float: flags.DEFINE_float,
    str: flags.DEFINE_string,
}


def define_option_flags(options_class, names=None, flag_values=flags.FLAGS):
    """Defines a flag for each field of a dataclass.

    Args:
        options_class: Frozen dataclass of `option` fields. Flags of those
            whose metadata say `repeated` may be given several times.
        names: Names of the fields to define; all by default.
        flag_values: `absl.flags.FlagValues` that receives the flags.
    """
    for field in dataclasses.fields(options_class):
        if names is not None and field.name not in names:
            continue
        kind, _ = field_type(options_class, field)
        text = field.metadata["help"]
        choices = field.metadata["choices"]
        if choices:
            text += " (" + ", ".join(map(str, choices)) + ")"
        if field.default is not None:
            text += f" [{field.default}]"
        define = _DEFINE[kind]
        if field.metadata.get("repeated"):
            define = flags.DEFINE_multi_string
        define(
            field.name,
            None,
            text,
            flag_values=flag_values,
            module_name=options_class.__module__,
        )


def options_from_flags(options_class, flag_values=flags.FLAGS):
    """The options as the command line has them.

    Returns:
        An `options_class`; fields without a flag have their default.

    Raises:
        ValueError: A value is impossible.
    """
    names = [field.name for field in dataclasses.fields(options_class)]
    values = {
        name: flag_values[name].value for name in names if name in flag_values
    }
    values = {
        name: ",".join(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    return options_class(**{k: v for k, v in values.items() if v is not None})
