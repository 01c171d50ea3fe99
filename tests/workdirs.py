"""Work directories as training leaves them, with random weights."""

import numpy as np

from tf_semsynth.core import backend, checkpoint
from tf_semsynth.core.config import config_to_dict
from tf_semsynth.core.workdir import WorkDir, installed_versions
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.systems import registry


def make_workdir(path, system, step=3):
    """Writes a work directory with one checkpoint of a system.

    Returns:
        str, its path.
    """
    workdir = WorkDir(path)
    workdir.create(
        {
            "system": registry.system_name(system),
            "config": config_to_dict(system.config),
            "classes": system.classes.to_dict(),
            "data": {},
            "training": {},
            "plugins": [],
            "versions": installed_versions(),
        }
    )
    checkpoint.save(
        workdir.checkpoints, step, system.checkpoint_roots(), system.networks
    )
    return str(path)


def randomize(system, seed=0):
    """Gives every weight a random value, so that none hides a mistake.

    Fresh biases are 0 and statistics 0 and 1; here they are not. Pictures are
    neither flat nor black and white, so that a difference shows.
    """
    rng = np.random.default_rng(seed)
    for network in system.networks.values():
        for weight in network.weights:
            value = np.asarray(weight)
            spread = 0.1 * max(float(np.abs(value).std()), 0.1)
            noise = rng.normal(scale=spread, size=value.shape)
            weight.assign((value + noise).astype(value.dtype))
        for layer in network._flatten_layers():
            # Vectors of another kernel could make its norm nearly zero.
            if isinstance(layer, SpectralNormalization):
                layer.normalized_kernel(training=True)
    _give_contrast(system)


def _give_contrast(system, wanted=0.3):
    """Scales the last kernel for a standard deviation before the tanh."""
    config = system.config
    height, width = config.image_height, config.image_width
    ids = np.arange(height * width, dtype="int32") % config.num_classes
    kernel = system.generator.to_image.kernel
    for _ in range(2):  # What was saturated is measured too small at first.
        with backend.exporting():
            image = system.synthesize(
                {"class_ids": ids.reshape(1, height, width)}, seed=[0]
            )
        image = np.clip(np.asarray(image), -1 + 1e-6, 1 - 1e-6)
        contrast = np.arctanh(image).std(axis=(0, 1, 2)).mean()
        kernel.assign(wanted / contrast * np.asarray(kernel))
