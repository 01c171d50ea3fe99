"""The kernel distance: subsets, seeds, scales and what is refused."""

import numpy as np
import pytest

from tf_semsynth.metrics.kernel_distance import (
    KernelDistance,
    count_rows,
    kernel_distance,
    squared_mmd,
)


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(40, 4)).astype("float32")
    return real, (rng.normal(size=(31, 4)) + 0.5).astype("float32")


def take(sets, **settings):
    state = KernelDistance(**settings)
    for real, rows in zip((True, False), sets, strict=True):
        keys = [f"{i:03d}" for i in range(len(rows))]
        state.update(rows, real, keys)
    return state


def loop_over_pairs(x, y):
    """The unbiased estimate, as the paper writes it."""

    def mean(a, b, pairs):
        x, y = a.astype(float), b.astype(float)
        return np.mean([(x[i] @ y[j] / 4 + 1) ** 3 for i, j in pairs])

    n, m = len(x), len(y)
    others_x = [(i, j) for i in range(n) for j in range(n) if i != j]
    others_y = [(i, j) for i in range(m) for j in range(m) if i != j]
    between = [(i, j) for i in range(n) for j in range(m)]
    return mean(x, x, others_x) + mean(y, y, others_y) - 2 * mean(x, y, between)


def test_all_pairs_equal_a_loop(sets):
    found = take(sets, subset_size=None).result()
    expected = loop_over_pairs(*sets)
    np.testing.assert_allclose(found["mean"], expected, rtol=1e-10)
    assert found["std"] == 0 and found["subset_size"] is None


def test_drawing_everything_equals_all_pairs(sets):
    same_size = sets[0][:31], sets[1]
    found = take(same_size, num_subsets=3, subset_size=31).result()
    np.testing.assert_allclose(
        found["mean"], squared_mmd(*same_size), rtol=1e-10
    )
    np.testing.assert_allclose(found["std"], 0, atol=1e-12)


def test_subsets_are_cut_to_the_smaller_side(sets):
    assert take(sets, num_subsets=2).result()["subset_size"] == 31


def test_the_mean_over_subsets_nears_all_pairs(sets):
    found = take(sets, num_subsets=2000, subset_size=10).result()
    error = 4 * found["std"] / np.sqrt(2000)
    assert abs(found["mean"] - squared_mmd(*sets)) < error


def test_the_seed_decides(sets):
    first, again, other = (
        take(sets, num_subsets=5, subset_size=10, seed=seed).result()["mean"]
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_one_pass_equals_a_matrix_for_each_subset(sets):
    rng = np.random.default_rng(1)
    x = np.array([rng.permutation(40)[:8] for _ in range(5)])
    y = np.array([rng.permutation(31)[:8] for _ in range(5)])
    slow = [
        loop_over_pairs(sets[0][i], sets[1][j])
        for i, j in zip(x, y, strict=True)
    ]
    for one_pass in (True, False, None):
        found = kernel_distance(*sets, x, y, one_pass=one_pass)
        np.testing.assert_allclose(found, slow, rtol=1e-9)


def test_rows_drawn_twice_count_twice():
    counts = count_rows(np.array([[0, 3, 3], [1, 1, 1]]), 4)
    np.testing.assert_array_equal(counts, [[1, 0, 0, 2], [0, 3, 0, 0]])


def test_the_scale_multiplies_features(sets):
    scaled = [0.25 * rows for rows in sets]  # Exact in binary.
    found = take(sets, subset_size=None, kernel_scale=0.25).result()
    np.testing.assert_allclose(found["mean"], squared_mmd(*scaled), rtol=1e-12)


def test_what_cannot_be_is_refused(sets):
    with pytest.raises(ValueError, match="40 and 31"):
        squared_mmd(*sets, estimator="u-statistic")
    with pytest.raises(ValueError, match="'unbaised'"):
        squared_mmd(*sets, estimator="unbaised")
    with pytest.raises(ValueError, match="received 40 and 1"):
        squared_mmd(sets[0], sets[1][:1])
    with pytest.raises(ValueError, match="40 real and 1 gen"):
        take((sets[0], sets[1][:1])).result()
    with pytest.raises(ValueError, match="subset_size=1"):
        KernelDistance(subset_size=1)
