"""Rows come back in the order of their keys, and none twice."""

import numpy as np
import pytest

from tf_semsynth.metrics.feature_rows import FeatureRows


def take(keys):
    """Row of key k: (k, -k)."""
    rows = FeatureRows()
    for key in keys:
        rows.update([[float(key), -float(key)]], [key])
    return rows


def test_rows_are_sorted_by_key_also_after_later_updates():
    rows = take("52")
    np.testing.assert_array_equal(rows.features[:, 0], [2, 5])
    rows.update([[3, -3], [1, -1]], ["3", "1"])
    assert rows.keys == ["1", "2", "3", "5"]
    np.testing.assert_array_equal(rows.features[:, 0], [1, 2, 3, 5])
    np.testing.assert_array_equal(rows.features[:, 1], [-1, -2, -3, -5])
    assert rows.features.dtype == "float32" and len(rows) == 4


def test_the_order_of_merging_does_not_show():
    found = []
    for order in (["41", "52", "3"], ["3", "41", "52"]):
        rows = FeatureRows()
        for keys in order:
            rows.merge(take(keys))
        found.append(rows.features)
    np.testing.assert_array_equal(*found)


def test_merging_leaves_the_other_as_it_was():
    first, second = take("2"), take("31")
    first.merge(second)
    np.testing.assert_array_equal(first.features[:, 0], [1, 2, 3])
    np.testing.assert_array_equal(second.features[:, 0], [1, 3])
    first.update([[9, 9]], ["9"])
    assert second.keys == ["1", "3"]


def test_the_callers_array_may_change_afterwards():
    batch = np.ones((2, 3), "float32")
    rows = FeatureRows()
    rows.update(batch, ["a", "b"])
    batch[:] = 7
    np.testing.assert_array_equal(rows.features, np.ones((2, 3)))
    with pytest.raises(ValueError, match="read-only"):
        rows.features[0] = 0


@pytest.mark.parametrize("keys", [["1", "x"], ["x", "x"]])
def test_a_picture_counts_once(keys):
    rows = take("31")
    with pytest.raises(ValueError, match="came twice"):
        rows.update(np.zeros((2, 2)), keys)
    assert rows.keys == ["1", "3"]  # Nothing was added.
    with pytest.raises(ValueError, match="came twice, such as '3'"):
        rows.merge(take("3"))


def test_rows_keys_and_sizes_must_agree():
    rows = take("31")
    with pytest.raises(ValueError, match=r"1 row\(s\) and 2 key\(s\)"):
        rows.update([[1, 2]], ["4", "5"])
    with pytest.raises(ValueError, match=r"\[2, 3\]"):
        rows.update([[1, 2, 3]], ["4"])


def test_an_empty_shard_adds_nothing():
    rows = take("31")
    rows.merge(FeatureRows())
    rows.update(np.zeros((0, 2)), [])
    assert len(rows) == 2
    with pytest.raises(ValueError, match="no features"):
        _ = FeatureRows().features
