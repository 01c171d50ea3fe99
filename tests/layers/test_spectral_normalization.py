import numpy as np
import pytest
import torch

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.conv_transpose import Conv2DTranspose
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization

H, W, C, F = 4, 6, 3, 5


def randomised(layer, shape):
    wrapper = SpectralNormalization(layer)
    wrapper.build(shape)
    rng = np.random.default_rng(1)
    for weight in wrapper.weights:
        weight.assign(rng.normal(size=weight.shape))
    return wrapper


def pytorch_twin(wrapper):
    """PyTorch's own layer with the same weights and vectors."""
    layer = wrapper.layer
    if isinstance(layer, Dense):
        twin = torch.nn.Linear(C, F)
    elif isinstance(layer, Conv2DTranspose):
        twin = torch.nn.ConvTranspose2d(
            C, F, 3, stride=2, padding=1, output_padding=1
        )
    else:
        twin = torch.nn.Conv2d(C, F, 3, padding=1)
    kernel = np.array(layer.kernel)
    axes = {2: (1, 0), 4: (3, 2, 0, 1)}[kernel.ndim]
    v = np.array(wrapper.vector_v)
    if kernel.ndim == 4:
        v = v.reshape(3, 3, C).transpose(2, 0, 1).ravel()
    twin = torch.nn.utils.spectral_norm(twin)
    with torch.no_grad():
        twin.weight_orig.copy_(torch.tensor(kernel.transpose(axes)))
        twin.bias.copy_(torch.tensor(np.array(layer.bias)))
        twin.weight_u.copy_(torch.tensor(np.array(wrapper.vector_u)))
        twin.weight_v.copy_(torch.tensor(v))
    return twin


def run_pytorch(twin, inputs):
    if inputs.ndim == 2:
        return twin(torch.tensor(inputs)).detach().numpy()
    y = twin(torch.tensor(inputs).permute(0, 3, 1, 2))
    return y.permute(0, 2, 3, 1).detach().numpy()


LAYERS = {
    "dense": lambda: (Dense(F), (2, C)),
    "conv": lambda: (Conv2D(F, 3), (2, H, W, C)),
    "conv_transpose": lambda: (Conv2DTranspose(F), (2, H, W, C)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_equals_pytorch_in_training_and_inference(name):
    layer, shape = LAYERS[name]()
    wrapper = randomised(layer, shape)
    twin = pytorch_twin(wrapper)
    inputs = np.random.default_rng(2).normal(size=shape).astype("float32")
    for training in (False, True, True, False):
        twin.train(training)
        y = wrapper(inputs, training=training)
        expected = run_pytorch(twin, inputs)
        np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        wrapper.vector_u, twin.weight_u, rtol=1e-4, atol=1e-5
    )


def test_the_gradient_passes_through_sigma_as_pytorchs_does():
    tf = pytest.importorskip("tensorflow")
    layer, shape = LAYERS["conv"]()
    wrapper = randomised(layer, shape)
    twin = pytorch_twin(wrapper)
    inputs = np.random.default_rng(2).normal(size=shape).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(wrapper(inputs, training=True) ** 2)
    found = tape.gradient(loss, layer.kernel.value)
    twin.train()
    (twin(torch.tensor(inputs).permute(0, 3, 1, 2)) ** 2).sum().backward()
    expected = twin.weight_orig.grad.permute(2, 3, 1, 0).numpy()
    largest = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, atol=1e-4 * largest)


def test_the_raw_kernel_is_kept_and_inference_changes_nothing():
    layer, shape = LAYERS["conv"]()
    wrapper = randomised(layer, shape)
    inputs = np.ones(shape, "float32")
    before = wrapper.get_weights()
    wrapper(inputs, training=False)
    for old, new in zip(before, wrapper.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    kernel, u = np.array(layer.kernel), np.array(wrapper.vector_u)
    wrapper(inputs, training=True)
    np.testing.assert_array_equal(kernel, layer.kernel)
    assert not np.allclose(u, wrapper.vector_u)


def test_many_iterations_give_a_kernel_of_norm_one():
    layer, shape = LAYERS["dense"]()
    wrapper = randomised(layer, shape)
    for _ in range(50):
        kernel = wrapper.normalized_kernel(training=True)
    norm = np.linalg.norm(np.asarray(kernel), ord=2)
    assert norm == pytest.approx(1, rel=1e-4)


def test_folding_changes_no_output():
    layer, shape = LAYERS["conv_transpose"]()
    wrapper = randomised(layer, shape)
    inputs = np.random.default_rng(2).normal(size=shape).astype("float32")
    expected = np.asarray(wrapper(inputs))
    wrapper.fold()
    np.testing.assert_allclose(wrapper(inputs), expected, rtol=1e-5, atol=1e-5)


def test_wraps_a_layout_convolution_with_features():
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 4, (2, H, W), dtype="int32")
    features = rng.normal(size=(2, H, W, C)).astype("float32")
    wrapper = SpectralNormalization(LayoutConv2D(F, 3, 4))
    y = wrapper(ids, features, training=True)
    expected = wrapper.layer(ids, features, kernel=wrapper.normalized_kernel())
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
    assert wrapper.layer.kernel.shape == (3, 3, 4 + C, F)


def test_new_vectors_have_length_one():
    wrapper = SpectralNormalization(Conv2D(F, 3))
    wrapper.build((None, H, W, C))
    for vector in (wrapper.vector_u, wrapper.vector_v):
        assert np.linalg.norm(vector) == pytest.approx(1, rel=1e-5)
    assert wrapper.vector_u.shape == (F,)
    assert wrapper.vector_v.shape == (9 * C,)
    assert len(wrapper.trainable_variables) == 2
