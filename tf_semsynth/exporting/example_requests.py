"""Requests of the right form for every signature, made up from a seed.

They warm a server up and check an export; what they show does not matter, but
every class id occurs.
"""

import io

import numpy as np
from PIL import Image

from tf_semsynth.core.png_files import encode_ids
from tf_semsynth.systems.synthesis import SYNTHESIS_PHASE

_BLOCK = 8  # Pixels; layouts of single pixels would resemble no real one.


def make_request(name, system, batch_size, seed=0, num_variants=2):
    """Makes the inputs of one request.

    Args:
        name: str, a signature of `exporting/signatures.py`.
        system: a `System`, for its sizes.
        batch_size: int B.
        seed: int, another one gives another request.
        num_variants: int N of `synthesize_variants`.

    Returns:
        dict, input -> NumPy array with leading axis B; bytes are in object
        arrays.
    """
    rng = np.random.default_rng([seed, 7])
    class_ids = [_random_layout(system, rng) for _ in range(batch_size)]
    inputs = {
        "class_ids": lambda: np.stack(class_ids),
        "instance_ids": lambda: np.stack(
            [_random_layout(system, rng) for _ in range(batch_size)]
        ),
        "layout_png": lambda: _objects(map(encode_ids, class_ids)),
        "style_image": lambda: _objects(
            _random_jpeg(system, rng) for _ in range(batch_size)
        ),
        "latent": lambda: np.stack(
            [_random_latent(system, rng) for _ in range(batch_size)]
        ),
        "seed": lambda: rng.integers(2**31, size=batch_size),
        "seeds": lambda: rng.integers(2**31, size=(batch_size, num_variants)),
        "version": lambda: np.ones(batch_size, "int32"),
    }
    return {key: inputs[key]() for key in _INPUTS[name]}


_INPUTS = {
    "serving_default": ("class_ids", "seed"),
    "synthesize_latent": ("class_ids", "latent"),
    "synthesize_png": ("layout_png", "seed"),
    "synthesize_variants": ("layout_png", "seeds"),
    "synthesize_with_style": ("layout_png", "style_image", "seed"),
    "synthesize_instances": ("class_ids", "instance_ids", "seed"),
    "describe": ("version",),
}


def _random_layout(system, rng):
    config = system.config
    shape = -(-config.image_height // _BLOCK), -(-config.image_width // _BLOCK)
    blocks = rng.integers(config.num_classes, size=shape, dtype="int32")
    pixels = blocks.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)
    return pixels[: config.image_height, : config.image_width]


def _random_latent(system, rng):
    shape = system.noise_shapes(SYNTHESIS_PHASE)["latent"]
    return rng.normal(size=shape).astype("float32")


def _random_jpeg(system, rng):
    height, width = system.config.image_height, system.config.image_width
    coarse = rng.integers(256, size=(8, 8, 3), dtype="uint8")
    file = io.BytesIO()
    # Not the model's size, so that the resize is warm, too.
    size = (width + width // 2, height + height // 2)
    Image.fromarray(coarse).resize(size).save(file, "JPEG", quality=95)
    return file.getvalue()


def _objects(values):
    return np.array(list(values), dtype=object)
