"""The values of a batch: looked at now, or by the graph when it runs."""

import numpy as np

from tf_semsynth.core import backend

# Sizes and colours that were computed in float32 may end a little beyond.
_PIXEL_TOLERANCE = 1e-3


def check_values(key, value, num_classes=None):
    """Checks the range of a part of a batch.

    Args:
        key: str, of the contract in `core/batch.py`.
        value: Array or tensor of it.
        num_classes: int or None; None leaves the upper end of `class_ids`
            unchecked.

    Returns:
        `value`; within a TensorFlow graph a tensor that stops the step with
        INVALID_ARGUMENT, naming values and range, where they do not fit. What
        is not checked: graphs that XLA compiles as a whole, symbolic Keras
        tensors, traces of other backends, and our exports, which check each
        request by themselves.

    Raises:
        ValueError: The values are known, and wrong.
    """
    if key not in ("class_ids", "edges", "image"):
        return value
    known = _values_of(value)
    if known is not None:
        _check_known(key, known, num_classes)
        return value
    of_graph = type(value).__module__.startswith("tensorflow")
    if not of_graph or backend.is_exporting():
        return value
    return _check_in_graph(key, value, num_classes)


def _values_of(value):
    """The values as a NumPy array, or None while they are symbolic."""
    if isinstance(value, np.ndarray):
        return value
    module = type(value).__module__
    if module.startswith("tensorflow"):
        return value.numpy() if hasattr(value, "numpy") else None
    if module.startswith("torch"):
        return value.detach().cpu().numpy()
    if module.startswith("jax"):
        import jax

        return None if isinstance(value, jax.core.Tracer) else np.asarray(value)
    return None


def _expected(key, num_classes):
    """What the values must be, and what helps."""
    if key == "edges":
        return "must be 0 or 1 everywhere", ""
    if key == "image":
        return (
            "must be from -1 to 1",
            " Scale pictures of 0..255 by x / 127.5 - 1, and clip what a "
            "resize has moved beyond.",
        )
    if num_classes is None:
        return "must be 0 or more", ""
    return (
        f"must be from 0 to {num_classes - 1}",
        " Say which id is the unknown class where labels have 255, and build "
        "the system with the data set's num_classes.",
    )


def _check_known(key, value, num_classes):
    if value.size == 0:
        raise ValueError(f"`{key}` is empty. Received: shape {value.shape}.")
    if value.dtype.kind not in "iufb":  # bfloat16, which NumPy cannot compare.
        value = value.astype("float32")
    good = _good_values(key, value, num_classes)
    if good.all():
        return
    must, remedy = _expected(key, num_classes)
    raise ValueError(
        f"`{key}` {must}. Received: {value[~good][0]}, among values from "
        f"{value.min()} to {value.max()}.{remedy}"
    )


def _good_values(key, value, num_classes):
    if key == "image":
        return abs(value) <= 1 + _PIXEL_TOLERANCE
    if key == "edges":
        return (value == 0) | (value == 1)
    good = value >= 0
    return good if num_classes is None else good & (value < num_classes)


def _check_in_graph(key, value, num_classes):
    """Reads each value twice, for the least and the largest."""
    import tensorflow as tf

    dtype = tf.int64 if key == "class_ids" else tf.float32
    with tf.name_scope(f"check_{key}"):
        value = tf.convert_to_tensor(value)
        known = tf.stop_gradient(value)
        low = tf.cast(tf.reduce_min(known), dtype)
        high = tf.cast(tf.reduce_max(known), dtype)
        if key == "image":
            # Losses find what is not a number; `fit` names phase and step.
            limit = 1 + _PIXEL_TOLERANCE
            good = tf.logical_not((low < -limit) | (high > limit))
        elif key == "edges":
            good = tf.reduce_all((known == 0) | (known == 1))
        else:
            good = low >= 0
            if num_classes is not None:
                good &= high < num_classes
        must, remedy = _expected(key, num_classes)
        words = f"`{key}` {must}. Received: values from"
        check = tf.debugging.Assert(
            good, [words, low, "to", high, f".{remedy}"]
        )
        with tf.control_dependencies([check]):
            return tf.identity(value)
