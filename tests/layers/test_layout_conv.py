import numpy as np
import pytest

from tf_semsynth.core import backend
from tf_semsynth.layers.conv import conv2d
from tf_semsynth.layers.layout_conv import LayoutConv2D, layout_conv2d

H, W, C, K, F = 7, 10, 3, 4, 5


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    class_ids = rng.integers(0, K, (2, H, W), dtype="int32")
    return class_ids, rng.normal(size=(2, H, W, C)).astype("float32")


def randomised(layer, *shapes):
    layer.build(*shapes)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer


def one_hot(class_ids):
    return np.eye(K, dtype="float32")[class_ids]


def test_matches_a_loop_over_pixels_and_taps(inputs):
    class_ids, _ = inputs
    layer = randomised(LayoutConv2D(F, 3, K), class_ids.shape)
    kernel, bias = layer.get_weights()
    expected = np.tile(bias, (2, H, W, 1))
    for b, i, j, m, n in np.ndindex(2, H, W, 3, 3):
        row, column = i + m - 1, j + n - 1
        if 0 <= row < H and 0 <= column < W:
            expected[b, i, j] += kernel[m, n, class_ids[b, row, column]]
    np.testing.assert_allclose(layer(class_ids), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("with_features", [False, True])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize(
    "kernel_size, padding", [(1, None), (3, None), (4, 2), (5, 0), (7, 1)]
)
def test_equals_a_convolution_of_the_one_hot(
    inputs, kernel_size, padding, strides, with_features
):
    class_ids, features = inputs
    given = (class_ids, features) if with_features else (class_ids,)
    shapes = [x.shape for x in given]
    layer = LayoutConv2D(F, kernel_size, K, strides, padding)
    randomised(layer, *shapes)
    dense = np.concatenate([one_hot(class_ids), *given[1:]], axis=-1)
    expected = conv2d(dense, layer.kernel, strides, layer.padding)
    expected += np.array(layer.bias)
    y = layer(*given)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)
    assert layer.compute_output_shape(*shapes) == y.shape


def test_compiled_its_gradient_is_that_of_the_one_hot(inputs, monkeypatch):
    tf = pytest.importorskip("tensorflow")
    monkeypatch.setattr(backend, "LEAST_COMPILED_WORK", 0)
    class_ids, features = inputs
    rng = np.random.default_rng(2)
    kernel = tf.constant(rng.normal(size=(3, 3, K + C, F)).astype("float32"))
    features = tf.constant(features)
    weights = rng.normal(size=(2, H, W, F)).astype("float32")

    def gradients(convolve):
        with tf.GradientTape() as tape:
            tape.watch((kernel, features))
            loss = tf.reduce_sum(weights * convolve())
        return tape.gradient(loss, (kernel, features))

    found = tf.function(gradients)(
        lambda: layout_conv2d(class_ids, features, kernel, K)
    )
    expected = gradients(
        lambda: conv2d(tf.concat([one_hot(class_ids), features], -1), kernel)
    )
    for ours, reference in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, reference, rtol=1e-4, atol=1e-3)


def test_a_kernel_can_be_given_in_place_of_its_own(inputs):
    layer = randomised(LayoutConv2D(F, 3, K, use_bias=False), (2, H, W))
    kernel = 2 * np.array(layer.kernel)
    np.testing.assert_allclose(
        layer(inputs[0], kernel=kernel),
        2 * layer(inputs[0]),
        rtol=1e-5,
        atol=1e-5,
    )


def test_one_hot_layout_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="argmax"):
        LayoutConv2D(F, 3, K).build((None, H, W, K))
