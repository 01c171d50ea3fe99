"""Precision, recall, density and coverage of generated pictures."""

import numpy as np

from tf_semsynth.metrics.feature_sets import FeatureSets

_BLOCK = 2**23  # Distances at a time: 64 MiB in float64.
_COLUMNS = 4096  # Rows of features that are float64 at a time.


class PrecisionRecall(FeatureSets):
    """Do generated pictures look real, and do they show all of the real?

    Each set is covered by balls: around every point, up to its k-th nearest
    neighbour of the same set. Precision is the part of generated points in a
    real ball, recall the part of real points in a generated one
    (Kynkaanniemi et al. 2019, https://arxiv.org/abs/1904.06991). Density is
    the mean number of real balls around a generated point, over k; coverage
    the part of real balls that hold a generated point (Naeem et al. 2020,
    https://arxiv.org/abs/2002.09797).

    Memory: all features as float32 (see `FeatureRows`) and some 450 MB in
    `result`, which does about 6 N^2 D operations. At 20,000 pictures of 2048
    features on either side: 800 MB in all, and a few minutes.

    Args:
        neighbours: int, the k of the radius; the papers take 3 and 5.
        strict: bool, whether a point on the border of a ball is outside of
            it for precision and recall, as in the code of Naeem et al.;
            matters where points coincide. Density and coverage always do so.
    """

    SETTINGS = ("neighbours", "strict")

    def __init__(self, neighbours=3, strict=False):
        if neighbours < 1:
            raise ValueError(
                f"`neighbours` must be at least 1. Received: {neighbours}."
            )
        super().__init__()
        self.neighbours = neighbours
        self.strict = strict

    def result(self):
        """Returns a dictionary of floats, named as in the class's text."""
        k = self.neighbours
        real, generated = self._get_features(smallest=k + 1)
        real_limits = squared_radii(real, k)
        generated_limits = squared_radii(generated, k)
        precise, hits, recalled, covered = 0, 0, False, False
        for part, distances, error in _distance_blocks(generated, real):
            limits = generated_limits[part, None]
            close = np.abs(distances - limits) <= error
            close |= np.abs(distances - real_limits) <= error
            _replace_by_exact(distances, close, generated[part], real)
            inside = distances < real_limits  # Of a real ball.
            hits += inside.sum()
            covered |= inside.any(axis=0)
            if self.strict:
                recalled |= (distances < limits).any(axis=0)
            else:
                inside = distances <= real_limits
                recalled |= (distances <= limits).any(axis=0)
            precise += inside.any(axis=1).sum()
        return {
            "precision": float(precise / len(generated)),
            "recall": float(recalled.mean()),
            "density": float(hits / (k * len(generated))),
            "coverage": float(covered.mean()),
        }


def radii(features, neighbours):
    """Returns each point's distance to its k-th nearest other point.

    Args:
        features: float array `(N, D)`.
        neighbours: int, k, less than N.

    Returns:
        float64 `(N,)`.
    """
    return np.sqrt(squared_radii(features, neighbours))


def squared_radii(features, neighbours):
    """Returns the squares of `radii`, which decide about ties."""
    if len(features) <= neighbours:
        raise ValueError(
            f"The {neighbours}-th nearest neighbour needs at least "
            f"{neighbours + 1} pictures, received {len(features)}. Score more "
            "pictures or lower `neighbours`."
        )
    features = np.asarray(features)
    found = np.empty(len(features))
    for part, distances, error in _distance_blocks(features, features):
        # The k-th of the others is number k, as number 0 is the point itself.
        nearest = np.partition(distances, neighbours)[:, neighbours, None]
        close = distances <= nearest + 2 * error
        _replace_by_exact(distances, close, features[part], features)
        distances.partition(neighbours)
        found[part] = distances[:, neighbours]
    return found


def realism(real, generated, neighbours=3):
    """Returns how deep each generated point lies in a real ball.

    The largest quotient of a real ball's radius and the point's distance to
    its centre, over all balls; 1 or more means inside. (Kynkaanniemi et al.,
    equation 3, without their pruning of large balls.)

    Args:
        real: float array `(N, D)`.
        generated: float array `(M, D)`.
        neighbours: int, the k of the radius.

    Returns:
        float64 `(M,)`; infinite where a point coincides with a real one.
    """
    real, generated = np.asarray(real), np.asarray(generated)
    limits = squared_radii(real, neighbours)
    found = np.empty(len(generated))
    for part, distances, error in _distance_blocks(generated, real):
        close = np.abs(distances - limits) <= error
        close |= distances <= error  # Of a copy of a real point.
        _replace_by_exact(distances, close, generated[part], real)
        with np.errstate(divide="ignore", invalid="ignore"):
            quotients = limits / distances
        # 0 / 0: a ball of no size that holds the point on its border.
        quotients[np.isnan(quotients)] = 1.0
        found[part] = quotients.max(axis=1)
    return np.sqrt(found)


def _distance_blocks(x, y):
    """Yields the squared distances of some rows of x to all of y.

    Matrix products make them fast, but round them, and copies of a picture
    lie exactly on borders. What cannot be told from a limit must therefore
    be made exact (`_replace_by_exact`) before it is compared.

    Args:
        x: float array `(N, D)`.
        y: float array `(M, D)`.

    Yields:
        A slice of rows; float64 `(rows, M)`; float64 `(rows, 1)`, a bound of
        their rounding errors.
    """
    norms = _squared_norms(y)
    factor = 4 * (x.shape[1] + 4) * np.finfo("float64").eps
    step = max(1, _BLOCK // len(y))
    for start in range(0, len(x), step):
        rows = x[start : start + step].astype("float64")
        distances = np.empty((len(rows), len(y)))
        for i in range(0, len(y), _COLUMNS):
            columns = y[i : i + _COLUMNS].astype("float64")
            distances[:, i : i + _COLUMNS] = rows @ columns.T
        row_norms = _squared_norms(rows)[:, None]
        distances *= -2
        distances += norms
        distances += row_norms
        error = factor * (row_norms + norms.max())
        yield slice(start, start + len(rows)), distances, error


def _replace_by_exact(distances, chosen, x, y):
    rows, columns = np.nonzero(chosen)
    step = max(1, _BLOCK // x.shape[1])
    for start in range(0, len(rows), step):
        i, j = rows[start : start + step], columns[start : start + step]
        difference = x[i].astype("float64") - y[j]
        distances[i, j] = np.square(difference).sum(axis=1)


def _squared_norms(x):
    return np.concatenate(
        [
            np.square(x[i : i + _COLUMNS].astype("float64")).sum(axis=1)
            for i in range(0, len(x), _COLUMNS)
        ]
    )
