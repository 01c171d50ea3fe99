"""Makes a work directory from the authors' PyTorch files."""

import dataclasses
from fnmatch import fnmatchcase

import numpy as np

from tf_semsynth.core import checkpoint, ownership, storage
from tf_semsynth.core.config import config_to_dict
from tf_semsynth.core.workdir import WorkDir, installed_versions
from tf_semsynth.porting.network_state import take_network
from tf_semsynth.porting.spectral import (
    is_old_spectral_format,
    normalise_spectral_format,
)
from tf_semsynth.porting.torch_files import read_state
from tf_semsynth.systems import registry

# Buffers of the official modules; what else a file holds are parameters.
_BUFFERS = (
    "*running_mean",
    "*running_var",
    "*num_batches_tracked",
    "*weight_u",
    "*weight_v",
)


def read_files(paths, report=print, signs=None):
    """Reads the authors' files, whatever their age and spelling.

    Args:
        paths: dict, network name -> path of a `.pth` file.
        report: function of one str, told what was read.
        signs: dict, network name -> keys by which it is found in a file that
            holds more; a system's `OFFICIAL_SIGNS`.

    Returns:
        Dictionary, network name -> official key -> array, in the current
        format of spectral normalisation.

    Raises:
        OSError, ValueError, ImportError: as `porting.torch_files.read_state`.
    """
    signs = signs or {}
    states = {}
    for name, path in paths.items():
        found = []
        state = read_state(path, signs.get(name, ()), found.append)
        if is_old_spectral_format(state):
            found.append("old spectral-norm format (v was computed)")
        report("; ".join([f"{name}: {path}, {len(state)} tensors", *found]))
        try:
            states[name] = normalise_spectral_format(state)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return states


def infer_config(system_name, states, given, report=print):
    """Finds the config of official weights.

    Args:
        system_name: str, one of `registry.list_systems()`.
        states: dict, what `read_files` returned.
        given: dict, fields that the user has set; they win.
        report: function of one str, told which field came from where.

    Returns:
        The system's `Config`.

    Raises:
        ValueError: the files are another system's, or fields do not fit.
    """
    system_class = registry.get_system_class(system_name)
    config_class = registry.get_config_class(system_name)
    found = system_class.infer_fields(states, given)
    config = config_class(**{**found, **given})
    read_off = {k: v for k, v in found.items() if k not in given}
    for words, fields in (
        ("From the files", read_off),
        ("From the flags", given),
    ):
        if fields:
            listing = ", ".join(f"{k}={v}" for k, v in sorted(fields.items()))
            report(f"{words}: {listing}")
    if not config_to_dict(config).get("use_encoder"):
        report(
            f"Not in the files: the picture's size. Taken: "
            f"{config.image_height} x {config.image_width} (height x width); "
            "another one: --image_height, --image_width."
        )
    return config


def convert(
    system_name,
    states,
    config,
    workdir,
    classes=None,
    plugins=(),
    report=print,
):
    """Loads official weights and writes them as a work directory.

    Args:
        system_name: str, one of `registry.list_systems()`.
        states: dict, network name -> official key -> array.
        config: the system's `Config`.
        workdir: str, a folder without a training in it.
        classes: `ClassTable` or None for `class_0`, ...
        plugins: sequence of str, what made the system known.
        report: function of one str, told what went where.

    Returns:
        The `System`.

    Raises:
        ValueError: the weights do not fit, or the folder is in use.
        OSError: the folder cannot be written. The folder is as before then,
            in both cases.
    """
    workdir = WorkDir(workdir)
    check_unused(workdir)
    system = registry.get_system_class(system_name)(config, classes)
    system.load_official_weights(**states)
    states = {
        name: take_network(state, (r.key for r in system.official_rules(name)))
        for name, state in states.items()
    }
    report(describe(system, states))
    record = {
        "system": system_name,
        "config": config_to_dict(config),
        "classes": system.classes.to_dict(),
        "data": {},
        "training": {},
        "plugins": list(plugins),
        "versions": installed_versions(),
    }
    with ownership.owned(workdir.path, "conversion", report):
        check_unused(workdir)
        _write(workdir, record, system, states)
    return system


def _write(workdir, record, system, states):
    """Writes all under another name, and moves it when it is right."""
    for name in storage.names_in(workdir.path):
        if storage.is_temporary(name):  # A conversion was killed.
            storage.remove(storage.join(workdir.path, name))
    name = storage.temporary_name("converted")
    unfinished = WorkDir(storage.join(workdir.path, name))
    try:
        unfinished.create(record)
        checkpoint.save(
            unfinished.checkpoints,
            0,
            {"system": system.checkpoint_roots()["system"]},
            [name for name in system.networks if name in states],
        )
        verify(unfinished.path, states)
        storage.rename(unfinished.checkpoints, workdir.checkpoints)
        storage.rename(unfinished.config_path, workdir.config_path)
    except BaseException:
        if storage.exists(workdir.checkpoints):
            storage.remove(workdir.checkpoints)
        raise
    finally:
        if storage.exists(unfinished.path):
            storage.remove(unfinished.path)


def check_unused(workdir):
    """Checks that nothing would be overwritten.

    Raises:
        ValueError: the work directory holds a system already.
    """
    for path in (workdir.config_path, workdir.checkpoints):
        if storage.exists(path):
            raise ValueError(
                f"{workdir.path} is in use: there is {path} already. Take "
                "another --workdir, or remove that folder first."
            )


def verify(workdir, states):
    """Loads a converted work directory and compares it with the files.

    Raises:
        ValueError: a value differs from the official one, rounded to float32.
    """
    system = registry.load_system(workdir)
    for name, state in states.items():
        for rule in system.official_rules(name):
            array = np.asarray(state[rule.key], "float32")
            official = rule.transform(array)
            if not np.array_equal(np.asarray(rule.variable), official):
                raise ValueError(
                    f"{workdir} does not hold the values of `{rule.key}` "
                    f"({name}). Is the disk full, or did another process "
                    "write there?"
                )


@dataclasses.dataclass
class _Row:
    """One line of the table: official keys with a common beginning."""

    tensors: int = 0
    parameters: int = 0
    buffers: int = 0
    unused: int = 0


def describe(system, states):
    """A table of what went where, with the numbers of parameters.

    Args:
        system: `System`, loaded.
        states: dict, network name -> official key -> array.

    Returns:
        str of several lines.
    """
    lines = [
        f"{'official keys':<34}{'becomes':<16}{'tensors':>8}"
        f"{'parameters':>14}{'statistics':>12}{'left out':>10}"
    ]
    for name, state in states.items():
        used = {rule.key for rule in system.official_rules(name)}
        groups, total = {}, _Row()
        for key, value in state.items():
            row = groups.setdefault(key.split(".")[0], _Row())
            for counts in (row, total):
                _count(counts, key, value, key in used)
        for group, row in groups.items():
            lines.append(_line(f"{group}.*", name, row))
        lines.append(_line("all", name, total))
    absent = [name for name in system.networks if name not in states]
    for name in absent:
        lines.append(
            f"No file for the {name}: its weights are random, and what "
            "needs it will say so."
        )
    return "\n".join(lines)


def _count(row, key, value, is_used):
    row.tensors += 1
    if any(fnmatchcase(key, pattern) for pattern in _BUFFERS):
        row.buffers += np.size(value) if is_used else 0
    elif is_used:
        row.parameters += np.size(value)
    else:
        row.unused += np.size(value)


def _line(keys, name, row):
    return (
        f"{keys:<34}{name:<16}{row.tensors:>8,}{row.parameters:>14,}"
        f"{row.buffers:>12,}{row.unused:>10,}"
    )
