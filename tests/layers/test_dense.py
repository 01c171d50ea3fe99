import numpy as np

from tf_semsynth.layers.dense import Dense


def test_multiplies_by_the_kernel_and_adds_the_bias():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(4, 3)).astype("float32")
    layer = Dense(5)
    layer.build(inputs.shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    kernel, bias = layer.get_weights()
    expected = [row @ kernel + bias for row in inputs]
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        layer(inputs, kernel=2 * kernel) - bias,
        2 * inputs @ kernel,
        rtol=1e-5,
        atol=1e-5,
    )


def test_without_a_bias_there_is_one_weight():
    layer = Dense(5, use_bias=False)
    layer.build((None, 3))
    assert layer.bias is None and len(layer.weights) == 1
