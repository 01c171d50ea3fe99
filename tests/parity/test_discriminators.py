"""Whole discriminators equal the official ones, layer by layer."""

import numpy as np
import pytest

from tests.parity.checks import (
    NETWORK_GRADIENT_TOLERANCE,
    away_from_kinks,
    check_gradients,
    check_outputs,
    check_state_after,
    count_official_parameters,
    run_with_gradients,
)
from tests.parity.fixtures import (
    Fixture,
    assert_close,
    assert_close_l2,
    fixture_files,
    to_nhwc,
)
from tests.parity.recording import recorded
from tests.parity.systems import build_for, layout_of


@pytest.mark.parametrize("path", fixture_files("cc_fpse", "fpse_discriminator"))
def test_pyramid_discriminator(path):
    fixture = Fixture(path)
    system = build_for(fixture, 64, 64, size="normal")
    discriminator = system.discriminator
    points = {
        "normalize": (discriminator.normalize, "call"),
        "embedding": (discriminator.embedding, "call"),
    }

    def run(image, training):
        with recorded(points) as recording:
            features, scores = discriminator(
                image, **layout_of(fixture), training=training
            )
        layers = [f"enc{level}" for level in (1, 2, 3, 4, 5)]
        layers += [f"lat{level}" for level in (5, 4, 3, 2)]
        layers += [f"final{level}" for level in (2, 3, 4)]
        normalized = recording.results("normalize")
        found = {
            name: np.maximum(values, 0.2 * values)
            for name, values in zip(layers, normalized, strict=True)
        }
        (found["embedding"],) = recording.results("embedding")
        found.update({f"feat{i}": x for i, x in enumerate(features)})
        return {**found, **{f"pred{i}": x for i, x in enumerate(scores, 2)}}

    _check_discriminator(fixture, system, run)


@pytest.mark.parametrize(
    "path", fixture_files("spade", "multiscale_discriminator")
)
def test_multi_scale_discriminator(path):
    fixture = Fixture(path)
    system = build_for(fixture, 64, 64, size="normal")
    discriminator = system.discriminator
    points = {
        f"scale_{index}": (scale, "call")
        for index, scale in enumerate(discriminator.scales)
    }
    reduced = []

    def run(image, training):
        with recorded(points) as recording:
            features, scores = discriminator(
                image, **layout_of(fixture), training=training
            )
        if len(discriminator.scales) > 1:
            reduced.append(recording["scale_1"][0][0][0])
        return {
            f"d{scale}_l{layer}": output
            for scale, outputs in enumerate(features)
            for layer, output in enumerate([*outputs, scores[scale]])
        }

    _check_discriminator(fixture, system, run)
    official = fixture.outputs().get("downsample")
    if official is not None and reduced:
        assert_close(reduced[0], to_nhwc(official), name="downsample")


def _check_discriminator(fixture, system, run):
    state = fixture.state()
    system.load_official_weights(discriminator=state)
    discriminator = system.discriminator
    rules = system.official_rules("discriminator")
    count = count_official_parameters(discriminator)
    assert count == fixture.meta["n_params"]
    image = to_nhwc(fixture.inputs["image"])
    check_outputs(run(image, False), fixture.outputs("eval"))
    variables = discriminator.trainable_variables

    def check_training(move):
        system.load_official_weights(discriminator=state)
        move()
        found, gradients, by_input = run_with_gradients(
            fixture,
            variables,
            lambda image: run(image, True),
            {"image": image},
        )
        check_outputs(found, fixture.outputs("train"))
        check_gradients(fixture, rules, gradients, NETWORK_GRADIENT_TOLERANCE)
        for key, official in fixture.gradients().items():
            if key.startswith("in/"):
                ours = by_input["image"]
                assert_close_l2(ours, to_nhwc(official), name=key)
        check_state_after(rules, fixture.state_after())

    away_from_kinks(check_training, variables)
