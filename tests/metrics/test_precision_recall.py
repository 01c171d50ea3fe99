"""Precision and recall against loops over points, with many ties."""

import numpy as np
import pytest

from tf_semsynth.metrics import precision_recall
from tf_semsynth.metrics.precision_recall import (
    PrecisionRecall,
    radii,
    realism,
    squared_radii,
)


def take(real, generated, **settings):
    state = PrecisionRecall(**settings)
    for is_real, rows in ((True, real), (False, generated)):
        keys = [f"{i:03d}" for i in range(len(rows))]
        state.update(rows, is_real, keys)
    return state.result()


def exact_distances(x, y):
    x, y = x.astype("float64"), y.astype("float64")
    return np.array([[np.square(a - b).sum() for b in y] for a in x])


def loop_over_points(real, generated, k, strict):
    real_limits = np.sort(exact_distances(real, real))[:, k]
    limits = np.sort(exact_distances(generated, generated))[:, k]
    d = exact_distances(generated, real)
    inside = np.less if strict else np.less_equal
    return {
        "precision": np.mean([inside(r, real_limits).any() for r in d]),
        "recall": np.mean([inside(c, limits).any() for c in d.T]),
        "density": np.mean([(r < real_limits).sum() / k for r in d]),
        "coverage": np.mean([c.min() < limit for c, limit
                             in zip(d.T, real_limits, strict=True)]),
    }  # fmt: skip


def make_sets(kind, dimension):
    """Real and generated float32 points; some of both coincide."""
    rng = np.random.default_rng(0)
    if kind == "grid":
        points = rng.integers(0, 3, (80, dimension)).astype("float32")
        return points[:45], points[45:]
    real = (rng.normal(size=(45, dimension)) + 10).astype("float32")
    fresh = (rng.normal(size=(15, dimension)) + 10.1).astype("float32")
    if kind == "copies":  # Each ball has copies on its border.
        fresh = np.concatenate([fresh, real[7:30]])
        real = np.concatenate([real, real[:4], real[:4], real[:4]])
    return real, rng.permutation(fresh)


@pytest.mark.parametrize("kind, dimension", [
    ("apart", 5), ("grid", 3), ("copies", 5), ("copies", 300)
])  # fmt: skip
@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("strict", [False, True])
def test_scores_equal_a_loop_over_points(
    kind, dimension, k, strict, monkeypatch
):
    monkeypatch.setattr(precision_recall, "_BLOCK", 600)
    monkeypatch.setattr(precision_recall, "_COLUMNS", 7)
    real, generated = make_sets(kind, dimension)
    expected = loop_over_points(real, generated, k, strict)
    found = take(real, generated, neighbours=k, strict=strict)
    assert found == pytest.approx(expected, abs=1e-12)
    limits = np.sort(exact_distances(real, real))[:, k]
    np.testing.assert_allclose(squared_radii(real, k), limits, rtol=1e-12)


def test_points_on_a_line():
    real = np.array([[0.0], [1], [2], [10]])
    generated = np.array([[0.5], [3.0], [20], [21]])
    np.testing.assert_array_equal(radii(real, 1), [1, 1, 1, 8])
    found = take(real, generated, neighbours=1)
    # 0.5: in the balls of 0 and 1; 3: of 10, and on the border of 2.
    # Generated radii are 2.5, 2.5, 1, 1: 0 to 2 are covered, 10 is not.
    assert found == pytest.approx(
        {"precision": 0.5, "recall": 0.75, "density": 0.75, "coverage": 0.75}
    )


def test_realism_is_one_on_the_border_and_infinite_at_the_centre():
    real = np.array([[0.0], [1], [2], [10]])
    generated = np.array([[-1.0], [2.0], [-0.5]])
    found = realism(real, generated, neighbours=1)
    # -1: 1/1 to 0; of 10 with radius 8: 8/11. -0.5: 1/0.5.
    np.testing.assert_allclose(found, [1, np.inf, 2])


def test_a_ball_needs_enough_neighbours():
    real, generated = make_sets("apart", 5)
    with pytest.raises(ValueError, match="4 pictures .* 3 generated"):
        take(real, generated[:3])
    with pytest.raises(ValueError, match="Received: 0"):
        PrecisionRecall(neighbours=0)
