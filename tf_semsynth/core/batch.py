"""The batch contract: what passes from the data to the systems.

A batch is a dictionary. A system says which keys it needs; these have one
meaning everywhere:

    class_ids   (B, H, W)     int32    0..num_classes-1: the layout
    noise_seed  (B,)          int64    hash of (seed, epoch, position): all
                                       randomness that is the picture's own
    edges       (B, H, W, 1)  float32  0 or 1: instance borders, only where
                                       the data set has instances
    image       (B, H, W, 3)  float32  [-1, 1]: RGB

The layout is never one-hot, neither in the pipeline nor over the network.
`num_classes` counts the unknown class. Other keys are named by the systems
that need them.
"""

from tf_semsynth.core.batch_values import check_values

_RANKS = {"class_ids": 3, "noise_seed": 1, "edges": 4, "image": 4}
_SHAPES = {
    "class_ids": "(B, H, W)",
    "noise_seed": "(B,)",
    "edges": "(B, H, W, 1)",
    "image": "(B, H, W, 3)",
}
_CHANNELS = {"edges": 1, "image": 3}
_INTEGERS = ("class_ids", "noise_seed")
_OF_PIXELS = ("class_ids", "edges", "image")


def check_batch(batch, keys, num_classes=None, size=None):
    """Checks a batch against the contract.

    Args:
        batch: Dictionary of arrays or tensors.
        keys: The keys that are needed; keys of the contract that are there
            without being needed are checked as well.
        num_classes: int or None; None leaves the upper end of `class_ids`
            unchecked.
        size: (height, width) in pixels that all pictures and layouts must
            have, or None.

    Returns:
        A dictionary with the keys of `batch`. Within a TensorFlow graph its
        tensors stop the step with INVALID_ARGUMENT where their values or
        sizes, known only there, are wrong.

    Raises:
        ValueError: Says what is wrong, expected and received.
    """
    if not isinstance(batch, dict):
        raise ValueError(
            'A batch is one dictionary, such as {"class_ids": ids}, with '
            f"ids int32 of shape (B, H, W). Received: {describe_value(batch)}."
        )
    missing = [key for key in keys if key not in batch]
    if missing:
        raise ValueError(
            f"the batch lacks {', '.join(map(repr, missing))}. Expected: "
            f"{sorted(keys)}. Received: {sorted(batch)}."
        )
    parts = {key: batch[key] for key in _SHAPES if key in batch}
    for key, value in parts.items():
        _check_shape(key, value)
        _check_dtype(key, value)
    _check_agreement(parts)
    for key, value in parts.items():
        if size is not None and key in _OF_PIXELS:
            value = _check_size(key, value, size)
        parts[key] = check_values(key, value, num_classes)
    return {**batch, **parts}


def _check_shape(key, value):
    if getattr(value.shape, "rank", 0) is None:
        raise ValueError(
            f"`{key}` has no static shape. Expected: {_SHAPES[key]}. Data of "
            "tf.numpy_function or tf.py_function have none: call "
            f"set_shape(({_row_shape(key)})) on `{key}` in the pipeline, "
            "before `batch`."
        )
    shape = tuple(value.shape)
    channels = _CHANNELS.get(key)
    if len(shape) == _RANKS[key] and channels in (None, shape[-1]):
        return
    words = ""
    if key == "class_ids" and len(shape) == 4:
        words = " If it is one-hot, take its argmax over the last axis."
    if len(shape) == _RANKS[key] and shape[-1] is None:
        words = f" Call set_shape(({_row_shape(key)})) in the pipeline."
    raise ValueError(
        f"`{key}` must have shape {_SHAPES[key]}. Received: {shape}.{words}"
    )


def _row_shape(key):
    return _SHAPES[key].removeprefix("(B, ").removeprefix("(B,").rstrip(")")


def _check_dtype(key, value):
    name = getattr(value.dtype, "name", str(value.dtype))
    expected = "int" if key in _INTEGERS else "float"
    if expected not in name:
        dtype = {"class_ids": "int32", "noise_seed": "int64"}.get(
            key, "float32"
        )
        raise ValueError(f"`{key}` must be {dtype}. Received: {name}.")


def _check_agreement(values):
    """All share B; all but the seeds share H and W."""
    for axis, letter in enumerate("BHW"):
        sizes = {
            key: value.shape[axis]
            for key, value in values.items()
            if axis < len(value.shape) and value.shape[axis] is not None
        }
        if len(set(sizes.values())) > 1:
            raise ValueError(
                f"the batch's parts must have the same {letter}. Received: "
                + ", ".join(f"{k}: {v}" for k, v in sizes.items())
                + "."
            )


def _check_size(key, value, size):
    """The value; where a graph alone knows its size, a tensor of `size`."""
    found = tuple(value.shape)[1:3]
    words = (
        f"`{key}` must have the size of the pictures that the system makes, "
        f"{size[0]} x {size[1]} pixels (height x width)."
    )
    if any(
        length is not None and length != expected
        for length, expected in zip(found, size, strict=True)
    ):
        raise ValueError(
            f"{words} Received: shape {tuple(value.shape)}. Resize it (ids by "
            "nearest neighbour), or build the system for its size."
        )
    if None not in found:
        return value
    if not type(value).__module__.startswith("tensorflow"):
        raise ValueError(
            f"{words} Received: shape {tuple(value.shape)}. Give the sizes, "
            f"such as keras.Input({size})."
        )
    import tensorflow as tf

    actual = tf.shape(value)
    check = tf.debugging.Assert(
        tf.reduce_all(actual[1:3] == size), [f"{words} Received: shape", actual]
    )
    with tf.control_dependencies([check]):
        value = tf.identity(value)
    value.set_shape((value.shape[0], *size, *value.shape[3:]))
    return value


def describe_value(value):
    """Words for what came in place of something else."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        dtype = getattr(value.dtype, "name", value.dtype)
        return f"{dtype} of shape {tuple(value.shape)}"
    return f"a {type(value).__name__}"
