"""The moving average: its formula, several devices, saving."""

import keras
import numpy as np
import pytest

from tf_semsynth.core import checkpoint
from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.layers.sync_batch_normalization import SyncBatchNormalization
from tf_semsynth.optimizers.ema import ExponentialMovingAverage

DECAY = 0.4  # Reached in the sixth update: (1 + 5) / (10 + 5).


@keras.saving.register_keras_serializable(package="tests")
class Network(keras.Model):
    """A spectrally normalised convolution and a batch norm."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.conv = SpectralNormalization(Conv2D(2, 3))
        self.norm = SyncBatchNormalization()

    def build(self, shape):
        self.conv.build(shape)
        self.norm.build((*shape[:-1], 2))

    def call(self, x, training=None):
        return self.norm(self.conv(x, training=training), training=training)


@keras.saving.register_keras_serializable(package="tests")
class Owner(keras.Model):
    """A model with a network and its average, as a system has them."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.network = Network()
        self.network.build((None, 4, 4, 3))
        self.ema = ExponentialMovingAverage(self.network, DECAY)
        self.built = True

    def call(self, x):
        return self.network(x)


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    network = Network()
    network.build((None, 4, 4, 3))
    return network


def _randomise(network, seed):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=w.shape) for w in network.weights]
    network.set_weights([np.asarray(v, "float32") for v in values])


def _values(variables):
    return [np.asarray(v) for v in variables]


def _assert_equal(some, others):
    for a, b in zip(some, others, strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_and_statistics_follow_the_formula(network):
    ema = ExponentialMovingAverage(network, DECAY)
    expected = _values(network.weights)
    for t in range(8):
        _randomise(network, t)
        ema.update()
        d = min(DECAY, (1 + t) / (10 + t))
        for i, weight in enumerate(network.weights):
            expected[i] = d * expected[i] + (1 - d) * np.asarray(weight)
    names = {w.name for w in network.weights}
    assert {"kernel", "moving_variance"} <= names
    for weight, average, value in zip(
        network.weights, ema.averages, expected, strict=True
    ):
        if "vector" not in weight.name:
            np.testing.assert_allclose(average, value, rtol=1e-5, atol=1e-6)


def test_the_vectors_follow_the_averaged_kernel(network):
    ema = ExponentialMovingAverage(network, DECAY)
    _randomise(network, 0)
    own_vector = np.asarray(network.conv.vector_u)
    for _ in range(60):
        ema.update()
    found = {w.name: np.asarray(w) for w in ema.averages}
    matrix = found["kernel"].reshape(-1, 2)
    norm = np.linalg.svd(matrix, compute_uv=False)[0]
    u, v = found["vector_u"], found["vector_v"]
    np.testing.assert_allclose(v @ matrix @ u, norm, rtol=1e-5)
    with ema.applied():
        np.testing.assert_allclose(
            network.conv.normalized_kernel(),
            found["kernel"] / norm,
            rtol=1e-4,
            atol=1e-6,
        )
    np.testing.assert_array_equal(network.conv.vector_u, own_vector)


def test_the_averages_are_in_place_only_within_the_context(network):
    ema = ExponentialMovingAverage(network, DECAY)
    averages = _values(ema.averages)
    _randomise(network, 1)
    weights = _values(network.weights)
    with ema.applied() as applied:
        assert applied is network
        _assert_equal(_values(network.weights), averages)
    _assert_equal(_values(network.weights), weights)
    _assert_equal(_values(ema.averages), averages)


def test_the_weights_come_back_after_an_error(network):
    ema = ExponentialMovingAverage(network, DECAY)
    _randomise(network, 1)
    weights = _values(network.weights)
    with pytest.raises(RuntimeError), ema.applied():
        raise RuntimeError
    _assert_equal(_values(network.weights), weights)


def test_reset_starts_from_the_weights_of_now(network):
    ema = ExponentialMovingAverage(network, DECAY)
    ema.update()
    _randomise(network, 1)
    ema.reset()
    _assert_equal(_values(ema.averages), _values(network.weights))
    assert int(ema.num_updates) == 0


def test_copy_to_network_is_for_good(network):
    ema = ExponentialMovingAverage(network, DECAY)
    _randomise(network, 1)
    ema.copy_to_network()
    _assert_equal(_values(network.weights), _values(ema.averages))


def test_nothing_of_it_is_trained_and_the_network_is_not_tracked(network):
    ema = ExponentialMovingAverage(network, DECAY)
    assert ema.trainable_weights == []
    assert len(ema.weights) == len(network.weights) + 1
    assert not set(map(id, ema.weights)) & set(map(id, network.weights))


def test_a_keras_file_holds_the_averages(tmp_path):
    owner = Owner()
    _randomise(owner.network, 1)
    owner.ema.update()
    _randomise(owner.network, 2)
    owner.save(tmp_path / "owner.keras")
    again = keras.saving.load_model(tmp_path / "owner.keras")
    _assert_equal(_values(again.ema.averages), _values(owner.ema.averages))
    _assert_equal(
        _values(again.network.weights), _values(owner.network.weights)
    )
    assert int(again.ema.num_updates) == 1


def test_a_checkpoint_holds_the_averages_alone(network, tmp_path):
    ema = ExponentialMovingAverage(network, DECAY)
    _randomise(network, 1)
    ema.update()
    expected = _values(ema.averages)
    path = checkpoint.save(str(tmp_path), 1, {"ema": ema}, [])
    _randomise(network, 2)
    weights = _values(network.weights)
    ema.reset()
    checkpoint.restore(path, {"ema": ema})
    _assert_equal(_values(ema.averages), expected)
    _assert_equal(_values(network.weights), weights)
    assert int(ema.num_updates) == 1


def test_two_devices_keep_the_same_averages_as_one():
    tf = pytest.importorskip("tensorflow")
    devices = [d.name for d in tf.config.list_logical_devices("CPU")]
    if len(devices) < 2:
        pytest.skip("needs two logical CPU devices")
    inputs = np.random.default_rng(0).normal(size=(4, 4, 4, 3))
    inputs = inputs.astype("float32")

    def train(strategy):
        keras.utils.set_random_seed(0)
        with strategy.scope():
            owner = Owner()
            _randomise(owner.network, 0)
            owner.ema.reset()
            optimizer = keras.optimizers.SGD(0.1)
            optimizer.build(owner.network.trainable_variables)

        def step(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(owner.network(x, training=True) ** 3)
                loss /= strategy.num_replicas_in_sync
            variables = owner.network.trainable_variables
            optimizer.apply(tape.gradient(loss, variables), variables)
            owner.ema.update()

        batches = tf.data.Dataset.from_tensors(inputs).unbatch().batch(4)
        batches = strategy.experimental_distribute_dataset(batches)
        run = tf.function(lambda x: strategy.run(step, args=(x,)))
        for _ in range(3):
            for batch in batches:
                run(batch)
        return owner

    one = train(tf.distribute.OneDeviceStrategy(devices[0]))
    two = train(tf.distribute.MirroredStrategy(devices[:2]))
    assert int(np.asarray(two.ema.num_updates)) == 3
    for a, b in zip(one.ema.averages, two.ema.averages, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
        first, second = b.value.values
        np.testing.assert_array_equal(first, second)
    averages = _values(two.ema.averages)
    with two.ema.applied():
        for device in range(2):
            on_device = [w.value.values[device] for w in two.network.weights]
            _assert_equal(on_device, averages)


def test_an_unbuilt_network_is_refused():
    with pytest.raises(ValueError, match="not built"):
        ExponentialMovingAverage(Network(), DECAY)


def test_an_impossible_decay_is_refused(network):
    with pytest.raises(ValueError, match="decay=1.0"):
        ExponentialMovingAverage(network, 1.0)
