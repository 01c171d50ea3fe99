"""The statistics of the metrics equal the reference implementations'.

The tests take every file of a kind that lies in the fixtures' folder, and
every case in it, so they also run on files that came later.
"""

import numpy as np
import pytest

from tests.parity.metric_fixtures import metric_files, read, read_meta
from tf_semsynth.metrics.class_diversity import ClassDiversity
from tf_semsynth.metrics.confusion import ConfusionMatrix
from tf_semsynth.metrics.frechet import FrechetDistance, frechet_distance
from tf_semsynth.metrics.image_quality import (
    ImageQuality,
    multiscale_ssim,
    psnr,
    ssim,
    ssim_maps,
)
from tf_semsynth.metrics.inception_score import InceptionScore
from tf_semsynth.metrics.kernel_distance import (
    KernelDistance,
    kernel_distance,
    squared_mmd,
)
from tf_semsynth.metrics.kernel_sums import polynomial_kernel, rbf_kernel
from tf_semsynth.metrics.moments import Moments
from tf_semsynth.metrics.precision_recall import PrecisionRecall, squared_radii


def read_cases(path):
    """Case -> its arrays, in files that hold several."""
    cases = {}
    for key, array in read(path).items():
        case, key = key.split("/", 1)
        cases.setdefault(case, {})[key] = array
    return cases


def name_rows(rows):
    return [f"{i:06d}" for i in range(len(rows))]


def close(ours, reference, tolerance, **more):
    np.testing.assert_allclose(ours, reference, tolerance, **more)


@pytest.mark.parametrize("path", metric_files("frechet"))
def test_frechet_distance_equals_the_official_one(path):
    for name, case in read_cases(path).items():
        f1, f2 = case["in/f1"], case["in/f2"]
        state = FrechetDistance()
        moments = []
        for rows, real in ((f1, True), (f2, False)):
            one_pass = Moments()
            one_pass.update(rows)
            moments += [one_pass.mean, one_pass.covariance]
            for batch in np.array_split(rows, 4):
                state.update(batch, real)
        largest = np.abs(case["out/sigma1"]).max()
        close(moments[0], case["out/mu1"], 1e-9, atol=1e-12)
        close(moments[1], case["out/sigma1"], 1e-9, atol=1e-12 * largest)

        tolerance = 1e-6 if min(len(f1), len(f2)) <= f1.shape[1] else 1e-9
        absolute = 1e-6 if np.array_equal(f1, f2) else 0
        for found in (frechet_distance(*moments), state.result()):
            close(
                found,
                case["out/fid"],
                tolerance,
                atol=absolute,
                err_msg=name,
            )


@pytest.mark.parametrize("path", metric_files("kid"))
def test_kernel_distances_equal_the_official_ones(path):
    file = read(path)
    f1, f2 = file["in/f1"], file["in/f2"]
    corner = polynomial_kernel(f1[:3], f2[:3])
    close(corner, file["out/kernel_xy_3x3"], 1e-9)

    first = min(len(f1), len(f2))
    x, y = f1[:first], f2[:first]
    for estimator in ("unbiased", "biased", "u-statistic"):
        reference = file[f"out/mmd2_first_n_{estimator}"]
        close(squared_mmd(x, y, estimator), reference, 1e-9)
    found = squared_mmd(x, y, kernel=rbf_kernel)
    close(found, file["out/rbf10_mmd2_first_n"], 1e-9)
    unequal = file["out/mmd2_unequal_unbiased"]
    close(squared_mmd(f1, f2), unequal, 1e-9)

    for one_pass in (True, False):
        values = kernel_distance(
            f1, f2, file["in/idx1"], file["in/idx2"], one_pass=one_pass
        )
        close(values, file["out/kid_subsets"], 1e-9)
        close(values.mean(), file["out/kid_mean"], 1e-9)
        close(values.std(), file["out/kid_std"], 1e-9)

    state = KernelDistance(subset_size=None)
    state.update(f1, True, name_rows(f1))
    state.update(f2, False, name_rows(f2))
    assert state.result()["std"] == 0
    close(state.result()["mean"], unequal, 1e-9)


@pytest.mark.parametrize("path", metric_files("inception_score"))
def test_inception_score_equals_the_official_one(path):
    file = read(path)
    logits = file["in/logits"]
    for key in file:
        if not key.startswith("out/mean_splits"):
            continue
        splits = key.removeprefix("out/mean_splits")
        state = InceptionScore(num_splits=int(splits))
        state.update(logits, name_rows(logits))
        found = state.result()
        close(found["mean"], file[key], 1e-8)
        close(found["std"], file[f"out/std_splits{splits}"], 1e-8, atol=1e-12)


@pytest.mark.parametrize("path", metric_files("precision_recall"))
def test_precision_and_recall_equal_the_official_ones(path):
    for name, case in read_cases(path).items():
        real, fake = case["in/real"], case["in/fake"]
        k = int(case["in/k"])
        reference = case["out/real_radius_sq"]
        close(squared_radii(real, k), reference, 1e-9, atol=1e-12)
        for strict, ending in ((False, ""), (True, "_strict")):
            state = PrecisionRecall(k, strict)
            state.update(real, True, name_rows(real))
            state.update(fake, False, name_rows(fake))
            found = state.result()
            for ours, key in (
                ("precision", "precision" + ending),
                ("recall", "recall" + ending),
                ("density", "density_strict"),
                ("coverage", "coverage_strict"),
            ):
                reference = case[f"out/{key}"]
                error = abs(found[ours] - reference)
                assert error <= 1e-12, (name, key, found[ours], reference)


@pytest.mark.parametrize("path", metric_files("segmentation"))
def test_segmentation_scores_equal_the_official_ones(path):
    file = read(path)
    labels, predictions = file["in/label"], file["in/pred"]
    confusion = file["out/confusion"]
    ignore = read_meta(path)["ignore_label"]
    state = ConfusionMatrix(len(confusion))
    accuracies = []
    for label, prediction in zip(labels, predictions, strict=True):
        state.update(label, prediction, ignore)
        one = ConfusionMatrix(len(confusion))
        one.update(label, prediction, ignore)
        accuracies.append(one.result()["pixel_accuracy"])
    np.testing.assert_array_equal(state.counts[:, :-1], confusion)
    assert not state.counts[:, -1].any()

    drn, deeplab, mit = map(state.result, ("drn", "deeplab", "mit"))
    for found, key in (
        (drn["iou"], "iou_per_class"),
        (drn["mean_iou"], "miou_drn"),
        (deeplab["mean_iou"], "miou_deeplab"),
        (mit["mean_iou"], "miou_mit"),
        (mit["iou"], "iou_per_class_mit"),
        (drn["pixel_accuracy"], "pixel_acc"),
        (mit["pixel_accuracy"], "pixel_acc_mit"),
        (np.mean(accuracies), "pixel_acc_mean_of_images"),
        (deeplab["class_accuracy"], "class_acc_deeplab"),
        (deeplab["frequency_weighted_iou"], "fwiou"),
    ):
        close(found, file[f"out/{key}"], 1e-9, err_msg=key)


@pytest.mark.parametrize("path", metric_files("ssim_psnr"))
def test_image_quality_equals_the_official_one(path):
    file = read(path)
    x, y = (np.moveaxis(file[f"in/{k}_u8"], 1, -1) for k in "xy")
    differences = np.square(x.astype(float) - y).mean(axis=(1, 2, 3))
    whole, structure = ssim_maps(x, y)
    for found, key in (
        (differences, "mse"),
        (psnr(x, y), "psnr"),
        (10 * np.log10(255**2 / differences.mean()), "psnr_of_mean_mse"),
        (ssim(x, y), "ssim"),
        (structure.mean(axis=(1, 2, 3)), "cs"),
        (whole[0, ::4, ::4, 0], "ssim_map_b0c0"),
        (ssim(x / 255, y / 255, 1), "ssim_unit_range"),
    ):
        close(found, file[f"out/{key}"], 1e-5, atol=1e-5, err_msg=key)

    state = ImageQuality()
    state.update(x, y)
    means = state.result()
    close(means["psnr"], file["out/psnr"].mean(), 1e-5)
    close(means["ssim"], file["out/ssim"].mean(), 1e-5)
    if "out/ms_ssim" in file:
        reference = file["out/ms_ssim"]
        close(multiscale_ssim(x, y), reference, 1e-5, atol=1e-5)
        close(means["ms_ssim"], reference.mean(), 1e-5)


@pytest.mark.parametrize("path", metric_files("mcsd_mocd"))
def test_class_diversity_equals_the_official_one(path):
    file = read(path)
    present = file["in/present"]
    state = ClassDiversity(present.shape[1])
    for layout, class_id in np.argwhere(present):
        state.update(
            class_id,
            file["in/dist_region"][class_id, layout],
            file["in/dist_others"][class_id, layout],
        )
    found = state.result()
    close(found["csd"], file["out/csd_per_class"], 1e-6)
    close(found["ocd"], file["out/ocd_per_class"], 1e-6)
    close(found["mcsd"], file["out/mcsd"], 1e-6)
    close(found["mocd"], file["out/mocd"], 1e-6)
