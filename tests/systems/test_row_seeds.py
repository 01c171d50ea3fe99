"""What `predict` draws follows from the row alone."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from tests.training import painter
from tests.training.painter import H, K, W

NUM_ROWS = 7


class NoisyGenerator(painter.Generator):
    def render(self, prepared, latent=None, training=None):
        return ops.tanh(prepared["colour"] + latent[:, None, None, :])

    def call(self, layout, latent=None, training=None):
        return self.render(self.prepare(layout), latent)


@keras.saving.register_keras_serializable("tests")
class NoisyPainter(painter.Painter):
    """A painter whose pictures have the colour of their noise."""

    config_class = painter.Config

    def build_networks(self):
        self.generator = NoisyGenerator(self.config, name="generator")

    def noise_shapes(self, phase):
        return {"latent": (3,)}


class Batches(keras.utils.PyDataset):
    def __init__(self, ids, batch_size):
        super().__init__(workers=2)
        self.ids, self.batch_size = ids, batch_size

    def __len__(self):
        return -(-len(self.ids) // self.batch_size)

    def __getitem__(self, index):
        start = index * self.batch_size
        return {"class_ids": self.ids[start : start + self.batch_size]}


@pytest.fixture(scope="module")
def system():
    return NoisyPainter(painter.Config())


@pytest.fixture(scope="module")
def ids():
    rng = np.random.default_rng(0)
    return rng.integers(0, K, (NUM_ROWS, H, W), dtype="int32")


@pytest.fixture(scope="module")
def expected(system, ids):
    pictures = [
        system.synthesize({"class_ids": ids[i : i + 1]}, seed=[i])
        for i in range(NUM_ROWS)
    ]
    return np.concatenate(pictures)


def as_dataset(ids, size):
    return tf.data.Dataset.from_tensor_slices({"class_ids": ids}).batch(size)


DATA = {
    "arrays": lambda ids, size: {"class_ids": ids},
    "data set": as_dataset,
    "data set of tuples": lambda ids, size: as_dataset(ids, size).map(
        lambda batch: (batch,)
    ),
    "generator": lambda ids, size: iter(as_dataset(ids, size)),
    "PyDataset": Batches,
}


@pytest.mark.parametrize("form", DATA)
@pytest.mark.parametrize("batch_size", [1, 3, 7])
def test_row_i_is_that_of_seed_i(system, ids, expected, form, batch_size):
    options = {"batch_size": batch_size} if form == "arrays" else {}
    for _ in range(2):  # A second call begins anew.
        data = DATA[form](ids, batch_size)
        found = system.predict(data, verbose=0, **options)
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_several_steps_an_execution_change_nothing(ids, expected):
    system = NoisyPainter(painter.Config())
    system.compile(steps_per_execution=3)
    system.generator.paint.set_weights(
        [np.zeros(w.shape) for w in system.generator.paint.weights]
    )
    one = system.predict(as_dataset(ids, 7), verbose=0)
    many = system.predict(as_dataset(ids, 2), verbose=0)
    np.testing.assert_array_equal(many, one)
    assert len(np.unique(one[:, 0, 0, 0])) == NUM_ROWS


def test_two_devices_draw_what_one_draws(ids):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        system = NoisyPainter(painter.Config())
    one = NoisyPainter(painter.Config())
    one.generator.set_weights(system.generator.get_weights())
    found = system.predict({"class_ids": ids}, batch_size=4, verbose=0)
    expected = one.predict({"class_ids": ids}, batch_size=7, verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_seeds_of_ones_own_win(system, ids):
    seeds = np.arange(100, 100 + NUM_ROWS)
    batch = {"class_ids": ids, "noise_seed": seeds}
    expected = system.synthesize({"class_ids": ids}, seed=seeds)
    for data in (batch, as_dataset(ids, 3)):
        if data is not batch:
            data = tf.data.Dataset.from_tensor_slices(batch).batch(3)
        found = system.predict(data, verbose=0)
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_call_draws_row_i_from_seed_i(system, ids, expected):
    image = system({"class_ids": ids})
    np.testing.assert_allclose(image, expected, atol=1e-6)
    image = system.predict_on_batch({"class_ids": ids})
    np.testing.assert_allclose(image, expected, atol=1e-6)
