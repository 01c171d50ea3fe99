"""The systems by name: building, registering and loading them.

A system's folder has its class in `system.py` and its `Config` in `config.py`.
Configs alone give the commands their flags, so that `--help` and a mistyped
flag do not wait for Keras.
"""

import importlib

# Name of the folder -> name of the class.
_SYSTEMS = {"cc_fpse": "CCFPSE", "spade": "SPADE"}
_registered = {}


def list_systems():
    """Returns the names of all systems, sorted."""
    return tuple(sorted({**_SYSTEMS, **_registered}))


def get_system_class(name):
    """Returns the `System` subclass of that name."""
    if name in _registered:
        return _registered[name][0]
    _check_name(name)
    return getattr(_import(name, "system"), _SYSTEMS[name])


def get_config_class(name):
    """Returns the `Config` dataclass of that system."""
    if name in _registered:
        return _registered[name][1]
    _check_name(name)
    return _import(name, "config").Config


def system_name(system):
    """Returns the name that a system's class is registered under."""
    for name in list_systems():
        if get_system_class(name) is type(system):
            return name
    raise ValueError(
        f"{type(system).__name__} is not registered. Register it with "
        "tf_semsynth.register_system(name, system_class, config_class)."
    )


def register_system(name, system_class, config_class):
    """Makes a system of your own known to all commands.

    Args:
        name: str, how flags and files call it.
        system_class: Subclass of `tf_semsynth.System`.
        config_class: Its frozen dataclass of hyper-parameters.

    Raises:
        ValueError: The name is taken by another class.
    """
    taken = _registered.get(name)
    same = taken and taken[0].__qualname__ == system_class.__qualname__
    if name in _SYSTEMS or (taken and not same):
        raise ValueError(
            f"A system named {name!r} exists already. Choose another name "
            f"than {', '.join(list_systems())}."
        )
    import keras

    system_class.config_class = config_class
    keras.saving.register_keras_serializable(f"tf_semsynth.{name}")(
        system_class
    )
    _registered[name] = (system_class, config_class)


def build_system(name, classes=None, dtype=None, **fields):
    """Builds a system from its name and hyper-parameters.

    Args:
        name: str, one of `list_systems()`.
        classes: `ClassTable` or None, names and colours of the classes.
        dtype: str, `keras.DTypePolicy` or None: "float32" or
            "mixed_bfloat16"; None takes Keras' global policy.
        **fields: Fields of the system's `Config`; the rest is as published.

    Returns:
        The `System`, with all variables made.
    """
    config_class = get_config_class(name)
    try:
        config = config_class(**fields)
    except TypeError as error:
        import dataclasses

        known = [field.name for field in dataclasses.fields(config_class)]
        unknown = sorted(set(fields) - set(known))
        if not unknown:
            raise
        raise ValueError(
            f"{name} has no option {', '.join(unknown)}. It has: "
            f"{', '.join(known)}."
        ) from error
    return get_system_class(name)(config, classes, dtype=dtype)


def load_model(path):
    """Loads a system from a `.keras` file, optimizers included."""
    import keras

    for name in list_systems():
        get_system_class(name)  # Registers the classes with Keras.
    return keras.saving.load_model(path)


def load_system(workdir):
    """Loads the newest checkpoint of a work directory.

    Args:
        workdir: str, what `train` or `convert` wrote.

    Returns:
        The `System`, with averaged weights where they were kept and as many
        `train_steps` as the checkpoint.
    """
    from tf_semsynth.core import checkpoint
    from tf_semsynth.core.classes import ClassTable
    from tf_semsynth.core.config import config_from_dict
    from tf_semsynth.core.workdir import WorkDir

    workdir = WorkDir(workdir)
    saved = workdir.read_config()
    name = saved["system"]
    _check_name(name, saved.get("plugins"))
    config = config_from_dict(get_config_class(name), saved["config"])
    system = get_system_class(name)(
        config, ClassTable.from_dict(saved["classes"])
    )
    return load_checkpoint(system, checkpoint, workdir)


def load_checkpoint(system, checkpoint, workdir):
    """Restores weights, then the averaged ones over them."""
    info = checkpoint.newest_valid(workdir.checkpoints)
    if info is None:
        raise ValueError(
            f"{workdir.checkpoints} holds no usable checkpoint. Train first: "
            "python -m tf_semsynth.train --workdir=..., or convert official "
            "weights."
        )
    roots = {"system": system.checkpoint_roots()["system"]}
    if "ema" in info.roots:
        average = system.make_average(decay=0.0)
        roots["ema"] = average
    checkpoint.restore(info.path, roots)
    if "ema" in info.roots:
        average.copy_to_network()
    system.absent_networks = set(system.networks) - set(info.networks)
    system.train_steps.assign(info.step)
    return system


def _check_name(name, plugins=None):
    if name in list_systems():
        return
    hint = ""
    if plugins:
        flags = " ".join(f"--plugin={plugin}" for plugin in plugins)
        hint = f" It came from a plugin: add {flags}."
    raise ValueError(
        f"There is no system {name!r}. There are: "
        f"{', '.join(list_systems())}.{hint}"
    )


def _import(name, module):
    return importlib.import_module(f"tf_semsynth.systems.{name}.{module}")
