"""Which scores of an evaluation can be drawn again, and their draws."""

import numpy as np

from tf_semsynth.evaluation import bootstrap
from tf_semsynth.evaluation.metric_words import (
    is_frechet_distance,
    is_kernel_distance,
)

_SEGMENTATION = (
    "pixel_accuracy",
    "mean_iou",
    "class_accuracy",
    "frequency_weighted_iou",
)
_CLOSE = 1e-4


def resample_scores(result, num_resamples=1000, seed=0):
    """Draws the pictures of an evaluation again.

    Two results with the same pictures and the same seed get the same draws.

    Args:
        result: `EvaluationResult`.
        num_resamples: int, R.
        seed: int.

    Returns:
        Dictionary from the metrics whose per-picture parts are in
        evaluation.npz to `bootstrap.Replicates`, centred on the value that
        metrics.json states; and "iou", those of each class.

    Raises:
        ValueError: The arrays are of another evaluation than the numbers.
    """
    arrays, scores = result.arrays, result.scores
    if not len(arrays.get("keys", ())):
        return {}
    counts = bootstrap.draw_counts(len(arrays["keys"]), num_resamples, seed)
    found = {}
    if "confusions" in arrays:
        variant = result.results["protocol"]["mean_iou"]
        drawn = bootstrap.segmentation(arrays["confusions"], counts, variant)
        found["iou"] = drawn["iou"]
        for name in _SEGMENTATION:
            if name in scores:
                _check(name, drawn[name].point, scores[name], result)
                found[name] = drawn[name]
    if "features" in arrays and "reference_features" in arrays:
        found.update(_resample_distances(arrays, scores, counts, seed))
    return {
        name: _centre(replicates, scores[name]["value"])
        if name in scores
        else replicates
        for name, replicates in found.items()
    }


def _resample_distances(arrays, scores, counts, seed):
    features, reference = arrays["features"], arrays["reference_features"]
    # Photos of the pictures' own scenes are drawn along with them.
    own = np.array_equal(arrays.get("reference_keys"), arrays["keys"])
    other_counts = None
    if not own:
        other_counts = bootstrap.draw_counts(
            len(reference), len(counts), seed + 1
        )
    scale = float(arrays.get("kernel_scale", 1.0))
    found = {}
    for name in scores:
        if is_kernel_distance(name):
            found[name] = bootstrap.kernel_distance(
                features * scale, reference * scale, counts, other_counts
            )
        elif is_frechet_distance(name):
            found[name] = bootstrap.frechet_distance(
                features, reference, counts, other_counts
            )
    return found


def _centre(replicates, value):
    """Moves the draws' mean to the stated value: their spread is what counts.

    Draws of mean IoU lie off the value where classes are in few pictures, for
    they drop out of some draws. And a kernel distance that is a mean over
    random subsets differs from the one over all pairs that is drawn again.
    """
    moved = replicates.values + (value - np.nanmean(replicates.values))
    return bootstrap.Replicates(value, moved)


def _check(name, point, score, result):
    if abs(point - score["value"]) > _CLOSE:
        raise ValueError(
            f"{result.folder}: the pictures in evaluation.npz give {name} = "
            f"{point:.6f}, metrics.json states {score['value']:.6f}: the two "
            "are of different runs. Run evaluate again."
        )
