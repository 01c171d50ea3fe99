"""Streaming moments against NumPy's two passes."""

import numpy as np
import pytest

from tf_semsynth.metrics.moments import Moments


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(6, 6))
    return (rng.normal(size=(90, 6)) @ mixing + 5).astype("float32")


def take(batches):
    moments = Moments()
    for batch in batches:
        moments.update(batch)
    return moments


def assert_moments(moments, rows, tolerance=1e-9):
    rows = np.asarray(rows, "float64")
    covariance = np.cov(rows, rowvar=False)
    scale = np.abs(covariance).max()
    assert moments.count == len(rows)
    np.testing.assert_allclose(moments.mean, rows.mean(0), rtol=tolerance)
    np.testing.assert_allclose(
        moments.covariance, covariance, tolerance, atol=tolerance * scale
    )


@pytest.mark.parametrize("bounds", [[], [1], [1, 2, 3, 50], [0, 40, 40]])
def test_batches_of_any_size_equal_two_passes(rows, bounds):
    assert_moments(take(np.split(rows, bounds)), rows, 1e-12)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_merged_shards_equal_one_pass(rows, order):
    shards = np.split(rows, [20, 61])
    moments = take([])
    for i in order:
        moments.merge(take(np.array_split(shards[i], 3)))
    assert_moments(moments, rows)


def test_a_large_mean_does_not_drown_the_spread():
    rng = np.random.default_rng(0)
    rows = 1e6 + rng.normal(size=(300, 3))
    moments = take(np.split(rows[:100], 4))
    moments.merge(take(np.split(rows[100:], 10)))
    assert_moments(moments, rows)


def test_the_first_batch_may_lie_far_from_the_others():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(1000, 3))
    rows[:2] += 1e6
    tail = take([rows[:2]])
    tail.merge(take([rows[2:]]))
    assert_moments(tail, rows)


def test_merging_leaves_the_other_as_it_was(rows):
    first, second = take([]), take([rows[:30]])
    first.merge(second)
    first.update(rows[30:])
    assert_moments(second, rows[:30])


def test_what_is_no_finite_table_is_refused(rows):
    with pytest.raises(ValueError, match="one row per picture"):
        take([rows[0]])
    rows[7, 2] = np.nan
    with pytest.raises(ValueError, match="1 of 90 .* row 7"):
        take([rows])


def test_features_of_two_networks_are_refused(rows):
    with pytest.raises(ValueError, match="5 numbers .* of 6"):
        take([rows, rows[:, :5]])


def test_too_few_rows_have_no_covariance(rows):
    with pytest.raises(ValueError, match="at least 2 rows .* received 1"):
        _ = take([rows[:1]]).covariance
    with pytest.raises(ValueError, match="update"):
        _ = take([]).mean
