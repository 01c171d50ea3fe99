"""Checkpoint files: written whole or not at all, checked before use.

A checkpoint is a folder `step_<8 digits>/` with the files of one
`tf.train.Checkpoint` and `manifest.json`, which is written last and holds the
SHA-256 of the others. The folder gets its name when all of it is there.
"""

import json
import re
import tempfile
from typing import NamedTuple

from absl import logging

from tf_semsynth.core import storage

FORMAT = 1
_MANIFEST = "manifest.json"
_NAME = re.compile(r"step_(\d{8})")


class CheckpointInfo(NamedTuple):
    """What is known of a checkpoint without loading it.

    Attributes:
        path: str, the folder.
        step: int, training steps done.
        roots: tuple of str, what was saved.
        networks: tuple of str, names of the networks whose weights mean
            something (a converted generator may come without the others).
    """

    path: str
    step: int
    roots: tuple
    networks: tuple


def save(directory, step, roots, networks, keep=5, is_chief=True):
    """Writes a checkpoint and removes the oldest ones.

    Args:
        directory: str, the folder `checkpoints` of a work directory.
        step: int, training steps done, 0..99999999.
        roots: dict, name -> Keras model, layer or optimizer, dict of these,
            or trackable object: `system`, `ema`, `<phase>_optimizer`, `step`.
        networks: sequence of str, the networks present in `system`.
        keep: int, how many checkpoints stay.
        is_chief: bool. All workers of a training must call; the others
            write to a folder that is thrown away.

    Returns:
        str, the checkpoint's folder (None where `is_chief` is false).

    Raises:
        ValueError: `step` or `keep` is out of range.
        OSError: the folder cannot be written.
    """
    if not 0 <= step <= 99_999_999:
        raise ValueError(f"`step` must be 0..99999999. Received: {step}.")
    if keep < 1:
        raise ValueError(f"`keep` must be at least 1. Received: {keep}.")
    if not is_chief:
        with tempfile.TemporaryDirectory() as folder:
            _write(folder, roots)
        return None
    storage.make_folder(directory)
    _remove_leftovers(directory)
    name = f"step_{step:08d}"
    path = storage.join(directory, name)
    unfinished = storage.join(directory, storage.temporary_name(name))
    storage.make_folder(unfinished)
    _write(unfinished, roots)
    _write_manifest(unfinished, step, roots, networks)
    if storage.exists(path):  # The same step again, after a resume.
        old = storage.join(directory, storage.temporary_name(f"old-{name}"))
        storage.rename(path, old)
    storage.rename(unfinished, path)
    _remove_leftovers(directory)
    for old_path in _folders(directory)[:-keep]:
        storage.remove(old_path)
    return path


def newest_valid(directory, report=logging.warning):
    """Finds the newest checkpoint that is whole.

    Args:
        directory: str, the folder `checkpoints` of a work directory.
        report: function of one str, called for each damaged checkpoint that
            is passed over.

    Returns:
        `CheckpointInfo`, or None where nothing was ever saved.

    Raises:
        ValueError: there are checkpoints, and all are damaged.
    """
    damaged = []
    for path in reversed(_folders(directory)):
        faults = find_faults(path)
        if not faults:
            return read_info(path)
        damaged.append(f"{path} is damaged: {faults[0]}")
        report(f"Checkpoint passed over: {damaged[-1]}")
    if damaged:
        raise ValueError(
            f"No checkpoint in {directory} can be used. The newest of "
            f"{len(damaged)}: {damaged[0]} Put a copy back, or remove the "
            "folder to start anew."
        )
    return None


def find_faults(path):
    """Compares a checkpoint's files with its manifest.

    Returns:
        list of str, one for each fault; empty if the checkpoint is whole.
    """
    try:
        manifest = _read_manifest(path)
    except (OSError, ValueError) as error:
        return [str(error)]
    faults = []
    for name, expected in manifest["files"].items():
        file = storage.join(path, name)
        if not storage.exists(file):
            faults.append(f"{name} is missing.")
        elif storage.size_in_bytes(file) != expected["bytes"]:
            faults.append(
                f"{name} has {storage.size_in_bytes(file)} bytes, "
                f"{expected['bytes']} were written."
            )
        elif storage.sha256(file) != expected["sha256"]:
            faults.append(f"{name} has changed since it was written.")
    return faults


def read_info(path):
    """Reads a checkpoint's manifest.

    Raises:
        OSError, ValueError: it is missing or damaged.
    """
    manifest = _read_manifest(path)
    return CheckpointInfo(
        path,
        manifest["step"],
        tuple(manifest["roots"]),
        tuple(manifest["networks"]),
    )


def restore(path, roots, required=None):
    """Loads a checkpoint into objects that have all their variables.

    Every variable of the objects must be in the file, and if all roots of
    the file are asked for, every value of the file must find its variable.

    Args:
        path: str, a checkpoint's folder.
        roots: dict, name -> object, as for `save`.
        required: names of `roots` that the file must have; the others are
            left as they are if it lacks them. All by default.

    Returns:
        tuple of str, the roots that were loaded.

    Raises:
        ValueError: a required root is missing, or variables do not fit.
        OSError: the checkpoint cannot be read.
    """
    import tensorflow as tf

    info = read_info(path)
    required = tuple(roots) if required is None else tuple(required)
    missing = [name for name in required if name not in info.roots]
    if missing:
        raise ValueError(
            f"Checkpoint {path} has no {', '.join(missing)}. It holds: "
            f"{', '.join(info.roots)}."
        )
    found = {name: root for name, root in roots.items() if name in info.roots}
    try:
        checkpoint = _checkpoint(found)
        status = checkpoint.read(storage.join(path, "weights"))
        if len(found) == len(info.roots):
            status.assert_consumed()
        else:
            status.assert_existing_objects_matched()
            status.expect_partial()
    except (AssertionError, ValueError) as error:
        raise ValueError(
            f"Checkpoint {path} does not fit the model: {error} Expected one "
            "that was written with the same system and config."
        ) from error
    except tf.errors.OpError as error:
        raise OSError(f"{path}: {error.message}") from error
    return tuple(found)


def _write(folder, roots):
    import tensorflow as tf

    try:
        _checkpoint(roots).write(storage.join(folder, "weights"))
    except tf.errors.OpError as error:
        raise OSError(f"{folder}: {error.message}") from error


def _checkpoint(roots):
    """Makes the `tf.train.Checkpoint` that has all variables of the roots.

    Keras finds layers in lists and dictionaries, TensorFlow's tracking does
    not, and would leave them out without a word. So the variables of a Keras
    object are listed, numbered in Keras' order.
    """
    import keras
    import tensorflow as tf

    def trackable(root):
        if isinstance(root, dict):
            return _checkpoint(root)
        if isinstance(root, keras.Layer | keras.Optimizer):
            return tf.train.Checkpoint(
                **{
                    f"{index:04d}": variable.value
                    for index, variable in enumerate(root.variables)
                }
            )
        return root

    return tf.train.Checkpoint(
        **{name: trackable(root) for name, root in roots.items()}
    )


def _write_manifest(folder, step, roots, networks):
    files = {}
    for name in storage.names_in(folder):
        path = storage.join(folder, name)
        files[name] = {
            "bytes": storage.size_in_bytes(path),
            "sha256": storage.sha256(path),
        }
    manifest = {
        "format": FORMAT,
        "step": int(step),
        "roots": sorted(roots),
        "networks": list(networks),
        "files": files,
    }
    text = json.dumps(manifest, indent=2)
    storage.write_text(storage.join(folder, _MANIFEST), text)


def _read_manifest(path):
    manifest_path = storage.join(path, _MANIFEST)
    if not storage.exists(manifest_path):
        raise OSError(f"{manifest_path} is missing.")
    try:
        manifest = json.loads(storage.read_text(manifest_path))
        complete = {"step", "roots", "networks", "files"} <= set(manifest)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{manifest_path} is damaged: {error}.") from error
    if not complete or manifest.get("format") != FORMAT:
        raise ValueError(
            f"{manifest_path} is not of format {FORMAT}. It was written by "
            "another version of tf_semsynth, or by something else."
        )
    return manifest


def _folders(directory):
    """The checkpoints, oldest first, damaged ones too."""
    names = filter(_NAME.fullmatch, storage.names_in(directory))
    return [storage.join(directory, name) for name in names]


def _remove_leftovers(directory):
    """Removes what interrupted writers left."""
    for name in storage.names_in(directory):
        if storage.is_temporary(name):
            storage.remove(storage.join(directory, name))
