"""Where each pixel of a bilinearly resized axis comes from, in NumPy."""

import numpy as np


def half_pixel_taps(size_in, size_out):
    """Sources with half-pixel centres and no antialiasing.

    PyTorch's `interpolate(mode="bilinear", align_corners=False)`, to the last
    digit but one. Its positions are float32, rounded once (a fused multiply
    and add); TensorFlow 2 rounds them twice, which moves a picture of 720
    rows by 6e-5 of its range.

    Args:
        size_in: int, the length of the axis.
        size_out: int, the length that it gets.

    Returns:
        Tuple of three arrays `(size_out,)`: the two sources as int, and the
        second one's share as float32 in [0, 1].
    """
    scale = np.float32(size_in) / np.float32(size_out)
    position = np.float64(scale) * (np.arange(size_out) + 0.5) - 0.5
    return _taps(np.maximum(position.astype("float32"), 0), size_in)


def corner_taps(size_in, size_out):
    """Sources of TensorFlow 1's resize: `source = i * in / out`.

    Args and results are those of `half_pixel_taps`. The picture is shifted
    by half a pixel against it.
    """
    scale = np.float32(size_in) / np.float32(size_out)
    return _taps(np.arange(size_out, dtype="float32") * scale, size_in)


def resize_matrix(taps, size_in):
    """The matrix `(size_out, size_in)`, float32, that resizes an axis."""
    first, second, share = taps
    rows = np.arange(len(share))
    matrix = np.zeros((len(share), size_in), "float32")
    np.add.at(matrix, (rows, first), 1 - share)
    np.add.at(matrix, (rows, second), share)
    return matrix


def _taps(position, size_in):
    first = np.minimum(position.astype("int64"), size_in - 1)
    share = np.minimum(position - first.astype("float32"), np.float32(1))
    return first, np.minimum(first + 1, size_in - 1), share
