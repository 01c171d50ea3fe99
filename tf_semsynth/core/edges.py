"""Borders between instances, or between classes."""

import keras
from keras import ops


def make_edges(ids):
    """Marks each pixel whose id differs from a neighbour's.

    The neighbours are the left, right, upper and lower one, without
    wrap-around, so both sides of a border are marked.

    Args:
        ids: int tensor or array `(B, H, W)`, of instances or classes; H and W
            may be unknown. A TensorFlow tensor works under every backend, so
            that pipelines can use this too.

    Returns:
        float32 tensor `(B, H, W, 1)`, 0 or 1.
    """
    if len(ids.shape) != 3:
        raise ValueError(
            "`ids` must hold one integer per pixel: expected shape (B, H, W), "
            f"received {tuple(ids.shape)}."
        )
    math = _math_for(ids)
    down = math.cast(math.not_equal(ids[:, 1:], ids[:, :-1]), "float32")
    right = math.cast(math.not_equal(ids[:, :, 1:], ids[:, :, :-1]), "float32")
    edges = math.maximum(
        math.maximum(
            math.pad(down, [[0, 0], [1, 0], [0, 0]]),
            math.pad(down, [[0, 0], [0, 1], [0, 0]]),
        ),
        math.maximum(
            math.pad(right, [[0, 0], [0, 0], [1, 0]]),
            math.pad(right, [[0, 0], [0, 0], [0, 1]]),
        ),
    )
    return math.expand_dims(edges, -1)


def _math_for(ids):
    """`keras.ops`, or TensorFlow for its own tensors under another backend."""
    is_tensorflow = type(ids).__module__.startswith("tensorflow")
    if not is_tensorflow or keras.backend.backend() == "tensorflow":
        return ops
    import tensorflow as tf

    return tf
