"""The FID Inception's parts against slow loops in NumPy."""

import keras
import numpy as np
import pytest

from tf_semsynth.backbones.inception_blocks import (
    EPSILON,
    ConvUnit,
    InceptionBlock,
    halve,
)

H, W, C, F = 6, 7, 3, 4  # All different, so that a swapped axis shows.
FORK = (("left", 2, (1, 3)), ("right", 3, (3, 1)))
BRANCHES = ((("first", 5, 1),), (("before", 4, 1), FORK), (("pool", 2, 1),))
HALVING = ((("first", 5, 3),), (("before", 4, 1), ("after", 6, 3)), ())


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, H, W, C)).astype("float32")


def _randomised(layer, shape):
    layer.build(shape)
    rng = np.random.default_rng(1)
    for weight in layer.weights:
        low = 0.5 if weight.name == "moving_variance" else -1
        weight.assign(rng.uniform(low, 2, weight.shape))
    return layer


def _loop(unit, x, top, left, stride):
    """Convolution at each position, then norm and ReLU, in float64."""
    kernel = np.asarray(unit.kernel, "float64")
    kh, kw, _, filters = kernel.shape
    padded = np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)))
    height = (padded.shape[1] - kh) // stride + 1
    width = (padded.shape[2] - kw) // stride + 1
    y = np.empty((len(x), height, width, filters))
    for b, i, j, f in np.ndindex(y.shape):
        window = padded[
            b, i * stride : i * stride + kh, j * stride : j * stride + kw
        ]
        y[b, i, j, f] = np.sum(window * kernel[..., f])
    deviation = np.sqrt(np.asarray(unit.moving_variance) + EPSILON)
    y = (y - np.asarray(unit.moving_mean)) / deviation
    return np.maximum(y * np.asarray(unit.gamma) + np.asarray(unit.beta), 0)


def _pool_loop(x, reduce):
    """3x3 windows with stride 1; pixels outside are not there."""
    y = np.empty_like(x)
    for i, j in np.ndindex(x.shape[1:3]):
        rows, columns = slice(max(i - 1, 0), i + 2), slice(max(j - 1, 0), j + 2)
        y[:, i, j] = reduce(x[:, rows, columns], axis=(1, 2))
    return y


@pytest.mark.parametrize(
    ("size", "strides", "padding"),
    [(3, 1, "same"), ((1, 3), 1, "same"), (3, 2, "valid"), (3, 1, "valid")],
)
def test_a_unit_is_convolution_norm_and_relu(features, size, strides, padding):
    unit = ConvUnit(F, size, strides, padding)
    unit = _randomised(unit, features.shape)
    kh, kw = (size, size) if isinstance(size, int) else size
    pads = (kh // 2, kw // 2) if padding == "same" else (0, 0)
    expected = _loop(unit, features, *pads, strides)
    found = unit(features)
    assert np.any(expected == 0) and np.any(expected > 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    assert unit.compute_output_shape(features.shape) == expected.shape


@pytest.mark.parametrize(
    ("pooling", "reduce"), [("average", np.mean), ("max", np.max)]
)
def test_branches_are_concatenated_in_order(features, pooling, reduce):
    block = InceptionBlock(BRANCHES, pooling)
    block = _randomised(block, features.shape)
    first, before, left, right, pool = block.units
    inner = _loop(before, features, 0, 0, 1)
    expected = [
        _loop(first, features, 0, 0, 1),
        _loop(left, inner, 0, 1, 1),
        _loop(right, inner, 1, 0, 1),
        _loop(pool, _pool_loop(features, reduce), 0, 0, 1),
    ]
    expected = np.concatenate(expected, -1)
    found = block(features)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)
    assert block.compute_output_shape(features.shape) == expected.shape


def test_a_halving_block_ends_with_its_pooled_input(features):
    block = InceptionBlock(HALVING, reduces=True)
    block = _randomised(block, features.shape)
    first, before, after = block.units
    pooled = np.empty((2, 2, 3, C))
    for i, j in np.ndindex(2, 3):
        window = features[:, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
        pooled[:, i, j] = window.max(axis=(1, 2))
    expected = [
        _loop(first, features, 0, 0, 2),
        _loop(after, _loop(before, features, 0, 0, 1), 0, 0, 2),
        pooled,
    ]
    expected = np.concatenate(expected, -1)
    found = block(features)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)
    assert block.compute_output_shape(features.shape) == expected.shape
    np.testing.assert_allclose(halve(features), pooled)


@pytest.mark.parametrize(
    "layer",
    [
        ConvUnit(F, (1, 3), name="unit"),
        InceptionBlock(BRANCHES, "max", name="block"),
        InceptionBlock(HALVING, reduces=True, name="halving"),
    ],
    ids=lambda layer: layer.name,
)
def test_a_part_is_rebuilt_from_its_config(layer, features):
    layer = _randomised(layer, features.shape)
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    if not again.built:
        again.build(features.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(features), layer(features))
    assert again.trainable_weights == []


def test_mixed_precision_gives_low_precision_features(features):
    block = InceptionBlock(BRANCHES, dtype="mixed_bfloat16")
    assert block(features).dtype.name == "bfloat16"
    assert {w.dtype for w in block.weights} == {"float32"}


def test_padding_of_a_strided_unit_is_refused():
    with pytest.raises(ValueError, match='padding="valid"'):
        ConvUnit(F, 3, strides=2)
