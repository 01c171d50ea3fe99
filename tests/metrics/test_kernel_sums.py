"""Sums over kernel matrices against loops over pairs."""

import numpy as np
import pytest

from tf_semsynth.metrics import kernel_sums

N, M, D = 7, 5, 3


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    monkeypatch.setattr(kernel_sums, "TILE", 3)


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, D)), rng.normal(size=(M, D))


def cubic(a, b):
    return (sum(p * q for p, q in zip(a, b, strict=True)) / D + 1) ** 3


def gaussian(a, b):
    return np.exp(-sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) / 200)


@pytest.mark.parametrize(
    "kernel, slow",
    [
        (kernel_sums.polynomial_kernel, cubic),
        (kernel_sums.rbf_kernel, gaussian),
    ],
)
def test_kernels_equal_their_formulas(sets, kernel, slow):
    x, y = sets
    expected = [[slow(a, b) for b in y] for a in x]
    np.testing.assert_allclose(kernel(x, y), expected, rtol=1e-12)


def test_a_weight_stands_for_as_many_rows(sets):
    x, y = sets
    weights_x = np.array([[1] * N, [0, 2, 1, 0, 3, 0, 1]])
    weights_y = np.array([[1] * M, [2, 0, 1, 0, 4]])
    between = kernel_sums.sum_between(x, y, weights_x, weights_y)
    others, own = kernel_sums.sum_within(x, weights_x)
    for s in range(2):
        many_x = np.repeat(x, weights_x[s], axis=0)
        many_y = np.repeat(y, weights_y[s], axis=0)
        pairs = [cubic(a, b) for a in many_x for b in many_y]
        np.testing.assert_allclose(between[s], sum(pairs), rtol=1e-12)
        expected = np.array([[cubic(a, b) for b in many_x] for a in many_x])
        diagonal = np.trace(expected)
        np.testing.assert_allclose(own[s], diagonal, rtol=1e-12)
        rest = expected.sum() - diagonal
        np.testing.assert_allclose(others[s], rest, rtol=1e-12)
