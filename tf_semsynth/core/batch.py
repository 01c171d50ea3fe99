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

import numpy as np

# Sums of pictures may pass 1; a picture of 0..255 is far from it.
_LARGEST_PIXEL = 10.0
_RANKS = {"class_ids": 3, "noise_seed": 1, "edges": 4, "image": 4}
_SHAPES = {
    "class_ids": "(B, H, W)",
    "noise_seed": "(B,)",
    "edges": "(B, H, W, 1)",
    "image": "(B, H, W, 3)",
}
_CHANNELS = {"edges": 1, "image": 3}
_INTEGERS = ("class_ids", "noise_seed")


def check_batch(batch, keys, num_classes=None):
    """Checks a batch against the contract.

    Shapes and dtypes are always checked, values only where they are known:
    not for the symbolic tensors of a traced function.

    Args:
        batch: Dictionary of arrays or tensors.
        keys: The keys that are needed; keys of the contract that are there
            without being needed are checked as well.
        num_classes: int or None; None leaves the upper end of `class_ids`
            unchecked.

    Raises:
        ValueError: Says what is wrong, expected and received.
    """
    missing = [key for key in keys if key not in batch]
    if missing:
        raise ValueError(
            f"the batch lacks {', '.join(map(repr, missing))}. Expected: "
            f"{sorted(keys)}. Received: {sorted(batch)}."
        )
    for key in _SHAPES:
        if key in batch:
            _check_shape(key, batch[key])
            _check_dtype(key, batch[key])
    _check_agreement({key: batch[key] for key in _SHAPES if key in batch})
    for key in _SHAPES:
        if key in batch and _is_known(batch[key]):
            _check_values(key, np.asarray(batch[key]), num_classes)


def _check_shape(key, value):
    shape = tuple(value.shape)
    channels = _CHANNELS.get(key)
    if len(shape) == _RANKS[key] and channels in (None, shape[-1]):
        return
    words = ""
    if key == "class_ids" and len(shape) == 4:
        words = " If it is one-hot, take its argmax over the last axis."
    raise ValueError(
        f"`{key}` must have shape {_SHAPES[key]}. Received: {shape}.{words}"
    )


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


def _is_known(value):
    """Whether the values can be looked at now."""
    return isinstance(value, np.ndarray) or hasattr(value, "numpy")


def _check_values(key, value, num_classes):
    if value.size == 0:
        raise ValueError(f"`{key}` is empty. Received: shape {value.shape}.")
    low, high = value.min(), value.max()
    if key == "class_ids":
        last = np.inf if num_classes is None else num_classes - 1
        _check_range(key, low, high, 0, last)
    elif key == "edges":
        if not np.isin(value, (0, 1)).all():
            raise ValueError(
                "`edges` must be 0 or 1 everywhere. Received: values from "
                f"{low} to {high}."
            )
    elif key == "image":
        _check_image(low, high)


def _check_image(low, high):
    """Tells pictures of 0..255, and no pictures, from ones a little over."""
    if not max(-low, high) <= _LARGEST_PIXEL:  # Also catches NaN.
        raise ValueError(
            "`image` must be from -1 to 1. Received: values from "
            f"{low} to {high}. Scale pictures of 0..255 by "
            "`x / 127.5 - 1`."
        )


def _check_range(key, low, high, first, last):
    if not (low >= first and high <= last):  # Also catches NaN.
        raise ValueError(
            f"`{key}` must be from {first} to {last}. Received: values from "
            f"{low} to {high}."
        )
