import numpy as np
import pytest

from tf_semsynth.evaluation import bootstrap

N, M, D, K, R = 7, 6, 3, 4, 5


@pytest.fixture
def counts():
    return bootstrap.draw_counts(N, R, seed=3)


@pytest.fixture
def reference_counts():
    return bootstrap.draw_counts(M, R, seed=4)


@pytest.fixture
def features():
    return np.random.default_rng(0).normal(size=(N, D))


@pytest.fixture
def reference():
    return np.random.default_rng(1).normal(0.5, 1.2, size=(M, D))


@pytest.fixture
def confusions():
    rng = np.random.default_rng(2)
    made = rng.integers(0, 50, (N, K, K + 1), dtype=np.uint32)
    made[:, 1] = 0  # Never asked for, but predicted.
    made[:, 2] = 0  # Neither asked for ...
    made[:, :, 2] = 0  # ... nor predicted.
    return made


def test_every_draw_has_as_many_pictures_as_there_are(counts):
    assert counts.shape == (R, N)
    assert (counts.sum(1) == N).all()


def test_the_same_seed_draws_the_same(counts):
    np.testing.assert_array_equal(bootstrap.draw_counts(N, R, 3), counts)
    assert (bootstrap.draw_counts(N, R, 4) != counts).any()


def repeat(rows, weights):
    """The pictures of a draw, one after the other."""
    return np.repeat(rows, weights, axis=0)


def segment_slowly(confusions, variant):
    """Scores of pictures, class by class."""
    total = confusions.sum(0).astype(np.int64)
    ious, accuracies, weighted = [], [], 0.0
    for k in range(K):
        labelled, predicted = total[k].sum(), total[:, k].sum()
        union = labelled + predicted - total[k, k]
        iou = total[k, k] / union if union else 0.0
        counts_here = {
            "drn": union > 0,
            "deeplab": labelled > 0,
            "mit": True,
        }[variant]
        if counts_here:
            ious.append(iou)
        if labelled:
            accuracies.append(total[k, k] / labelled)
        weighted += labelled / total.sum() * iou
    return {
        "pixel_accuracy": np.trace(total[:, :K]) / total.sum(),
        "mean_iou": np.mean(ious),
        "class_accuracy": np.mean(accuracies),
        "frequency_weighted_iou": weighted,
    }


@pytest.mark.parametrize("variant", ["drn", "deeplab", "mit"])
def test_segmentation_scores_equal_those_of_the_drawn_pictures(
    confusions, counts, variant
):
    found = bootstrap.segmentation(confusions, counts, variant)
    expected = segment_slowly(confusions, variant)
    for name, value in expected.items():
        assert found[name].point == pytest.approx(value)
    for draw, weights in enumerate(counts):
        drawn = repeat(confusions, weights)
        for name, value in segment_slowly(drawn, variant).items():
            assert found[name].values[draw] == pytest.approx(value)


def test_a_class_that_is_nowhere_has_no_interval(confusions, counts):
    iou = bootstrap.segmentation(confusions, counts)["iou"]
    low, high = iou.interval()
    assert np.isnan([iou.point[2], low[2], high[2]]).all()
    assert low[1] == high[1] == 0  # Predicted only.
    assert low[0] < high[0]


def test_an_unknown_variant_is_refused(confusions, counts):
    with pytest.raises(ValueError, match="drn, deeplab, mit.*'x'"):
        bootstrap.segmentation(confusions, counts, "x")


def kernel(x, y):
    return (x @ y / D + 1) ** 3


def mean_over_pairs(x, y, weights, other_weights):
    """Mean kernel over pairs i != j, by a loop."""
    total = number = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            if i != j:
                share = float(weights[i]) * other_weights[j]
                total += share * kernel(x[i], y[j])
                number += share
    return total / number


def test_kernel_distances_equal_loops_over_pairs_of_different_pictures(
    features, reference, counts, reference_counts
):
    found = bootstrap.kernel_distance(
        features, reference, counts, reference_counts
    )
    ones = [np.ones(N), *counts], [np.ones(M), *reference_counts]
    expected = []
    for w, v in zip(*ones, strict=True):
        cross = np.mean(
            [
                [kernel(x, y) for y in repeat(reference, v.astype(int))]
                for x in repeat(features, w.astype(int))
            ]
        )
        within = mean_over_pairs(features, features, w, w)
        others = mean_over_pairs(reference, reference, v, v)
        expected.append(within + others - 2 * cross)
    np.testing.assert_allclose([found.point, *found.values], expected)


def test_scenes_that_are_drawn_whole_keep_their_share_of_own_pairs(
    features, counts
):
    photos = features + 0.3
    found = bootstrap.kernel_distance(features, photos, counts)
    expected = []
    for w in (np.ones(N), *counts):
        within = mean_over_pairs(features, features, w, w)
        others = mean_over_pairs(photos, photos, w, w)
        cross = mean_over_pairs(features, photos, w, w)
        own = [kernel(x, y) for x, y in zip(features, photos, strict=True)]
        cross = (N - 1) / N * cross + np.average(own, weights=w) / N
        expected.append(within + others - 2 * cross)
    np.testing.assert_allclose([found.point, *found.values], expected)


def test_draws_of_a_kernel_distance_lie_about_its_value():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, D)), rng.normal(0.3, 1, size=(50, D))
    found = bootstrap.kernel_distance(
        x, y, bootstrap.draw_counts(60, 400), bootstrap.draw_counts(50, 400, 1)
    )
    error = found.values.std() / np.sqrt(400)
    assert abs(found.values.mean() - found.point) < 4 * error


def test_blocks_do_not_change_a_kernel_distance(
    features, reference, counts, reference_counts, monkeypatch
):
    arguments = features, reference, counts, reference_counts
    whole = bootstrap.kernel_distance(*arguments)
    monkeypatch.setattr(bootstrap, "_BLOCK", 2)
    parts = bootstrap.kernel_distance(*arguments)
    np.testing.assert_allclose(parts.values, whole.values, rtol=1e-12)


def frechet_slowly(x, y, weights, other_weights):
    """Of weighted pictures, with the eigenvalues of the product."""
    means, covariances = [], []
    for rows, w in ((x, weights), (y, other_weights)):
        mean = np.average(rows, axis=0, weights=w)
        centred = rows - mean
        means.append(mean)
        covariances.append((centred.T * w) @ centred / (w.sum() - 1))
    roots = np.linalg.eigvals(covariances[0] @ covariances[1])
    roots = np.sqrt(np.maximum(roots.real, 0)).sum()
    shift = means[0] - means[1]
    return shift @ shift + np.trace(sum(covariances)) - 2 * roots


@pytest.mark.parametrize("dimension", [3, 12])  # 12: fewer pictures than it.
def test_a_frechet_distance_equals_the_formula(dimension, counts):
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(N, dimension)), rng.normal(size=(N, dimension))
    found = bootstrap.frechet_distance(x, y, counts)
    expected = frechet_slowly(x, y, np.ones(N), np.ones(N))
    assert found.point == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("side", [0, 1])
def test_a_frechet_distance_follows_a_small_change_of_weights(side):
    rng = np.random.default_rng(6)
    sets = rng.normal(size=(20, D)), rng.normal(0.4, 1.3, size=(25, D))
    tiny = 1e-5
    weights = [np.ones(20), np.ones(25)]
    weights[side][2] += tiny
    weights[side][5] -= tiny
    found = bootstrap.frechet_distance(*sets, *(w[None] for w in weights))
    expected = frechet_slowly(*sets, *weights) - frechet_slowly(
        *sets, np.ones(20), np.ones(25)
    )
    change = (found.values[0] - found.point) / tiny
    assert change == pytest.approx(expected / tiny, rel=1e-3)


def test_draws_of_a_frechet_distance_spread_like_plain_ones():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(150, D)), rng.normal(0.5, 1.2, size=(150, D))
    counts = bootstrap.draw_counts(150, 300, 1)
    others = bootstrap.draw_counts(150, 300, 2)
    found = bootstrap.frechet_distance(x, y, counts, others)
    plain = [
        frechet_slowly(x, y, w.astype(float), v.astype(float))
        for w, v in zip(counts, others, strict=True)
    ]
    assert found.values.std() == pytest.approx(np.std(plain), rel=0.15)
    assert np.mean(plain) > found.point  # The shift that is left out.


def test_an_interval_is_the_middle_of_the_draws():
    replicates = bootstrap.Replicates(0.0, np.arange(101.0))
    assert replicates.interval(0.9) == pytest.approx((5.0, 95.0))


def test_a_difference_is_taken_draw_by_draw():
    first = bootstrap.Replicates(1.0, np.array([1.0, 2.0, 3.0]))
    second = bootstrap.Replicates(0.5, np.array([0.5, 1.5, 2.5]))
    difference = first.minus(second)
    low, high = difference.interval()
    assert difference.point == low == high == 0.5
