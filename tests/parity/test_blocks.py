"""Single layers and blocks equal the official ones, part by part."""

import re

import numpy as np
import pytest
import tensorflow as tf

from tests.parity.checks import (
    BLOCK_GRADIENT_TOLERANCE,
    check_gradients,
    check_outputs,
    check_state_after,
    run_with_gradients,
)
from tests.parity.fixtures import (
    Fixture,
    assert_close,
    fixture_files,
    to_class_ids,
    to_nhwc,
)
from tests.parity.recording import recorded
from tests.parity.systems import load, resize_ids, split_condition
from tf_semsynth.core import backend
from tf_semsynth.layers.conditional_depthwise_conv import (
    ConditionalDepthwiseConv2D,
)
from tf_semsynth.layers.spade_normalization import SpadeNormalization
from tf_semsynth.porting.network_rules import spade_rules
from tf_semsynth.porting.transforms import tap_major
from tf_semsynth.systems.cc_fpse import official_keys as cc_keys
from tf_semsynth.systems.cc_fpse.block import ConditionalConvolutionBlock
from tf_semsynth.systems.cc_fpse.layout_pyramid import LayoutPyramid
from tf_semsynth.systems.spade import official_keys as spade_keys
from tf_semsynth.systems.spade.block import SpadeResidualBlock


def predicted_kernels(array):
    """Official kernels `(B, 9 C, H, W)` in the order of our channels."""
    return np.moveaxis(tap_major(np.moveaxis(array, 1, 0)), 0, 1)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("path", fixture_files("cc_fpse", "cond_conv"))
def test_conditional_convolution(path, compiled, monkeypatch):
    monkeypatch.setattr(backend, "LEAST_COMPILED_WORK", 0)
    fixture = Fixture(path)
    x = tf.constant(to_nhwc(fixture.inputs["x"]))
    kernels = tf.constant(to_nhwc(predicted_kernels(fixture.inputs["weights"])))
    cotangent = to_nhwc(fixture.inputs["cotangent"])
    layer = ConditionalDepthwiseConv2D()

    def run(x, kernels):
        with tf.GradientTape() as tape:
            tape.watch((x, kernels))
            y = layer(x, kernels)
            loss = tf.reduce_sum(y * cotangent)
        return y, *tape.gradient(loss, (x, kernels))

    run = tf.function(run) if compiled else run
    y, of_x, of_kernels = run(x, kernels)
    assert_close(y, to_nhwc(fixture.outputs()["y"]), name="y")
    official = fixture.gradients()
    assert_close(of_x, to_nhwc(official["x"]), name="x")
    weights = to_nhwc(predicted_kernels(official["weights"]))
    assert_close(of_kernels, weights, name="weights")


def _check_block(fixture, block, rules, run, outputs, unused=()):
    """Runs a block in both modes, with gradients.

    Args:
        run: function of `training` to the recording and y.
        outputs: function of the recording to a dictionary of outputs.
    """

    def forward(training):
        recording, y = run(training)
        return {**outputs(recording), "y": y}

    load(rules, fixture, block.variables, unused)
    check_outputs(forward(False), _official(fixture, "eval"))
    found, gradients, _ = run_with_gradients(
        fixture, block.trainable_variables, lambda: forward(True)
    )
    check_outputs(found, _official(fixture, "train"))
    check_gradients(fixture, rules, gradients, BLOCK_GRADIENT_TOLERANCE)
    check_state_after(rules, fixture.state_after(), unused)


def _official(fixture, mode):
    return {
        name: predicted_kernels(array)
        if re.fullmatch(r"gen_weights\d", name)
        else array
        for name, array in fixture.outputs(mode).items()
    }


@pytest.mark.parametrize("path", fixture_files("cc_fpse", "cc_block"))
def test_conditional_convolution_block(path):
    fixture = Fixture(path)
    ids, layout_features = split_condition(fixture)
    features = to_nhwc(fixture.inputs["x"])
    block = ConditionalConvolutionBlock(
        fixture.meta["block"]["fout"],
        fixture.config["nhidden"],
        fixture.config["semantic_nc"],
    )
    block.build(features.shape, ids.shape, layout_features.shape)
    points = {
        "prepared": (block, "prepare"),
        "norm_1": (block.norm_1, "call"),
        "depthwise": (block.depthwise, "call"),
        "conv_1": (block.conv_1, "call"),
        "norm_2": (block.norm_2, "call"),
        "conv_3": (block.conv_2, "call"),
    }
    if block.shortcut is not None:
        points["norm_s"] = (block.norm_shortcut, "modulate")
        points["conv_s"] = (block.shortcut, "call")

    def run(training):
        with recorded(points) as recording:
            y = block(features, ids, layout_features, training=training)
        return recording, y

    def outputs(recording):
        (prepared,) = recording.results("prepared")
        found = {
            name: recording.results(name)[0]
            for name in points
            if name not in ("prepared", "depthwise")
        }
        found["conv_0"], found["conv_2"] = recording.results("depthwise")
        return found | {
            "gen_weights1": prepared["kernels_1"],
            "gen_weights2": prepared["kernels_2"],
            "gen_se_weights1": prepared["gate_1"],
            "gen_se_weights2": prepared["gate_2"],
        }

    rules = cc_keys.block_rules(block)
    unused = [p.removeprefix("*.") for p in cc_keys.UNUSED_OFFICIAL_KEYS]
    _check_block(fixture, block, rules, run, outputs, unused)


@pytest.mark.parametrize("path", fixture_files("cc_fpse", "weight_net"))
def test_layout_pyramid(path):
    fixture = Fixture(path)
    ids = to_class_ids(fixture.inputs["seg"])
    pyramid = LayoutPyramid(
        fixture.config["semantic_nc"],
        fixture.config["ngf"],
        fixture.meta["levels"],
    )
    pyramid.build(ids.shape)
    rules = cc_keys.pyramid_rules(pyramid)
    load(rules, fixture, pyramid.variables)
    points = pyramid_points(pyramid)
    for mode in ("eval", "train"):
        with recorded(points) as recording:
            pyramid(ids, training=mode == "train")
        found = {name: recording.results(name)[0] for name in points}
        check_outputs(found, fixture.outputs(mode))
    check_state_after(rules, fixture.state_after())


def pyramid_points(pyramid):
    """Where the pyramid's official outputs appear in ours."""
    parts = {
        "labelenc": pyramid.encoder,
        "labellat": pyramid.lateral,
        "labeldec": pyramid.decoder,
    }
    return {
        f"{name}{index}": (layer, "call")
        for name, layers in parts.items()
        for index, layer in enumerate(layers, 1)
    }


@pytest.mark.parametrize("path", fixture_files("spade", "spade_norm"))
def test_spade_normalization(path):
    fixture = Fixture(path)
    features = to_nhwc(fixture.inputs["x"])
    ids = to_class_ids(fixture.inputs["seg"])
    ids = resize_ids(ids, *features.shape[1:3])
    text = fixture.meta["block"]["config_text"]
    kind, size = re.fullmatch(r"spade(\D+)(\d+)x\d+", text).groups()
    layer = SpadeNormalization(
        fixture.meta["block"]["label_nc"],
        fixture.config["nhidden"],
        int(size),
        kind.removeprefix("sync"),
    )
    layer.build(features.shape, ids.shape)
    points = {
        "norm": (layer.normalize, "call"),
        "prepared": (layer, "prepare_hidden"),
    }

    def run(training):
        with recorded(points) as recording:
            y = layer(features, ids, training=training)
        return recording, y

    def outputs(recording):
        ((hidden,), prepared) = recording["prepared"][0]
        return {
            "param_free_norm": recording.results("norm")[0],
            "mlp_shared": hidden,
            "mlp_gamma": prepared["gamma"],
            "mlp_beta": prepared["beta"],
        }

    rules = _unprefixed(spade_rules("", layer))
    _check_block(fixture, layer, rules, run, outputs)


@pytest.mark.parametrize("path", fixture_files("spade", "spade_resblk"))
def test_spade_residual_block(path):
    fixture = Fixture(path)
    features = to_nhwc(fixture.inputs["x"])
    ids = to_class_ids(fixture.inputs["seg"])
    ids = resize_ids(ids, *features.shape[1:3])
    text = fixture.config["norm_G"]
    kind, size = re.search(r"spade(\D+)(\d+)x", text).groups()
    block = SpadeResidualBlock(
        fixture.meta["block"]["fout"],
        fixture.config["semantic_nc"],
        fixture.config["nhidden"],
        int(size),
        kind.removeprefix("sync"),
        use_spectral_norm=text.startswith("spectral"),
    )
    block.build(features.shape, ids.shape)
    points = {
        "norm_0": (block.norm_0, "modulate"),
        "conv_0": (block.conv_0, "call"),
        "norm_1": (block.norm_1, "modulate"),
        "conv_1": (block.conv_1, "call"),
    }
    if block.shortcut is not None:
        points["norm_s"] = (block.norm_shortcut, "modulate")
        points["conv_s"] = (block.shortcut, "call")

    def run(training):
        with recorded(points) as recording:
            y = block(features, ids, training=training)
        return recording, y

    def outputs(recording):
        return {name: recording.results(name)[0] for name in points}

    _check_block(fixture, block, spade_keys.block_rules(block), run, outputs)


def _unprefixed(rules):
    """Rules whose keys begin with the dot of an empty prefix, without it."""
    return [
        type(rule)(rule.key.removeprefix("."), rule.variable, rule.transform)
        for rule in rules
    ]
