"""Diversity of the pictures of one layout."""

import numpy as np
import pytest
from PIL import Image

from tf_semsynth.backbones.lpips import Lpips
from tf_semsynth.evaluation.diversity import lpips_distance, score_diversity

IDENTITY = {"step": 1, "files": {"weights": "1"}}


def test_diversity_is_the_mean_over_neighbouring_samples(tmp_path):
    samples = {"a": [], "b": []}
    for name, greys in (("a", (0, 10, 40)), ("b", (5, 5, 5))):
        for k, grey in enumerate(greys):
            path = tmp_path / f"{name}{k}.png"
            Image.new("RGB", (8, 6), (grey,) * 3).save(path)
            samples[name].append(path)

    def distance(x, y):
        return np.abs(x.astype(float) - y).mean((1, 2, 3))

    # (10 + 30 + 0 + 0) / 4, in batches of one pair and of more.
    assert score_diversity(samples, distance, batch_size=1).value == 10
    assert score_diversity(samples, distance).value == 10
    with pytest.raises(ValueError, match="at least 2.*1 for 'c'"):
        score_diversity({"c": samples["a"][:1]}, distance)


def test_lpips_is_that_of_pictures_between_minus_one_and_one():
    network = Lpips("squeeze")
    network.build((None, None, None, 3))
    rng = np.random.default_rng(0)
    x, y = rng.integers(256, size=(2, 2, 32, 40, 3), dtype="uint8")
    expected = network(x / 127.5 - 1, y / 127.5 - 1)
    result = lpips_distance(network)(x, y)
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(lpips_distance(network)(x, x), 0)
