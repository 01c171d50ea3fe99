"""The mean absolute difference."""

from keras import ops


def mean_absolute(a, b):
    """Returns the mean over all elements of |a - b|.

    Args:
        a: float tensor.
        b: float tensor of the same shape.

    Returns:
        float32 scalar.
    """
    difference = ops.cast(a, "float32") - ops.cast(b, "float32")
    return ops.mean(ops.abs(difference))
