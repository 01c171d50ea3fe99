"""From PyTorch's memory layout to ours: pure functions of NumPy arrays.

Each takes one official array and returns it in our order of axes, rows or
columns. None of them changes a number. A gradient of the official code goes
through the same transform as its weight.
"""

import numpy as np

NUM_TAPS = 9  # Of a 3x3 kernel, row by row.


def identity(array):
    """Returns the array as it is (biases, moving statistics)."""
    return np.asarray(array)


def conv_kernel(weight):
    """Convolution: `(out, in, kh, kw)` to `(kh, kw, in, out)`."""
    _check_rank(weight, 4, "a convolution kernel")
    return np.transpose(weight, (2, 3, 1, 0))


def transpose_kernel(weight):
    """Transposed convolution: `(in, out, kh, kw)` to `(kh, kw, out, in)`."""
    _check_rank(weight, 4, "a kernel of a transposed convolution")
    return np.transpose(weight, (2, 3, 1, 0))


def dense_kernel(weight):
    """Dense layer: `(out, in)` to `(in, out)`."""
    _check_rank(weight, 2, "a dense kernel")
    return np.transpose(weight)


def spectral_v(kernel_height, kernel_width):
    """Returns a transform of the power iteration's input vector.

    PyTorch's v runs over (in, kh, kw); ours over (kh, kw, in), as our
    kernels lie. It is the same for transposed convolutions, whose matrix
    PyTorch makes with the output channels first.
    """

    def transform(vector):
        cube = np.reshape(vector, (-1, kernel_height, kernel_width))
        return np.transpose(cube, (1, 2, 0)).ravel()

    return transform


def chw_rows(channels, height, width):
    """Returns a transform of rows in (C, H, W) order to (H, W, C) order.

    For a layer whose output PyTorch reshapes to `(C, H, W)`: reorders axis 0
    of its official weight `(C*H*W, in)`, or of its bias `(C*H*W,)`.
    """

    def transform(array):
        shape = (channels, height, width, *np.shape(array)[1:])
        return np.moveaxis(np.reshape(array, shape), 0, 2).reshape(
            np.shape(array)
        )

    return transform


def chw_columns(channels, height, width):
    """Returns a transform of columns in (C, H, W) order to (H, W, C) order.

    For a layer that reads flattened features: reorders axis 1 of its official
    weight `(out, C*H*W)`.
    """

    def transform(weight):
        cube = np.reshape(weight, (-1, channels, height, width))
        return np.moveaxis(cube, 1, 3).reshape(np.shape(weight))

    return transform


def tap_major(array):
    """Reorders axis 0 from `channel*9 + tap` to `tap*C + channel`.

    CC-FPSE predicts nine kernel taps per channel and keeps a channel's taps
    together; ours keeps a tap's channels together, so that each tap is a
    plain slice. Apply to the official weight `(9*C, in, kh, kw)` or bias.
    """
    shape = np.shape(array)
    cube = np.reshape(array, (-1, NUM_TAPS, *shape[1:]))
    return np.swapaxes(cube, 0, 1).reshape(shape)


def chain(*transforms):
    """Returns the transform that applies `transforms`, the first one first."""

    def transform(array):
        for step in transforms:
            array = step(array)
        return array

    return transform


def _check_rank(array, rank, what):
    if np.ndim(array) != rank:
        raise ValueError(
            f"expected {what} with {rank} axes, received shape "
            f"{np.shape(array)}."
        )
