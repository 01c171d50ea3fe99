"""The image encoder equals the official one, for any size of picture."""

import numpy as np
import pytest

from tests.parity.checks import (
    LOSS_TOLERANCE,
    NETWORK_GRADIENT_TOLERANCE,
    away_from_kinks,
    check_gradients,
    check_outputs,
    check_state_after,
    count_official_parameters,
    run_with_gradients,
)
from tests.parity.fixtures import Fixture, assert_close, fixture_files, to_nhwc
from tests.parity.recording import recorded
from tests.parity.systems import build_for
from tf_semsynth.losses.kl import kl_divergence
from tf_semsynth.networks.image_encoder import sample_posterior

files = [
    path
    for system in ("cc_fpse", "spade")
    for path in fixture_files(system, "encoder")
]


def build_encoder(fixture):
    """The system of an encoder's file; the generator does not matter."""
    state = fixture.state()
    latent_dim = len(state["fc_mu.weight"])
    system = build_for(
        fixture, 64, 64, size="normal", use_encoder=True, latent_dim=latent_dim
    )
    system.load_official_weights(encoder=state)
    return system


@pytest.mark.parametrize("path", files)
def test_encoder(path):
    fixture = Fixture(path)
    system = build_encoder(fixture)
    encoder = system.encoder
    assert count_official_parameters(encoder) == fixture.meta["n_params"]
    image = to_nhwc(fixture.inputs["image"])
    rules = system.official_rules("encoder")

    def run(training):
        points = {"normalize": (encoder.normalize, "call")}
        with recorded(points) as recording:
            mean, log_variance = encoder(image, training=training)
        # The official layers end before the activation.
        normalized = recording.results("normalize")
        found = {f"layer{i}": x for i, x in enumerate(normalized, 1)}
        latent = sample_posterior(mean, log_variance, fixture.inputs["eps"])
        return {**found, "mu": mean, "logvar": log_variance, "z": latent}

    _check_outputs(run(False), fixture.outputs("eval"))
    variables = encoder.trainable_variables

    def check_training(move):
        system.load_official_weights(encoder=fixture.state())
        move()
        found, gradients, _ = run_with_gradients(
            fixture, variables, lambda: run(True)
        )
        _check_outputs(found, fixture.outputs("train"))
        check_gradients(fixture, rules, gradients, NETWORK_GRADIENT_TOLERANCE)
        check_state_after(rules, fixture.state_after())

    away_from_kinks(check_training, variables)


def _check_outputs(found, official):
    check_outputs(found, official, skip=("kld_sum",))
    kl = kl_divergence(found["mu"], found["logvar"]) * len(found["mu"])
    assert_close(kl, official["kld_sum"], LOSS_TOLERANCE, "kld_sum")


@pytest.mark.parametrize("path", files)
def test_encode_gives_the_official_mean(path):
    fixture = Fixture(path)
    system = build_encoder(fixture)
    image = np.copy(to_nhwc(fixture.inputs["image"]))  # Beyond [-1, 1].
    mean, _ = system.encoder(image, training=False)
    assert_close(mean, fixture.outputs("eval")["mu"], name="mu")
    picture = np.clip(image, -1, 1)
    mean, _ = system.encoder(picture, training=False)
    assert_close(system.encode({"image": picture}), mean, name="encode")
