import numpy as np
import pytest

from tf_semsynth.layers.conv import conv2d
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
