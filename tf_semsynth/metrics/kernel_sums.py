"""Weighted sums over all entries of a kernel matrix, in bounded memory."""

import numpy as np

TILE = 2048  # Rows: 32 MiB for a tile of the matrix in float64.


def polynomial_kernel(x, y, scale=1.0):
    """(x . y / D + 1)^3, the kernel of the kernel inception distance.

    Args:
        x: float array `(N, D)`.
        y: float array `(M, D)`.
        scale: float, by which both are multiplied first.

    Returns:
        float64 `(N, M)`.
    """
    base = _multiply(x, y)
    base *= scale**2 / x.shape[1]
    base += 1
    return base * base * base  # NumPy's power is many times slower.


def rbf_kernel(x, y, sigma=10.0):
    """exp(-|x - y|^2 / (2 sigma^2)); shapes as `polynomial_kernel`."""
    norms_x, norms_y = (np.square(z, dtype="float64").sum(1) for z in (x, y))
    squares = norms_x[:, None] + norms_y - 2 * _multiply(x, y)
    return np.exp(-squares / (2 * sigma**2))


def sum_between(x, y, weights_x, weights_y, kernel=polynomial_kernel):
    """Returns the sums over all pairs of v_i k(x_i, y_j) w_j.

    One pass over the matrix serves all S weightings, so that a thousand
    resamples of a few thousand pictures take seconds.

    Args:
        x: float array `(N, D)`.
        y: float array `(M, D)`.
        weights_x: array `(S, N)`: how often each row counts.
        weights_y: array `(S, M)`.
        kernel: callable of two arrays such as `polynomial_kernel`.

    Returns:
        float64 `(S,)`.
    """
    total = np.zeros(len(weights_x))
    for i in range(0, len(x), TILE):
        for j in range(0, len(y), TILE):
            tile = kernel(x[i : i + TILE], y[j : j + TILE])
            total += _weigh(
                tile, weights_x[:, i : i + TILE], weights_y[:, j : j + TILE]
            )
    return total


def sum_within(x, weights, kernel=polynomial_kernel):
    """Returns the sums over the pairs of one set with itself.

    A row of weight w stands for w rows, each of which has one pair with
    itself.

    Args:
        x: float array `(N, D)`.
        weights: array `(S, N)`: how often each row counts.
        kernel: callable of two arrays, symmetric.

    Returns:
        A pair of float64 `(S,)`: the sums over pairs of different rows, and
        over each row with itself.
    """
    total, diagonal = np.zeros(len(weights)), np.zeros(len(weights))
    for i in range(0, len(x), TILE):
        rows = slice(i, i + TILE)
        part = x[rows]
        tile = kernel(part, part)
        total += _weigh(tile, weights[:, rows], weights[:, rows])
        diagonal += weights[:, rows] @ np.diagonal(tile)
        for j in range(i + TILE, len(x), TILE):
            columns = slice(j, j + TILE)
            tile = kernel(part, x[columns])
            # Twice: the tile below the diagonal is its transpose.
            total += 2 * _weigh(tile, weights[:, rows], weights[:, columns])
    return total - diagonal, diagonal


def _multiply(x, y):
    """x @ y.T in float64; of a set with itself at half the cost."""
    is_same = y is x
    x = np.asarray(x, "float64")
    y = x if is_same else np.asarray(y, "float64")
    return x @ y.T  # NumPy sees that both are the same memory.


def _weigh(tile, weights_x, weights_y):
    weights_x = np.asarray(weights_x, "float64")
    return np.einsum("sj,sj->s", weights_x @ tile, weights_y)
