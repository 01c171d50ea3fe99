"""Pillow's bicubic resize inside the graph, bit for bit.

The encoder was trained on pictures that Pillow resized; `tf.image.resize`
differs from it at one value in eight. Pillow works in two passes of integer
arithmetic with weights of 22 bits, rounding to 8 bits after each; float64
holds all of these integers exactly. Since version 13 it takes the rows first
where the height shrinks much more than the width.
"""

import tensorflow as tf

_PRECISION_BITS = 22
_SUPPORT = 2.0  # Input pixels that the cubic reaches on either side.


def resize_bicubic(image, height, width):
    """Resizes one picture as `PIL.Image.resize(..., BICUBIC)` does.

    Args:
        image: uint8 tensor `(h, w, 3)` of any size.
        height, width: ints, the new size.

    Returns:
        uint8 tensor `(height, width, 3)`.
    """
    values = tf.cast(image, tf.float64)
    old_height, old_width = tf.unstack(tf.shape(image)[:2])
    shrinks = old_height - height
    rows_first = (shrinks > 0) & (shrinks > 2 * (old_width - width))
    values = tf.cond(
        rows_first,
        lambda: _resize_columns(_resize_rows(values, height), width),
        lambda: _resize_rows(_resize_columns(values, width), height),
    )
    return tf.ensure_shape(tf.cast(values, tf.uint8), (height, width, 3))


def _resize_rows(values, height):
    weights = _weights(tf.shape(values)[0], height)
    return _round(tf.einsum("yh,hwc->ywc", weights, values))


def _resize_columns(values, width):
    weights = _weights(tf.shape(values)[1], width)
    return _round(tf.einsum("xw,hwc->hxc", weights, values))


def _round(sums):
    scale = 1 << _PRECISION_BITS
    return tf.clip_by_value(tf.floor((sums + scale // 2) / scale), 0, 255)


def _weights(size, new_size):
    """Pillow's `precompute_coeffs` as a dense matrix `(new_size, size)`."""
    size = tf.cast(size, tf.float64)
    scale = size / new_size
    stretch = tf.maximum(scale, 1.0)
    centre = (tf.range(new_size, dtype=tf.float64) + 0.5)[:, None] * scale
    first = tf.floor(centre - _SUPPORT * stretch + 0.5)
    last = tf.floor(centre + _SUPPORT * stretch + 0.5)  # Exclusive.
    position = tf.range(size, dtype=tf.float64)[None]
    weights = _cubic((position - centre + 0.5) * (1.0 / stretch))
    inside = (position >= first) & (position < last)
    weights = tf.where(inside, weights, 0.0)
    weights /= tf.reduce_sum(weights, axis=1, keepdims=True)
    scaled = weights * (1 << _PRECISION_BITS)
    # Half away from zero, as C's cast of x + 0.5 or x - 0.5 does.
    return tf.sign(scaled) * tf.floor(tf.abs(scaled) + 0.5)


def _cubic(x):
    """Keys' cubic with a = -0.5."""
    a = -0.5
    x = tf.abs(x)
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * a
    return tf.where(x < 1.0, near, tf.where(x < 2.0, far, 0.0))
