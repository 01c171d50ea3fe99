"""Losses equal the official code's, on every file of official numbers."""

import re

import keras
import numpy as np
import pytest

from tests.parity.fixtures import (
    Fixture,
    assert_close,
    fixture_files,
    to_nhwc,
)
from tf_semsynth.backbones.vgg19 import Vgg19Features
from tf_semsynth.backbones.vgg19_weights import load_torchvision_state
from tf_semsynth.losses.feature_matching import feature_matching
from tf_semsynth.losses.gan import (
    GAN_MODES,
    discriminator_loss,
    generator_loss,
)
from tf_semsynth.losses.kl import kl_divergence
from tf_semsynth.losses.l1 import mean_absolute
from tf_semsynth.losses.perceptual import perceptual_loss

LOSS_TOLERANCE = 1e-4
SYSTEMS = ("cc_fpse", "spade")
TAPS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")

loss_files = [p for s in SYSTEMS for p in fixture_files(s, "losses")]
vgg_files = [p for s in SYSTEMS for p in fixture_files(s, "vgg_loss")]


def _scores_and_features(fixture, side):
    """Score maps, nested features, and what divides their matching."""
    inputs = fixture.inputs
    nested = sorted(
        tuple(map(int, match.groups()))
        for match in (re.fullmatch(side + r"_d(\d+)_l(\d+)", k) for k in inputs)
        if match
    )
    if nested:  # SPADE: lists of lists, the last of each is the score.
        discriminators = [
            [inputs[f"{side}_d{i}_l{j}"] for i, j in nested if i == index]
            for index in sorted({i for i, _ in nested})
        ]
        scores = [outputs[-1] for outputs in discriminators]
        features = [outputs[:-1] for outputs in discriminators]
        return scores, features, len(discriminators)
    scores = _numbered(inputs, side)
    features = _numbered(inputs, f"feat_{side}")
    return scores, [features], len(features)


def _numbered(inputs, name):
    count = sum(bool(re.fullmatch(rf"{name}\d+", key)) for key in inputs)
    return [inputs[f"{name}{index}"] for index in range(count)]


@pytest.mark.parametrize("mode", GAN_MODES)
@pytest.mark.parametrize("path", loss_files)
def test_adversarial_losses(path, mode):
    fixture = Fixture(path)
    fake, _, _ = _scores_and_features(fixture, "fake")
    real, _, _ = _scores_and_features(fixture, "real")
    fake_term, real_term = discriminator_loss(mode, fake, real)
    found = {
        "G": generator_loss(mode, fake),
        "D_fake": fake_term,
        "D_real": real_term,
    }
    for name, value in found.items():
        official = fixture.losses[f"{mode}/{name}"]
        assert_close(value, official, LOSS_TOLERANCE, name)


@pytest.mark.parametrize("path", loss_files)
def test_feature_matching(path):
    fixture = Fixture(path)
    _, fake, count = _scores_and_features(fixture, "fake")
    _, real, _ = _scores_and_features(fixture, "real")
    weighted = (
        fixture.meta["lambda_feat"] / count * feature_matching(fake, real)
    )
    official = fixture.losses["feat_match_weighted"]
    assert_close(weighted, official, LOSS_TOLERANCE)


@pytest.mark.parametrize("path", loss_files)
def test_kl_divergence(path):
    fixture = Fixture(path)
    if "kld_sum" not in fixture.losses:
        pytest.skip(f"{path.name} has no KL divergence")
    mean = fixture.inputs["mu"]
    found = kl_divergence(mean, fixture.inputs["logvar"]) * len(mean)
    assert_close(found, fixture.losses["kld_sum"], LOSS_TOLERANCE)
    assert_close(
        fixture.meta["lambda_kld"] * found,
        fixture.losses["kld_weighted"],
        LOSS_TOLERANCE,
    )


def _vgg(fixture):
    network = Vgg19Features(fixture.meta["vgg_width_divisor"])
    network.build((None, None, None, 3))
    load_torchvision_state(network, fixture.state("vgg"))
    return network


@pytest.mark.parametrize("path", vgg_files)
def test_vgg_features(path):
    fixture = Fixture(path)
    network = _vgg(fixture)
    x, y = (to_nhwc(fixture.inputs[name]) for name in ("x", "y"))
    for name, of_x, of_y in zip(TAPS, network(x), network(y), strict=True):
        official = to_nhwc(fixture.outputs()[name])
        assert_close(of_x, official, name=name)
        difference = mean_absolute(of_x, of_y)
        official = fixture.losses[f"l1_{name}"]
        assert_close(difference, official, LOSS_TOLERANCE, name)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="uses a gradient tape"
)
@pytest.mark.parametrize("path", vgg_files)
def test_perceptual_loss_and_its_gradient(path):
    import tensorflow as tf

    fixture = Fixture(path)
    network = _vgg(fixture)
    x = tf.constant(to_nhwc(fixture.inputs["x"]))
    y = np.ascontiguousarray(to_nhwc(fixture.inputs["y"]))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = perceptual_loss(network, x, y)
    assert_close(loss, fixture.losses["vgg"], LOSS_TOLERANCE)
    official = to_nhwc(fixture.gradients()["in/x"])
    assert_close(tape.gradient(loss, x), official, name="gradient")
