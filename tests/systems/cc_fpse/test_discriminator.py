import numpy as np
import pytest

from tf_semsynth.systems.cc_fpse.discriminator import PyramidDiscriminator

rng = np.random.default_rng(0)
IDS = rng.integers(0, 4, (2, 64, 96), dtype="int32")
IMAGES = rng.uniform(-1, 1, (4, 64, 96, 3)).astype("float32")


@pytest.fixture(scope="module")
def discriminator():
    discriminator = PyramidDiscriminator(4, filters=2)
    discriminator.build((None, 64, 96, 3), (None, 64, 96))
    return discriminator


def test_scores_and_features_have_the_sizes_of_the_paper(discriminator):
    features, scores = discriminator(IMAGES, IDS)
    assert [x.shape[1:] for x in scores] == [(16, 24, 1), (8, 12, 1), (4, 6, 1)]
    assert [x.shape[1:] for x in features] == [
        (16, 24, 4),
        (8, 12, 8),
        (4, 6, 16),
        (2, 3, 16),
    ]


def test_two_pictures_of_a_layout_score_as_if_judged_alone(discriminator):
    _, together = discriminator(IMAGES, IDS)
    _, first = discriminator(IMAGES[:2], IDS)
    _, second = discriminator(IMAGES[2:], IDS)
    for both, *parts in zip(together, first, second, strict=True):
        np.testing.assert_allclose(
            both, np.concatenate(parts), rtol=1e-4, atol=1e-5
        )


def test_small_pictures_are_refused_in_words():
    discriminator = PyramidDiscriminator(4, filters=2)
    discriminator.build((None, 32, 64, 3), (None, 32, 64))
    with pytest.raises(ValueError, match="at least 64 pixels"):
        discriminator(IMAGES[:, :32, :64], IDS[:, :32, :64])
