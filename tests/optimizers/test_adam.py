"""Adam against PyTorch, a NumPy loop, and itself restored."""

import keras
import numpy as np
import pytest

from tf_semsynth.optimizers.adam import Adam
from tf_semsynth.optimizers.schedule import LinearDecay

SETTINGS = [(0.0, 0.9), (0.5, 0.999), (0.9, 0.999)]
SHAPES = [(3, 4), (5,)]


def _gradients(num_steps, seed=0):
    rng = np.random.default_rng(seed)
    # Large and tiny ones, so that epsilon and its place matter.
    scale = 10.0 ** rng.uniform(-9, 1, (num_steps, 1, 1))
    return [
        [
            (s * rng.normal(size=shape)).astype("float32").reshape(shape)
            for shape in SHAPES
        ]
        for s in scale.reshape(-1)
    ]


def _variables():
    return [keras.Variable(np.ones(shape, "float32")) for shape in SHAPES]


@pytest.mark.parametrize(("beta_1", "beta_2"), SETTINGS)
def test_equals_a_loop_in_double_precision(beta_1, beta_2):
    variables = _variables()
    optimizer = Adam(0.01, beta_1, beta_2)
    expected = [np.ones(shape) for shape in SHAPES]
    m = [np.zeros(shape) for shape in SHAPES]
    v = [np.zeros(shape) for shape in SHAPES]
    for t, gradients in enumerate(_gradients(30), start=1):
        optimizer.apply(gradients, variables)
        for i, g in enumerate(gradients):
            g = g.astype("float64")
            m[i] = beta_1 * m[i] + (1 - beta_1) * g
            v[i] = beta_2 * v[i] + (1 - beta_2) * g**2
            root = np.sqrt(v[i] / (1 - beta_2**t)) + 1e-8
            expected[i] -= 0.01 * m[i] / (1 - beta_1**t) / root
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable, value, rtol=0, atol=2e-6)


@pytest.mark.parametrize(("beta_1", "beta_2"), SETTINGS)
def test_equals_pytorch(beta_1, beta_2):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    variables = _variables()
    tensors = [torch.ones(shape, requires_grad=True) for shape in SHAPES]
    ours = Adam(0.01, beta_1, beta_2)
    theirs = torch.optim.Adam(tensors, lr=0.01, betas=(beta_1, beta_2))
    for gradients in _gradients(30):
        ours.apply(gradients, variables)
        for tensor, gradient in zip(tensors, gradients, strict=True):
            tensor.grad = torch.tensor(gradient)
        theirs.step()
    for variable, tensor in zip(variables, tensors, strict=True):
        np.testing.assert_allclose(
            variable, tensor.detach().numpy(), rtol=0, atol=2e-6
        )


def test_without_beta_1_no_momentum_is_stored():
    optimizer = Adam(0.01, beta_1=0.0)
    optimizer.build(_variables())
    assert len(optimizer.variables) == 2 + len(SHAPES)  # Iteration, rate.
    optimizer = Adam(0.01, beta_1=0.9)
    optimizer.build(_variables())
    assert len(optimizer.variables) == 2 + 2 * len(SHAPES)


def test_its_config_makes_an_equal_optimizer():
    schedule = LinearDecay(2e-4, 100, 200, 10)
    optimizer = Adam(schedule, 0.0, 0.9, 1e-7, name="generator_adam")
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, Adam)
    assert again.get_config() == optimizer.get_config()


def test_a_schedule_counts_updates():
    (variable,) = variables = [keras.Variable(np.zeros(1, "float32"))]
    schedule = LinearDecay(
        1.0, constant_epochs=1, decay_epochs=2, steps_per_epoch=1
    )
    optimizer = Adam(schedule, 0.0, 0.9)
    values = []
    for _ in range(4):
        optimizer.apply([np.ones(1, "float32")], variables)
        values.append(float(variable[0]))
    np.testing.assert_allclose(values, [-1, -2, -2.5, -2.5], rtol=1e-5)


@pytest.mark.parametrize("betas", [(1.0, 0.9), (-0.1, 0.9), (0.0, 1.0)])
def test_impossible_betas_are_refused(betas):
    with pytest.raises(ValueError, match="beta_1=.*beta_2="):
        Adam(0.01, *betas)


def test_a_sparse_gradient_counts_as_its_sum():
    tf = pytest.importorskip("tensorflow")
    table = keras.Variable(np.ones((4, 2), "float32"))
    again = keras.Variable(np.ones((4, 2), "float32"))
    with tf.GradientTape() as tape:
        rows = tf.gather(table.value, [1, 1, 3])
        loss = tf.reduce_sum(rows * [[1.0], [2.0], [3.0]])
    sparse = tape.gradient(loss, table.value)
    assert isinstance(sparse, tf.IndexedSlices)
    Adam(0.01, 0.0, 0.9).apply([sparse], [table])
    Adam(0.01, 0.0, 0.9).apply([tf.convert_to_tensor(sparse)], [again])
    np.testing.assert_array_equal(table, again)


def test_a_restored_run_is_equal_bit_for_bit(tmp_path):
    tf = pytest.importorskip("tensorflow")
    gradients = _gradients(6)

    def start():
        variables = _variables()
        optimizer = Adam(0.01, 0.5, 0.999)
        optimizer.build(variables)
        roots = {f"v{i}": v.value for i, v in enumerate(variables)}
        checkpoint = tf.train.Checkpoint(optimizer=optimizer, **roots)
        return variables, optimizer, checkpoint

    variables, optimizer, checkpoint = start()
    for gradient in gradients[:3]:
        optimizer.apply(gradient, variables)
    path = checkpoint.write(tmp_path / "step")
    for gradient in gradients[3:]:
        optimizer.apply(gradient, variables)
    expected = [np.asarray(v) for v in variables]

    variables, optimizer, checkpoint = start()
    checkpoint.read(path).assert_consumed()
    for gradient in gradients[3:]:
        optimizer.apply(gradient, variables)
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_array_equal(variable, value)


@pytest.mark.parametrize("beta_1", [0.0, 0.5])
def test_two_devices_apply_the_sum_of_their_gradients(beta_1):
    tf = pytest.importorskip("tensorflow")
    devices = [d.name for d in tf.config.list_logical_devices("CPU")]
    if len(devices) < 2:
        pytest.skip("needs two logical CPU devices")
    strategy = tf.distribute.MirroredStrategy(devices[:2])
    with strategy.scope():
        variables = _variables()
        optimizer = Adam(0.01, beta_1, 0.9)
        optimizer.build(variables)

    @tf.function
    def step():
        def on_replica():
            replica = tf.distribute.get_replica_context()
            share = float(replica.replica_id_in_sync_group + 1)
            optimizer.apply([share * tf.ones(s) for s in SHAPES], variables)

        strategy.run(on_replica)

    alone = _variables()
    expected = Adam(0.01, beta_1, 0.9)
    for _ in range(3):
        step()
        expected.apply([3 * np.ones(s, "float32") for s in SHAPES], alone)
    assert int(np.asarray(optimizer.iterations)) == 3
    for variable, value in zip(variables, alone, strict=True):
        for on_device in variable.value.values:
            np.testing.assert_array_equal(on_device, value)
