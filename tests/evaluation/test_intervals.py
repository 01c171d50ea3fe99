import numpy as np
import pytest

from tests.evaluation.sample_results import read_evaluation
from tf_semsynth.evaluation import bootstrap
from tf_semsynth.evaluation.intervals import resample_scores


def test_draws_lie_about_the_values_that_are_stated(tmp_path):
    result = read_evaluation(tmp_path)
    found = resample_scores(result, num_resamples=200)
    assert set(found) == {"pixel_accuracy", "mean_iou", "kid4", "iou"}
    for name, score in result.scores.items():
        low, high = found[name].interval()
        assert found[name].point == score["value"]
        assert low < score["value"] < high


def test_classes_of_single_pictures_do_not_push_draws_off_the_value(tmp_path):
    result = read_evaluation(tmp_path)
    confusions = result.arrays["confusions"]
    confusions[1:, 2] = 0  # Cars are in the first picture alone, ...
    confusions[0, 2] = 0, 0, 0, 90  # ... and never recognised.
    counts = np.ones((1, 12), int)
    value = bootstrap.segmentation(confusions, counts)["mean_iou"].point
    del result.results["scores"]["pixel_accuracy"]
    result.results["scores"]["mean_iou"]["value"] = value
    found = resample_scores(result, 300)["mean_iou"]
    assert found.values.mean() == pytest.approx(value)
    low, high = found.interval()
    assert low < value < high


def test_the_kernel_scale_multiplies_the_features(tmp_path):
    result = read_evaluation(tmp_path)
    counts = bootstrap.draw_counts(12, 50, 0)
    arrays = result.arrays
    drawn = bootstrap.kernel_distance(
        0.5 * arrays["features"],
        0.5 * arrays["reference_features"],
        counts,
        bootstrap.draw_counts(12, 50, 1),
    )
    found = resample_scores(result, num_resamples=50)["kid4"]
    np.testing.assert_allclose(
        found.values - found.point,
        drawn.values - drawn.values.mean(),
        atol=1e-12,
    )


def test_photos_of_the_same_scenes_are_drawn_along(tmp_path):
    result = read_evaluation(tmp_path)
    apart = resample_scores(result, 50)["kid4"]
    result.arrays["reference_keys"] = result.arrays["keys"]
    together = resample_scores(result, 50)["kid4"]
    assert together.values.std() < apart.values.std()


def test_without_arrays_nothing_is_known(tmp_path):
    result = read_evaluation(tmp_path)
    result.arrays.clear()
    assert resample_scores(result) == {}


def test_arrays_of_another_run_are_refused(tmp_path):
    result = read_evaluation(tmp_path)
    result.results["scores"]["mean_iou"]["value"] += 0.01
    with pytest.raises(ValueError, match="different runs.*again"):
        resample_scores(result, 10)
