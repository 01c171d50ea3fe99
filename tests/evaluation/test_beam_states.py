"""States of sets of pictures, added up in any order."""

import numpy as np
import pytest

pytest.importorskip("apache_beam", reason="pip install .[beam]")

from tf_semsynth.evaluation.beam_states import (  # noqa: E402
    CombineSeen,
    Kept,
    Seen,
)
from tf_semsynth.evaluation.judging import (  # noqa: E402
    PictureCounts,
    to_pairs,
)
from tf_semsynth.evaluation.photo_scores import PairStates  # noqa: E402

K, D = 3, 5


@pytest.fixture(scope="module")
def pictures():
    """Key, confusion matrix, features and two pictures, of 9 keys."""
    rng = np.random.default_rng(0)
    return [
        (
            f"key{index}",
            rng.integers(0, 90, (K, K + 1)) * rng.integers(0, 2, (K, K + 1)),
            rng.normal(7, 2, D).astype("float32"),
            rng.integers(0, 256, (2, 16, 12, 3)).astype("uint8"),
        )
        for index in range(9)
    ]


def see(pictures):
    counts, pairs = PictureCounts(K), PairStates()
    for key, matrix, _, (image, photo) in pictures:
        counts.add(key, to_pairs(matrix))
        pairs.quality.update(image[None], photo[None])
        pairs.perceived.update([float(image.mean())])
    features = np.stack([features for _, _, features, _ in pictures])
    return Seen([p[0] for p in pictures], counts, features, pairs)


def combine(batches, kept):
    """Three shards of batches, which are merged in the end."""
    function = CombineSeen(kept)
    shards = [function.create_accumulator() for _ in range(3)]
    for index, batch in enumerate(batches):
        shards[index % 3] = function.add_input(shards[index % 3], see(batch))
    return function.extract_output(function.merge_accumulators(shards))


@pytest.mark.parametrize("rows", [True, False])
def test_merged_shards_are_the_whole(pictures, rows):
    shuffled = [pictures[i] for i in (4, 8, 0, 3, 7, 1, 6, 2, 5)]
    batches = [shuffled[:2], shuffled[2:5], shuffled[5:6], shuffled[6:]]
    states = combine(batches, Kept(K, rows))
    expected = sum(matrix for _, matrix, _, _ in pictures)
    np.testing.assert_array_equal(states.confusion.counts, expected)
    states.counts.sort()
    assert states.counts.keys == [key for key, *_ in pictures]
    for index, (_, matrix, _, _) in enumerate(pictures):
        np.testing.assert_array_equal(states.counts.counts_of(index), matrix)
    features = np.stack([features for _, _, features, _ in pictures])
    if rows:
        np.testing.assert_array_equal(states.rows.features, features)
        assert states.moments.count == 0
    else:
        covariance = np.cov(features.astype("float64"), rowvar=False)
        np.testing.assert_allclose(
            states.moments.covariance, covariance, rtol=1e-9, atol=1e-12
        )
        assert len(states.rows) == 0
    scores = states.pairs.scores(["psnr", "lpips"])
    error = [
        np.mean((x.astype(float) - y) ** 2) for _, _, _, (x, y) in pictures
    ]
    assert scores["psnr"].value == pytest.approx(
        np.mean(10 * np.log10(255**2 / np.array(error))), rel=1e-12
    )
    means = [float(x.mean()) for _, _, _, (x, _) in pictures]
    assert scores["lpips"].value == pytest.approx(np.mean(means), rel=1e-12)


def test_without_a_judge_nothing_is_counted(pictures):
    function = CombineSeen(Kept(None, True))
    seen = see(pictures)._replace(counts=None, pairs=None)
    states = function.add_input(function.create_accumulator(), seen)
    empty = function.create_accumulator()  # A shard that got no picture.
    merged = function.merge_accumulators([states, empty])
    assert merged.confusion is None and len(merged.rows) == 9


def test_a_picture_never_counts_twice(pictures):
    with pytest.raises(ValueError, match="came twice"):
        combine([pictures[:2], pictures[1:3]], Kept(K, True))
