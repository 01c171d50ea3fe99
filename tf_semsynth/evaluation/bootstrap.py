"""How far a score would move with other pictures: the bootstrap.

The pictures of an evaluation are a sample. Drawing as many from them again,
with replacement, shows by how much chance alone moves a score (Efron 1979).
A draw is a row of counts, one for each picture, so that scores are computed
again by multiplying counts with sums that exist already; no picture is judged
twice. Methods that share their counts are compared picture by picture.
"""

import dataclasses

import numpy as np

LEVEL = 0.95
_BLOCK = 1024  # Rows of a kernel matrix that are in memory at once.


@dataclasses.dataclass(frozen=True)
class Replicates:
    """A score of the pictures as they are, and of every draw.

    Args:
        point: float or float array `(K,)`.
        values: float array `(R,)` or `(R, K)`.
    """

    point: float
    values: np.ndarray

    def interval(self, level=LEVEL):
        """(low, high): the middle `level` of the draws; nan = not known."""
        tails = (1 - level) / 2, (1 + level) / 2
        # A class that is in one draw in two has an interval of these.
        known = np.isfinite(self.values).any(0)
        values = np.where(known, self.values, 0)
        low, high = np.nanquantile(values, tails, axis=0)
        return np.where(known, low, np.nan), np.where(known, high, np.nan)

    def minus(self, other):
        """The replicates of a difference, draw by draw."""
        return Replicates(self.point - other.point, self.values - other.values)


def draw_counts(num_pictures, num_resamples=1000, seed=0):
    """How often each picture is in each draw.

    Args:
        num_pictures: int, N: each draw has as many pictures as there are.
        num_resamples: int, R.
        seed: int; the same for methods that shall be compared.

    Returns:
        uint16 array `(R, N)`; each row sums to N.
    """
    rng = np.random.default_rng(seed)
    counts = np.empty((num_resamples, num_pictures), np.uint16)
    for row in counts:
        drawn = rng.integers(num_pictures, size=num_pictures)
        row[:] = np.bincount(drawn, minlength=num_pictures)
    return counts


def segmentation(confusions, counts, variant="drn"):
    """Accuracy and IoU of every draw.

    Args:
        confusions: int array `(N, K, K + 1)`: of each picture the pixels of
            each true class by predicted class; the last column holds
            predictions that are none of the K.
        counts: int array `(R, N)`.
        variant: str, which classes the mean IoU leaves out: "drn" those
            neither labelled nor predicted, "deeplab" those not labelled,
            "mit" none (they count 0).

    Returns:
        Dictionary from `pixel_accuracy`, `mean_iou`, `class_accuracy`,
        `frequency_weighted_iou` and `iou` (of each class, nan where there is
        none) to `Replicates`.

    Raises:
        ValueError: There is no such variant.
    """
    confusions = np.asarray(confusions)
    num_classes = confusions.shape[1]
    hits = np.diagonal(confusions, axis1=1, axis2=2)
    labelled = confusions.sum(2)
    predicted = confusions.sum(1)[:, :num_classes]
    sums = np.concatenate([hits, labelled, predicted], 1, dtype=np.float64)
    point = _segmentation_scores(sums.sum(0), variant)
    drawn = np.concatenate([part @ sums for part in _blocks(counts)])
    values = _segmentation_scores(drawn, variant)
    return {name: Replicates(point[name], values[name]) for name in point}


def kernel_distance(features, reference, counts, reference_counts=None):
    """Squared maximum mean discrepancy of every draw, over all pairs.

    The kernel is `(x.y / D + 1)^3`; the estimator is the unbiased one. A
    picture that a draw holds twice is no pair of two pictures: such pairs are
    left out, else every draw would lie above the value that it surrounds.

    Args:
        features: float array `(N, D)`, scaled for the kernel.
        reference: float array `(M, D)`, the same of the real pictures.
        counts: int array `(R, N)`.
        reference_counts: int array `(R, M)`, or None: row i of the reference
            is the photo of picture i's scene, and scenes are drawn whole.

    Returns:
        `Replicates`. Time grows with R (N + M)^2, memory with N + M.
    """
    features = np.asarray(features, np.float64)
    reference = np.asarray(reference, np.float64)
    same_scenes = reference_counts is None
    counts = _with_ones(counts)  # Row 0: the pictures as they are.
    reference_counts = counts if same_scenes else _with_ones(reference_counts)
    values = _pair_mean(features, features, counts, counts)
    values += _pair_mean(
        reference, reference, reference_counts, reference_counts
    )
    if same_scenes:
        # A picture and the photo of its own scene are one of the N pairs of
        # that kind, however often the scene is drawn.
        share = 1 / len(features)
        products = np.einsum("nd,nd->n", features, reference)
        own = share * (counts @ _kernel(products, features.shape[1]))
        cross = _pair_mean(features, reference, counts, counts)
        values -= 2 * ((1 - share) * cross + share * own)
    else:
        cross = _kernel_sum(features, reference, counts, reference_counts)
        values -= 2 * cross / (len(features) * len(reference))
    return Replicates(values[0], values[1:])


def frechet_distance(features, reference, counts, reference_counts=None):
    """Fréchet distance of every draw, to first order in the counts.

    The distance grows when pictures are drawn twice, since fewer different
    ones remain: plain draws all lie above the value itself. Its linearisation
    (the infinitesimal jackknife, Efron 1982) has the same spread without that
    shift, and needs one decomposition instead of one per draw.

    Args:
        features: float array `(N, D)`.
        reference: float array `(M, D)`.
        counts: int array `(R, N)`.
        reference_counts: int array `(R, M)`, or None as above.

    Returns:
        `Replicates`.
    """
    if reference_counts is None:
        reference_counts = counts
    centred, deviation = _centre(features)
    other_centred, other_deviation = _centre(reference)
    shift = np.mean(features, 0) - np.mean(reference, 0)
    # With A'A and B'B the covariances, tr (A'A B'B)^(1/2) is the sum of the
    # singular values of A B'. Its derivative by the weight of picture i needs
    # c_i' T c_i, T the optimal map between the two Gaussians; A T A' equals
    # U S U', so that no covariance is ever inverted.
    left, upper = np.linalg.qr(deviation)
    right, lower = np.linalg.qr(other_deviation)
    u, s, v = np.linalg.svd(upper @ lower.T, full_matrices=False)
    point = (shift @ shift) - 2 * s.sum()
    values = np.zeros(len(counts))
    for rows, scaled, basis, sign, drawn in (
        (centred, deviation, left @ u, 1, counts),
        (other_centred, other_deviation, right @ v.T, -1, reference_counts),
    ):
        spread = (scaled**2).sum(1)  # Sums to the trace of the covariance.
        point += spread.sum()
        curved = spread - (basis**2) @ s
        influence = curved + sign * 2 / len(rows) * (rows @ shift)
        influence -= influence.mean()
        values += np.concatenate([part @ influence for part in _blocks(drawn)])
    return Replicates(point, point + values)


def _centre(rows):
    """The rows about their mean, and those divided by sqrt(N - 1)."""
    rows = np.asarray(rows, np.float64)
    centred = rows - rows.mean(0)
    return centred, centred / np.sqrt(len(rows) - 1)


def _segmentation_scores(sums, variant):
    """Scores of `(..., 3 K)` sums: hits, labelled, predicted."""
    hits, labelled, predicted = np.split(sums, 3, axis=-1)
    union = labelled + predicted - hits
    with np.errstate(invalid="ignore", divide="ignore"):
        iou = hits / union
        accuracy = hits / labelled
    counted = {
        "drn": union > 0,
        "deeplab": labelled > 0,
        "mit": np.ones_like(union, bool),
    }
    if variant not in counted:
        raise ValueError(
            f"the variant of mean IoU must be one of {', '.join(counted)}. "
            f"Received: {variant!r}."
        )
    total = labelled.sum(-1)
    known = np.nan_to_num(iou)
    return {
        "pixel_accuracy": hits.sum(-1) / total,
        "mean_iou": _mean(known, counted[variant]),
        "class_accuracy": _mean(np.nan_to_num(accuracy), labelled > 0),
        "frequency_weighted_iou": (labelled * known).sum(-1) / total,
        "iou": iou,
    }


def _mean(values, counted):
    return (values * counted).sum(-1) / counted.sum(-1)


def _with_ones(counts):
    return np.concatenate([np.ones((1, counts.shape[1]), counts.dtype), counts])


def _pair_mean(rows, others, weights, other_weights):
    """Mean kernel of every draw over the pairs i != j, `(R,)`."""
    products = np.einsum("nd,nd->n", rows, others)
    squares = np.square(weights, dtype=np.float64)
    alone = squares @ _kernel(products, rows.shape[1])
    total = _kernel_sum(rows, others, weights, other_weights) - alone
    # One picture N times: nan.
    with np.errstate(divide="ignore", invalid="ignore"):
        return total / (len(rows) ** 2 - squares.sum(1))


def _kernel_sum(rows, others, weights, other_weights):
    """Sum of w_i v_j k(x_i, y_j) of every draw, `(R,)`."""
    totals = np.zeros(len(weights))
    for start in range(0, len(rows), _BLOCK):
        some = slice(start, start + _BLOCK)
        kernel = _kernel(rows[some] @ others.T, rows.shape[1])
        for begin in range(0, len(weights), _BLOCK):
            draws = slice(begin, begin + _BLOCK)
            left = weights[draws, some].astype(np.float64)
            totals[draws] += ((left @ kernel) * other_weights[draws]).sum(1)
    return totals


def _kernel(products, dimension):
    return (products / dimension + 1) ** 3


def _blocks(counts):
    """The counts as float64, some rows at a time."""
    for start in range(0, len(counts), _BLOCK):
        yield counts[start : start + _BLOCK].astype(np.float64)
