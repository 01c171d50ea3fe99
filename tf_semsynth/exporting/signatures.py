"""The signatures of an exported model: what a server answers.

| name | inputs | output |
| --- | --- | --- |
| `serving_default` | `class_ids`, `seed` | `image` |
| `synthesize_latent` | `class_ids`, `latent` | `image` |
| `synthesize_png` | `layout_png`, `seed` | `image_png_bytes` `(B,)` |
| `synthesize_variants` | `layout_png`, `seeds` | `image_png_bytes` `(B, N)` |
| `synthesize_with_style` | `layout_png`, `style_image`, `seed` | as PNG |
| `synthesize_instances` | `class_ids`, `instance_ids`, `seed` | `image` |
| `describe` | `version` | `classes_json` |

A picture depends on its own row alone: its noise is drawn from its own seed.
Sizes are None in the signatures and are checked inside, in words.
"""

import tensorflow as tf

from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.exporting.layout_png import decode_layouts
from tf_semsynth.exporting.request_checks import (
    check_class_ids,
    check_latent,
    check_row_counts,
    check_size,
    require,
)
from tf_semsynth.exporting.style_image import decode_style_images
from tf_semsynth.systems.synthesis import SYNTHESIS_PHASE

DESCRIBE_VERSION = 1
MAX_VARIANTS = 64

_IDS = (None, None, None)


def make_signatures(system, classes_json):
    """Makes the functions behind the signatures that a system can have.

    Args:
        system: a built `System`, for inference. Its variables are used, not
            copied. Trace the functions within `backend.exporting()`.
        classes_json: str, what `describe` answers.

    Returns:
        dict, name -> `tf.function` with an input signature, which returns a
        dictionary of outputs.
    """
    signatures = {
        "serving_default": _serving_default(system),
        "synthesize_png": _synthesize_png(system),
        "describe": _describe(classes_json),
    }
    if system.uses_noise:
        signatures["synthesize_latent"] = _synthesize_latent(system)
        signatures["synthesize_variants"] = _synthesize_variants(system)
    if system.has_encoder:
        signatures["synthesize_with_style"] = _synthesize_with_style(system)
    if system.config.use_edges:
        signatures["synthesize_instances"] = _synthesize_instances(system)
    return signatures


def _serving_default(system):
    @_signature(class_ids=(_IDS, tf.int32), seed=((None,), tf.int64))
    def serving_default(class_ids, seed):
        class_ids, seed = check_row_counts(class_ids=class_ids, seed=seed)
        layout = {"class_ids": _checked(system, class_ids)}
        return {"image": to_uint8(system.synthesize(layout, seed=seed))}

    return serving_default


def make_endpoint(signature):
    """The function that takes a signature's inputs as one dictionary.

    `keras.layers.TFSMLayer` hands over what it is called with as it is.

    Args:
        signature: `tf.function` of `make_signatures`.

    Returns:
        `tf.function` of a dictionary, with an input signature.
    """
    specs = {spec.name: spec for spec in signature.input_signature}
    return tf.function(
        lambda inputs: signature(**inputs),
        input_signature=[specs],
        autograph=False,
    )


def _synthesize_latent(system):
    (size,) = system.noise_shapes(SYNTHESIS_PHASE)["latent"]

    @_signature(class_ids=(_IDS, tf.int32), latent=((None, None), tf.float32))
    def synthesize_latent(class_ids, latent):
        class_ids, latent = check_row_counts(class_ids=class_ids, latent=latent)
        latent = check_latent(latent, size)
        layout = {"class_ids": _checked(system, class_ids)}
        return {"image": to_uint8(system.synthesize(layout, latent=latent))}

    return synthesize_latent


def _synthesize_png(system):
    @_signature(layout_png=((None,), tf.string), seed=((None,), tf.int64))
    def synthesize_png(layout_png, seed):
        layout_png, seed = check_row_counts(layout_png=layout_png, seed=seed)
        layout = {"class_ids": _decoded(system, layout_png)}
        return _png(system.synthesize(layout, seed=seed))

    return synthesize_png


def _synthesize_variants(system):
    @_signature(layout_png=((None,), tf.string), seeds=((None, None), tf.int64))
    def synthesize_variants(layout_png, seeds):
        layout_png, seeds = check_row_counts(layout_png=layout_png, seeds=seeds)
        received = tf.shape(seeds)[1]
        possible = require(
            (received > 0) & (received <= MAX_VARIANTS),
            lambda: tf.strings.join(
                [
                    f"seeds must have 1 to {MAX_VARIANTS} columns, one for "
                    "each variant. Received ",
                    tf.as_string(received),
                    ".",
                ]
            ),
        )
        with tf.control_dependencies([possible]):
            class_ids = _decoded(system, layout_png)

        def make_row(row):
            ids, row_seeds = row
            prepared = system.prepare_layout({"class_ids": ids[None]})
            image = system.synthesize(prepared, seed=row_seeds)
            return _png(image)["image_png_bytes"]

        png = tf.map_fn(
            make_row,
            (class_ids, seeds),
            fn_output_signature=tf.TensorSpec((None,), tf.string),
            parallel_iterations=1,  # One prepared layout in memory at a time.
        )
        return {"image_png_bytes": png}

    return synthesize_variants


def _synthesize_with_style(system):
    @_signature(
        layout_png=((None,), tf.string),
        style_image=((None,), tf.string),
        seed=((None,), tf.int64),
    )
    def synthesize_with_style(layout_png, style_image, seed):
        layout_png, style_image, seed = check_row_counts(
            layout_png=layout_png, style_image=style_image, seed=seed
        )
        layout = {"class_ids": _decoded(system, layout_png)}
        style = decode_style_images(style_image, *_size(system))
        latent = system.encode({**layout, "image": to_float(style)})
        return _png(system.synthesize(layout, seed=seed, latent=latent))

    return synthesize_with_style


def _synthesize_instances(system):
    @_signature(
        class_ids=(_IDS, tf.int32),
        instance_ids=(_IDS, tf.int32),
        seed=((None,), tf.int64),
    )
    def synthesize_instances(class_ids, instance_ids, seed):
        class_ids, instance_ids, seed = check_row_counts(
            class_ids=class_ids, instance_ids=instance_ids, seed=seed
        )
        instance_ids = check_size(instance_ids, "instance_ids", *_size(system))
        layout = {
            "class_ids": _checked(system, class_ids),
            "edges": make_edges(instance_ids),
        }
        return {"image": to_uint8(system.synthesize(layout, seed=seed))}

    return synthesize_instances


def _describe(classes_json):
    @_signature(version=((None,), tf.int32))
    def describe(version):
        (version,) = check_row_counts(version=version)
        known = require(
            tf.reduce_all(version == DESCRIBE_VERSION),
            f"version must be {DESCRIBE_VERSION} in each row: this model "
            "knows no other form of its description.",
        )
        with tf.control_dependencies([known]):
            return {"classes_json": tf.fill(tf.shape(version), classes_json)}

    return describe


def _signature(**inputs):
    """Decorates a function of named tensors, given as (shape, dtype)."""
    specs = [
        tf.TensorSpec(shape, dtype, name=name)
        for name, (shape, dtype) in inputs.items()
    ]
    return lambda function: tf.function(
        function, input_signature=specs, autograph=False
    )


def _size(system):
    return system.config.image_height, system.config.image_width


def _checked(system, class_ids):
    return check_class_ids(class_ids, *_size(system), system.config.num_classes)


def _decoded(system, layout_png):
    return _checked(system, decode_layouts(layout_png, *_size(system)))


def _png(image):
    """Float pictures `(B, H, W, 3)` as the bytes of PNGs `(B,)`."""
    return {"image_png_bytes": tf.io.encode_png(to_uint8(image))}
