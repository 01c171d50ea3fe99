"""Whole generators equal the official ones, block by block."""

import numpy as np
import pytest
import tensorflow as tf

from tests.parity.checks import (
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
from tests.parity.systems import build_for_layout, layout_of
from tests.parity.test_blocks import pyramid_points

files = [
    path
    for system in ("cc_fpse", "spade")
    for path in fixture_files(system, "generator")
]
pix2pixhd_files = fixture_files("spade", "pix2pixhd_generator")


def generator_points(generator):
    """Where the official outputs appear in our generators."""
    points = {
        block.name.replace("middle", "G_middle"): (block, "render")
        for block in generator.blocks
    }
    if hasattr(generator, "pyramid"):
        points.update(pyramid_points(generator.pyramid))
    return {**points, "fc": (generator.start, "call")}


def channel_first_rows(generator, rows):
    """Our first features as the official linear layer orders them."""
    if len(rows.shape) != 2:
        return rows
    shape = (-1, generator.start_height, generator.start_width)
    maps = np.reshape(rows, (*shape, rows.shape[1] // (shape[1] * shape[2])))
    return np.moveaxis(maps, -1, 1).reshape(rows.shape)


@pytest.mark.parametrize("path", files)
def test_generator(path):
    fixture = Fixture(path)
    system = build_for_layout(fixture)
    generator, layout = system.generator, layout_of(fixture)
    latent = fixture.inputs.get("z")
    points = generator_points(generator)

    def run(training):
        with recorded(points) as recording:
            image = generator(layout, latent, training=training)
        found = {name: recording.results(name)[0] for name in points}
        found["fc"] = channel_first_rows(generator, found["fc"])
        return {**found, "image": image}

    _check_generator(fixture, system, run)


@pytest.mark.parametrize("path", pix2pixhd_files)
def test_pix2pixhd_generator(path):
    fixture = Fixture(path)
    system = build_for_layout(fixture, generator_type="pix2pixhd")
    generator, layout = system.generator, layout_of(fixture)
    # A block's sum is what the layer after it reads.
    after = [*generator.residual[2::2], generator.up[0]]
    points = {"normalize": (generator.normalize, "call")}
    for index, layer in enumerate(after):
        points[f"after_{index}"] = (layer, "call")

    def run(training):
        with recorded(points) as recording:
            image = generator(layout, training=training)
        normalized = recording.results("normalize")
        num_before = 1 + len(generator.down)
        convolved = normalized[:num_before]
        blocks = [
            recording[f"after_{index}"][0][0][0] for index in range(len(after))
        ]
        upward = normalized[num_before + len(generator.residual) :]
        # Every convolution is followed by its activation, no block is.
        names = [f"model.{1 + 2 * i}" for i in range(len(convolved))]
        index = 1 + 2 * len(convolved)
        names += [f"model.{index + i}" for i in range(len(blocks))]
        index += len(blocks)
        names += [f"model.{index + 2 * i}" for i in range(len(upward))]
        found = dict(zip(names, convolved + blocks + upward, strict=True))
        return {**found, "image": image}

    _check_generator(fixture, system, run)


def _check_generator(fixture, system, run):
    system.load_official_weights(generator=fixture.state())
    generator = system.generator
    rules = system.official_rules("generator")
    unused = system.UNUSED_OFFICIAL_KEYS
    count = count_official_parameters(generator, fixture.state(), unused)
    assert count == fixture.meta["n_params"]
    check_outputs(run(False), fixture.outputs("eval"))
    variables = generator.trainable_variables

    def check_training(move):
        system.load_official_weights(generator=fixture.state())
        move()
        found, gradients, _ = run_with_gradients(
            fixture, variables, lambda: run(True)
        )
        check_outputs(found, fixture.outputs("train"))
        check_gradients(fixture, rules, gradients, NETWORK_GRADIENT_TOLERANCE)
        check_state_after(rules, fixture.state_after(), unused)

    away_from_kinks(check_training, variables)


@pytest.mark.parametrize("path", files + pix2pixhd_files)
def test_synthesize_runs_the_official_generator_as_a_graph(path):
    fixture = Fixture(path)
    is_baseline = fixture.kind == "pix2pixhd_generator"
    kind = {"generator_type": "pix2pixhd"} if is_baseline else {}
    system = build_for_layout(fixture, **kind)
    system.load_official_weights(generator=fixture.state())
    latent = fixture.inputs.get("z")
    prepared = system.prepare_layout(layout_of(fixture))
    image = system.synthesize(prepared, latent=latent)
    official = to_nhwc(fixture.outputs("eval")["image"])
    assert_close(image, official, name="image")
    assert isinstance(image, tf.Tensor)
