"""The Frechet distance on Gaussians whose distance is known."""

import numpy as np
import pytest

from tf_semsynth.metrics.frechet import FrechetDistance, frechet_distance


def test_in_one_dimension_means_and_deviations_are_apart():
    # (3 - 1)^2 + (5 - 2)^2 for deviations 5 and 2.
    found = frechet_distance([3.0], [[25.0]], [1.0], [[4.0]])
    np.testing.assert_allclose(found, 4 + 9)


def test_covariances_with_common_axes_add_up():
    # With common eigenvectors: the squared differences of the deviations.
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    a, b = np.array([1.0, 4, 9, 0]), np.array([16.0, 1, 0, 0])
    found = frechet_distance(
        np.zeros(4), axes @ np.diag(a) @ axes.T,
        np.zeros(4), axes @ np.diag(b) @ axes.T,
    )  # fmt: skip
    np.testing.assert_allclose(found, 9 + 1 + 9, rtol=1e-7)


def test_it_is_symmetric_and_zero_for_equals():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50, 4)) * [[[1]], [[3]]]
    a, b = ((s.mean(0), np.cov(s, rowvar=False)) for s in (x, y))
    np.testing.assert_allclose(
        frechet_distance(*a, *b), frechet_distance(*b, *a), rtol=1e-12
    )
    np.testing.assert_allclose(frechet_distance(*a, *a), 0, atol=1e-12)


def test_fewer_pictures_than_features_give_a_real_number():
    rng = np.random.default_rng(0)
    state = FrechetDistance()
    state.update(rng.normal(size=(5, 20)), real=True)
    state.update(rng.normal(size=(4, 20)), real=False)
    assert np.isfinite(state.result())


def test_the_state_names_the_side_that_lacks_pictures():
    state = FrechetDistance()
    state.update(np.zeros((3, 2)), real=True)
    with pytest.raises(ValueError, match="0 generated"):
        state.result()


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r"\(2,\), \(3, 3\)"):
        frechet_distance(np.zeros(2), np.eye(3), np.zeros(2), np.eye(2))
