import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.layers.conv import conv2d
from tf_semsynth.layers.layout_patterns import find_patterns
from tf_semsynth.layers.spade_normalization import SpadeNormalization

H, W, C, K, HIDDEN = 4, 6, 5, 3, 7


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(2, H, W, C)).astype("float32")
    class_ids = rng.integers(0, K, (2, H, W), dtype="int32")
    edges = rng.integers(0, 2, (2, H, W, 1)).astype("float32")
    return features, class_ids, edges


def build(inputs, **options):
    layer = SpadeNormalization(K, HIDDEN, **options)
    layer.build(*(x.shape for x in inputs))
    rng = np.random.default_rng(1)
    for weight in layer.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    return layer


@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("normalization", ["batch", "instance"])
def test_follows_its_equation(inputs, normalization, kernel_size):
    features, class_ids, edges = inputs
    layer = build(inputs, normalization=normalization, kernel_size=kernel_size)
    axes = {"batch": (0, 1, 2), "instance": (1, 2)}[normalization]
    mean = features.mean(axes, keepdims=True)
    variance = features.var(axes, keepdims=True)
    normalized = (features - mean) / np.sqrt(variance + 1e-5)

    def convolve(inputs, part):
        return conv2d(inputs, part.kernel) + np.array(part.bias)

    one_hot = np.eye(K, dtype="float32")[class_ids]
    layout = np.concatenate([one_hot, edges], axis=-1)
    hidden = np.maximum(convolve(layout, layer.shared), 0)
    gamma = convolve(hidden, layer.gamma)
    beta = convolve(hidden, layer.beta)
    expected = normalized * (1 + gamma) + beta
    y = layer(*inputs, training=True)
    np.testing.assert_allclose(y, expected, rtol=1e-3, atol=1e-3)


@pytest.fixture(params=["float32", "mixed_bfloat16"])
def policy(request):
    return keras.DTypePolicy(request.param)


@pytest.mark.parametrize("with_edges", [False, True])
@pytest.mark.parametrize("kernel_size", [3, 5])
def test_patterns_give_what_pixels_give(policy, kernel_size, with_edges):
    rng = np.random.default_rng(0)
    class_ids = rng.integers(0, K, (2, 2, 3)).astype("int32")
    class_ids = class_ids.repeat(16, axis=1).repeat(16, axis=2)
    edges = (class_ids[..., None] == 1).astype("float32")
    edges = edges if with_edges else None
    shapes = [None if x is None else x.shape for x in (class_ids, edges)]
    layer = SpadeNormalization(K, HIDDEN, kernel_size=kernel_size, dtype=policy)
    layer.build((2, 32, 48, C), *shapes)
    weights = layer.trainable_variables
    for weight in weights:
        weight.assign(rng.normal(size=weight.shape))
    upstream = rng.normal(size=(2, 32, 48, C)).astype("float32")

    def prepare(patterns, training):
        with tf.GradientTape() as tape:
            prepared = layer.prepare(class_ids, edges, patterns, training)
            maps = [tf.cast(prepared[x], "float32") for x in ("gamma", "beta")]
            loss = sum(tf.reduce_sum(x * upstream) for x in maps)
        gradients = tape.gradient(loss, [w.value for w in weights])
        return [np.array(x) for x in maps + gradients]

    few = find_patterns(class_ids, edges, K, kernel_size)
    assert few.are_few
    many = dataclasses.replace(few, count=tf.size(class_ids))
    expected = prepare(None, True)
    # In bfloat16 a hidden value next to zero may be rounded to either side.
    tolerance = 1e-5 if policy.compute_dtype == "float32" else 5e-2
    for patterns in (few, many):
        found = prepare(patterns, True)
        for ours, value in zip(found, expected, strict=True):
            error = np.linalg.norm(ours - value)
            assert error <= tolerance * np.linalg.norm(value)
        maps = prepare(patterns, False)[:2]
        for ours, value in zip(maps, found[:2], strict=True):
            np.testing.assert_array_equal(ours, value)


def test_a_gradient_is_registered_in_training_alone():
    class_ids = tf.zeros((1, 8, 8), tf.int32)
    layer = SpadeNormalization(K, HIDDEN)
    layer.build((1, 8, 8, C), (1, 8, 8))
    patterns = find_patterns(class_ids, None, K, 3)

    def registered(training):
        graph = (
            tf.function(
                lambda: layer.prepare(class_ids, None, patterns, training)
            )
            .get_concrete_function()
            .graph
        )
        return "IdentityN" in {x.type for x in graph.get_operations()}

    assert registered(True)
    assert not registered(False)


def test_a_prepared_layout_serves_many_features(inputs):
    features, class_ids, edges = inputs
    layer = build(inputs)
    prepared = layer.prepare(class_ids, edges)
    for x in (features, 2 * features):
        np.testing.assert_allclose(
            layer.modulate(x, prepared),
            layer(x, class_ids, edges),
            rtol=1e-5,
            atol=1e-5,
        )


def test_running_statistics_are_used_in_inference(inputs):
    layer = build(inputs)
    features, class_ids, edges = inputs
    one, both = layer(*(x[:1] for x in inputs)), layer(*inputs)
    np.testing.assert_allclose(one, both[:1], rtol=1e-5, atol=1e-5)


def test_an_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match='"batch" or "instance"'):
        SpadeNormalization(K, normalization="layer")
