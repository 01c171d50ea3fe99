import numpy as np
import pytest
import tensorflow as tf
import torch

from tf_semsynth.layers.sync_batch_normalization import (
    SyncBatchNormalization,
)

H, W, C = 4, 6, 3


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    scales = np.array([1, 3, 0.01])
    return (rng.normal(size=(4, H, W, C)) * scales + 2).astype("float32")


def pytorch_twin(layer):
    twin = torch.nn.BatchNorm2d(C, affine=layer.affine)
    if layer.affine:
        with torch.no_grad():
            twin.weight.copy_(torch.tensor(np.array(layer.gamma)))
            twin.bias.copy_(torch.tensor(np.array(layer.beta)))
    return twin


def channels_first(inputs):
    return torch.tensor(inputs).permute(0, 3, 1, 2)


@pytest.mark.parametrize("affine", [False, True])
def test_equals_pytorch_in_training_and_inference(inputs, affine):
    layer = SyncBatchNormalization(affine=affine)
    layer.build(inputs.shape)
    if affine:
        layer.gamma.assign([1.5, -2, 0.5])
        layer.beta.assign([0, 1, -3])
    twin = pytorch_twin(layer)
    for training in (True, True, False):
        twin.train(training)
        expected = twin(channels_first(inputs)).permute(0, 2, 3, 1)
        y = layer(inputs, training=training)
        np.testing.assert_allclose(
            y, expected.detach().numpy(), rtol=1e-4, atol=1e-3
        )
    np.testing.assert_allclose(layer.moving_mean, twin.running_mean, rtol=1e-5)
    # PyTorch keeps the unbiased variance.
    np.testing.assert_allclose(
        layer.moving_variance, twin.running_var, rtol=1e-5
    )


def test_its_gradient_equals_pytorchs(inputs):
    layer = SyncBatchNormalization()
    layer.build(inputs.shape)
    twin = pytorch_twin(layer)
    weights = np.random.default_rng(1).normal(size=inputs.shape)
    weights = weights.astype("float32")
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(weights * layer(x, training=True))
    found = tape.gradient(loss, [x, layer.gamma.value, layer.beta.value])
    x = channels_first(inputs).requires_grad_()
    (twin(x) * channels_first(weights)).sum().backward()
    expected = [x.grad.permute(0, 2, 3, 1), twin.weight.grad, twin.bias.grad]
    for ours, reference in zip(found, expected, strict=True):
        largest = np.abs(reference.numpy()).max()
        np.testing.assert_allclose(ours, reference.numpy(), atol=2e-4 * largest)


def test_two_replicas_equal_one_on_the_whole_batch(inputs):
    alone = SyncBatchNormalization()
    alone.build(inputs.shape)
    expected = alone(inputs, training=True)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layer = SyncBatchNormalization()
        layer.build(inputs.shape)
        layer.gamma.assign(alone.gamma)

    @tf.function
    def step():
        def replica():
            index = tf.distribute.get_replica_context().replica_id_in_sync_group
            part = tf.gather(tf.reshape(inputs, (2, 2, H, W, C)), index)
            return layer(part, training=True)

        return strategy.run(replica)

    parts = strategy.experimental_local_results(step())
    np.testing.assert_allclose(
        np.concatenate(parts), expected, rtol=1e-4, atol=1e-4
    )
    for ours, reference in (
        (layer.moving_mean, alone.moving_mean),
        (layer.moving_variance, alone.moving_variance),
    ):
        np.testing.assert_allclose(ours, reference, rtol=1e-5)


def test_large_values_in_bfloat16_keep_their_statistics():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(8, H, W, 1)) * 1e4
    layer = SyncBatchNormalization(momentum=0.0, dtype="mixed_bfloat16")
    y = layer(inputs, training=True)
    assert y.dtype == "bfloat16"
    rounded = np.asarray(tf.cast(inputs, "bfloat16"), "float64")
    assert layer.moving_variance.dtype == "float32"
    assert np.asarray(layer.moving_variance).item() == pytest.approx(
        rounded.var(ddof=1), rel=1e-3
    )


def test_the_batch_statistics_are_used_in_training_alone(inputs):
    layer = SyncBatchNormalization(affine=False)
    layer.build(inputs.shape)
    np.testing.assert_allclose(layer(inputs, training=False), inputs, rtol=1e-4)
    before = layer.get_weights()
    layer(inputs)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
