"""Runs a `.keras` file on Keras' JAX backend, without TensorFlow.

    KERAS_BACKEND=jax python jax_script.py <model.keras> <arrays.npz>

The arrays hold "class_ids" and "latent"; adds "image" and "rebuilt_shape".
"""

import dataclasses
import sys

import numpy as np


class Refusal:
    """An import hook in whose presence TensorFlow does not exist."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "tensorboard"):
            raise ImportError(f"{name} was imported on the JAX backend")


def main(model_path, arrays_path):
    sys.meta_path.insert(0, Refusal())
    import keras

    import tf_semsynth as ss

    assert keras.backend.backend() == "jax"
    arrays = dict(np.load(arrays_path))
    system = ss.load_model(model_path)
    layout = {"class_ids": arrays["class_ids"]}
    prepared = system.prepare_layout(layout)
    image = system.synthesize(prepared, latent=arrays["latent"])
    name = type(system).__name__.lower()
    name = {"ccfpse": "cc_fpse"}.get(name, name)
    fields = dataclasses.asdict(system.config)
    rebuilt = ss.build_system(name, **fields)
    seeds = range(len(arrays["class_ids"]))
    shape = rebuilt.synthesize(layout, seed=list(seeds)).shape
    latent = rebuilt.encode({"image": np.asarray(image)})
    assert latent.shape == arrays["latent"].shape
    np.savez(arrays_path, **arrays, image=image, rebuilt_shape=shape)


if __name__ == "__main__":
    main(*sys.argv[1:])
