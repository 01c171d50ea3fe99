"""Writes a system as a SavedModel that TensorFlow Serving can load."""

import json
import os
import tempfile

import tensorflow as tf

from tf_semsynth.core import backend, storage
from tf_semsynth.core.config import config_to_dict
from tf_semsynth.core.workdir import installed_versions
from tf_semsynth.exporting import inference_copy, warmup_records
from tf_semsynth.exporting.signatures import make_endpoint, make_signatures
from tf_semsynth.exporting.verification import verify_export
from tf_semsynth.systems.registry import system_name

FORMAT = 1
_WARMUP_VARIANTS = 4


def export_system(
    system, directory, warmup=True, verify=True, warmup_batch_sizes=(1,)
):
    """Writes a system as one version of a model for a server.

    The folder gets its name when all of it is there, so that a server that
    watches never sees half a version. Spectral norms are folded into the
    kernels of a copy; the system itself is not changed. Where it keeps moving
    averages of its weights, these are exported.

    | file | holds |
    | --- | --- |
    | `saved_model.pb`, `variables/` | the graph and the weights |
    | `assets/classes.json` | class names and colours, sizes, unknown id |
    | `assets.extra/tf_serving_warmup_requests` | warm-up records |
    | `assets.extra/export.json` | origin, extent of the warm-up, verification |

    Args:
        system: a built `System`.
        directory: str or path, ends in the version, a whole number:
            `exports/cc_fpse/1`. Must not exist.
        warmup: bool, whether to write warm-up records, which need
            `tf_semsynth[serving]`.
        verify: bool, whether to run the export in a process of its own and
            compare its pictures.
        warmup_batch_sizes: sequence of ints, the batch sizes that the records
            have.

    Returns:
        dict, the content of `export.json`.

    Raises:
        ValueError: The name is no version, or the export differs.
        OSError: The version exists, or cannot be written.
        ImportError: There are no protos for the warm-up records.
    """
    backend.require_tensorflow("Exporting")
    directory = check_version(directory)
    if warmup:
        warmup_records.check_serving_api()
    folded = inference_copy.copy_system(system)
    inference_copy.fold(folded)
    classes_json = describe_classes(system)
    parent, version = os.path.split(directory)
    unfinished = storage.join(parent, storage.temporary_name(version))
    try:
        names = _save(folded, unfinished, classes_json)
        extra = storage.join(unfinished, "assets.extra")
        storage.make_folder(extra)
        record = _describe_export(system, names)
        if warmup:
            record["warmup"] = warmup_records.write_warmup(
                extra, names, folded, warmup_batch_sizes
            )
        if verify:
            record["verification"] = verify_export(
                unfinished, names, system, folded, classes_json
            )
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        storage.write_text(storage.join(extra, "export.json"), text)
        storage.rename(unfinished, directory)
    except BaseException:
        if storage.exists(unfinished):
            storage.remove(unfinished)
        raise
    return record


def check_version(directory):
    """Checks the name of an export's folder before any work is done.

    Returns:
        str, the name without a slash at its end.

    Raises:
        ValueError: It does not end in a version.
        OSError: There is one already.
    """
    directory = str(directory).rstrip("/")
    parent, version = os.path.split(directory)
    if not (version.isascii() and version.isdigit()):
        example = storage.join(directory or "exports/cc_fpse", "1")
        raise ValueError(
            "The output must end in the model's version, a whole number that "
            "TensorFlow Serving sorts versions by. Received: "
            f"{directory!r}. Try {example!r}."
        )
    if storage.exists(directory):
        taken = [int(n) for n in storage.names_in(parent or ".") if n.isdigit()]
        newer = storage.join(parent, str(max(taken) + 1))
        raise OSError(
            f"{directory} exists. A version is never overwritten, since a "
            f"server may be using it. Try {newer!r}, or remove it first."
        )
    return directory


def describe_classes(system):
    """The content of `classes.json`, which `describe` answers, too.

    Args:
        system: a `System`.

    Returns:
        str, JSON.
    """
    classes = system.classes
    table = zip(classes.names, classes.colours, strict=True)
    description = {
        "format": FORMAT,
        "system": system_name(system),
        "image_height": system.config.image_height,
        "image_width": system.config.image_width,
        "num_classes": classes.num_classes,
        "unknown_id": classes.unknown_id,
        "classes": [
            {"id": index, "name": name, "colour": list(colour)}
            for index, (name, colour) in enumerate(table)
        ],
    }
    return json.dumps(description, ensure_ascii=False)


def _save(system, directory, classes_json):
    """Writes the SavedModel and returns the names of its signatures."""
    module = tf.Module()
    with backend.exporting():
        functions = make_signatures(system, classes_json)
        signatures = {
            name: function.get_concrete_function()
            for name, function in functions.items()
        }
        module.serve = make_endpoint(functions["serving_default"])
        module.serve.get_concrete_function()
    # Only what the signatures read: no discriminator, no optimizer.
    module.weights = _unique(
        v for s in signatures.values() for v in s.graph.variables
    )
    with tempfile.TemporaryDirectory() as folder:
        path = storage.join(folder, "classes.json")
        storage.write_text(path, classes_json + "\n")
        module.classes = tf.saved_model.Asset(path)
        options = tf.saved_model.SaveOptions(
            experimental_custom_gradients=False
        )
        tf.saved_model.save(module, directory, signatures, options)
    return tuple(sorted(signatures))


def _unique(variables):
    return list({variable.ref(): variable for variable in variables}.values())


def _describe_export(system, signatures):
    return {
        "format": FORMAT,
        "system": system_name(system),
        "step": int(system.train_steps),
        "config": config_to_dict(system.config),
        "signatures": list(signatures),
        "versions": installed_versions(),
    }
