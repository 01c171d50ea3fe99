"""Adversarial losses against hand-worked values."""

import keras
import numpy as np
import pytest

from tf_semsynth.losses.gan import (
    GAN_MODES,
    discriminator_loss,
    generator_loss,
)

SCORES = [
    np.array([[-2.0, 0.0], [0.5, 3.0]], "float32"),
    np.array([4.0], "float32"),
]


def _softplus(x):
    return np.log1p(np.exp(x))


# mode -> (of one score: fake, real, generator)
BY_HAND = {
    "hinge": (
        lambda s: max(0, 1 + s),
        lambda s: max(0, 1 - s),
        lambda s: -s,
    ),
    "ls": (lambda s: s**2, lambda s: (s - 1) ** 2, lambda s: (s - 1) ** 2),
    "original": (
        lambda s: _softplus(s),
        lambda s: _softplus(-s),
        lambda s: _softplus(-s),
    ),
    "w": (lambda s: s, lambda s: -s, lambda s: -s),
}


def _expected(loss):
    means = [np.mean([loss(s) for s in x.ravel()]) for x in SCORES]
    return np.mean(means)  # Each map counts alike, whatever its size.


@pytest.mark.parametrize("mode", GAN_MODES)
def test_each_mode_equals_the_formula_score_by_score(mode):
    fake, real, generator = BY_HAND[mode]
    found = discriminator_loss(mode, SCORES, SCORES)
    np.testing.assert_allclose(found[0], _expected(fake), rtol=1e-6)
    np.testing.assert_allclose(found[1], _expected(real), rtol=1e-6)
    found = generator_loss(mode, SCORES)
    np.testing.assert_allclose(found, _expected(generator), rtol=1e-6)


def test_original_stays_finite_for_extreme_scores():
    found = generator_loss("original", [np.array([-1e4, 1e4], "float32")])
    np.testing.assert_allclose(found, 5e3)


def test_low_precision_scores_give_a_float32_loss():
    scores = [keras.ops.cast(s, "bfloat16") for s in SCORES]
    assert generator_loss("ls", scores).dtype == "float32"


def test_an_unknown_mode_lists_the_known_ones():
    with pytest.raises(ValueError, match="hinge, ls, original, w.*'lsgan'"):
        generator_loss("lsgan", SCORES)


def test_an_empty_list_is_refused():
    with pytest.raises(ValueError, match="at least one score map"):
        generator_loss("hinge", [])
