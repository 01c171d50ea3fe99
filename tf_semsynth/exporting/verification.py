"""Checks that an export gives the pictures of the Python model.

The SavedModel is run in a fresh process that cannot import this package, both
by bare TensorFlow and through a session, which is what TensorFlow Serving
does; each request once as a batch and once row by row.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_semsynth.core import backend
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.exporting import bare_runner
from tf_semsynth.exporting.example_requests import make_request
from tf_semsynth.exporting.inference_copy import copy_system
from tf_semsynth.exporting.layout_png import decode_layouts
from tf_semsynth.exporting.style_image import decode_style_images

MAX_FLOAT_DIFFERENCE = 1e-4
MAX_GREY_LEVELS = 1
_ROWS = 2


def verify_export(directory, signatures, system, folded, classes_json):
    """Compares a SavedModel with the system that it was made from.

    Args:
        directory: str, the SavedModel.
        signatures: names of its signatures.
        system: the `System` that was exported.
        folded: the copy of it whose graph was written.
        classes_json: str, what `describe` must answer.

    Returns:
        dict: `max_float_difference` of folded and original pictures in
        [-1, 1], and `max_grey_levels` between the SavedModel's pictures and
        the system's, over all signatures, loaders and batches.

    Raises:
        ValueError: The export differs by more than 1e-4 or 1 grey level, or
            cannot be loaded.
    """
    requests, expected = {}, {}
    reference = copy_system(system)
    # On the CPU, where the other process computes; XLA would take longer.
    with tf.device("CPU:0"), backend.exporting():
        difference = _float_difference(reference, folded)
        for name in signatures:
            batch = make_request(name, system, _ROWS, seed=1)
            answer = _answer(name, reference, batch, classes_json)
            rows = [slice(None), *(slice(i, i + 1) for i in range(_ROWS))]
            for number, row in enumerate(rows):
                key = f"{name}-{number}", name
                requests[key] = {k: v[row] for k, v in batch.items()}
                expected[key[0]] = answer[row]
    levels = 0
    for key, value in _run_bare(directory, requests).items():
        loader, number, _ = key.split("/")
        level = _grey_levels(value, expected[number])
        if level > MAX_GREY_LEVELS:
            raise ValueError(
                f"The export is wrong and was removed: {number} through "
                f"{loader} differs from the Python model by {level} grey "
                f"levels, at most {MAX_GREY_LEVELS} is allowed."
            )
        levels = max(levels, level)
    return {"max_float_difference": difference, "max_grey_levels": levels}


def _answer(name, system, request, classes_json):
    """What the Python model makes of a request, as NumPy."""
    if name == "describe":
        return np.full(len(request["version"]), classes_json.encode(), object)
    size = system.config.image_height, system.config.image_width
    layout = {"class_ids": request.get("class_ids")}
    if "layout_png" in request:
        files = tf.constant(request["layout_png"])
        layout["class_ids"] = decode_layouts(files, *size)
    if "instance_ids" in request:
        layout["edges"] = make_edges(request["instance_ids"])
    if "seeds" in request:
        columns = [
            system.synthesize(layout, seed=column)
            for column in request["seeds"].T
        ]
        return np.stack([to_uint8(np.asarray(c)) for c in columns], axis=1)
    latent = request.get("latent")
    if "style_image" in request:
        files = tf.constant(request["style_image"])
        style = to_float(decode_style_images(files, *size))
        latent = system.encode({**layout, "image": style})
    seed = request.get("seed")
    image = system.synthesize(layout, seed=seed, latent=latent)
    return to_uint8(np.asarray(image))


def _float_difference(system, folded):
    request = make_request("serving_default", system, _ROWS, seed=1)
    layout, seed = {"class_ids": request["class_ids"]}, request["seed"]
    image = np.asarray(system.synthesize(layout, seed=seed))
    folded_image = np.asarray(folded.synthesize(layout, seed=seed))
    difference = float(np.abs(image - folded_image).max())
    if not difference <= MAX_FLOAT_DIFFERENCE:  # Also catches NaN.
        raise ValueError(
            "Folding the spectral norms changed the picture by "
            f"{difference:.2g}, at most {MAX_FLOAT_DIFFERENCE} is allowed. "
            "Are all weights finite?"
        )
    return difference


def _run_bare(directory, requests):
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder, "in.npz"), Path(folder, "out.npz")
        stored = {
            f"{number}/{signature}/{key}": bare_runner.serialise(tf, value)
            for (number, signature), request in requests.items()
            for key, value in request.items()
        }
        np.savez(inputs, **stored)
        script = bare_runner.__file__
        command = [sys.executable, "-I", script, directory, inputs, outputs]
        # No GPU: this process may hold all of its memory.
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
        process = subprocess.run(
            [str(part) for part in command],
            env={"TF_CPP_MIN_LOG_LEVEL": "2", **environment},
            capture_output=True,
            text=True,
        )
        if process.returncode:
            raise ValueError(
                "The export cannot be run without this package and was "
                f"removed:\n{process.stderr.strip()[-2000:]}"
            )
        with np.load(outputs) as answers:
            return {k: bare_runner.parse(tf, answers[k]) for k in answers}


def _grey_levels(value, expected):
    """The largest difference of pictures; 256 where they cannot be compared."""
    if value.dtype == object and expected.dtype != object:  # PNGs.
        png = [tf.io.decode_png(v, channels=3).numpy() for v in value.flat]
        value = np.reshape(png, (*value.shape, *png[0].shape))
    if value.shape != expected.shape:
        return 256
    if expected.dtype == object:
        return 0 if (value == expected).all() else 256
    return int(np.abs(value.astype(int) - expected.astype(int)).max())
