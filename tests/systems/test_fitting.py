"""Keras' own loops around the smallest systems."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

import tf_semsynth as ss
from tests.systems.two_phases import TwoPhases
from tests.training import painter
from tests.training.painter import make_batch, make_dataset
from tf_semsynth.systems.not_finite import NotFiniteError


class EndlessSlope(painter.Painter):
    """Its losses are numbers, its gradients are not."""

    def generator_terms(self, batch, noise, training=True):
        fake = self.generator(self.layout_of(batch), training=training)
        zero = fake - ops.stop_gradient(fake)
        return {"zero": ops.sum(ops.sqrt(zero))}


def tensors(step):
    return keras.tree.map_structure(tf.constant, make_batch(step))


def test_fit_equals_steps_by_hand():
    by_hand, fitted = (painter.build(ema_decay=0.5) for _ in range(2))
    step = tf.function(by_hand.train_step)
    losses = [float(step(tensors(i))["loss/generator/l1"]) for i in range(4)]
    history = fitted.fit(
        make_dataset(0), epochs=4, steps_per_epoch=1, verbose=0
    ).history
    np.testing.assert_allclose(history["loss/generator/l1"], losses, rtol=1e-6)
    pairs = zip(
        painter.values_of(by_hand), painter.values_of(fitted), strict=True
    )
    for ours, other in pairs:
        np.testing.assert_allclose(ours, other, rtol=1e-5, atol=1e-6)


def test_evaluating_gives_the_losses_and_changes_nothing():
    system = painter.build()
    before = painter.values_of(system)
    logs = system.evaluate(make_dataset(0).take(2), return_dict=True, verbose=0)
    expected = np.mean(
        [
            np.abs(
                np.subtract(
                    system.synthesize(make_batch(i)), make_batch(i)["image"]
                )
            ).mean()
            for i in range(2)
        ]
    )
    assert logs["loss/generator/l1"] == pytest.approx(expected, rel=1e-5)
    for value, other in zip(before, painter.values_of(system), strict=True):
        np.testing.assert_array_equal(value, other)


def test_validation_data_adds_its_losses_to_the_history():
    history = painter.build().fit(
        make_dataset(0).take(2),
        validation_data=make_dataset(7).take(1),
        verbose=0,
    )
    assert "val_loss/generator/total" in history.history


def test_an_epochs_losses_are_the_mean_of_its_steps():
    by_hand, fitted = painter.build(), painter.build()
    step = tf.function(by_hand.train_step)
    losses = [float(step(tensors(i))["loss/generator/l1"]) for i in range(4)]
    history = fitted.fit(
        make_dataset(0), epochs=2, steps_per_epoch=2, verbose=0
    ).history["loss/generator/l1"]
    expected = [np.mean(losses[:2]), np.mean(losses[2:])]
    np.testing.assert_allclose(history, expected, rtol=1e-5)


def test_where_the_data_end_nothing_is_changed():
    """An epoch of unknown length ends with a step that finds no batch."""
    system, other = painter.build(ema_decay=0.9), painter.build(ema_decay=0.9)
    for _ in range(3):
        system.fit(make_dataset(0).take(2), verbose=0)
    for index in range(6):
        tf.function(other.train_step)(tensors(index % 2))
    assert int(system.train_steps) == 6
    pairs = zip(
        painter.values_of(system), painter.values_of(other), strict=True
    )
    for ours, reference in pairs:
        np.testing.assert_allclose(ours, reference, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
        keras.callbacks.ReduceLROnPlateau(),
        keras.callbacks.SwapEMAWeights(),
    ],
    ids=lambda callback: type(callback).__name__,
)
def test_callbacks_that_set_the_learning_rate_are_refused(callback):
    system = painter.build()
    with pytest.raises(ValueError, match="constant_epochs and decay_epochs"):
        system.fit(make_dataset(0).take(1), callbacks=[callback], verbose=0)


def test_other_callbacks_are_called():
    seen = []
    callback = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(sorted(logs))
    )
    painter.build().fit(make_dataset(0).take(1), callbacks=callback, verbose=0)
    assert seen and "loss/generator/total" in seen[0]


def unmoved(steps_per_execution=1, strategy=None, **options):
    """A painter that does not learn, so that each step's loss is known."""
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        system = painter.build(strategy)
        system.compile(
            optimizers={"generator": keras.optimizers.SGD(0.0)},
            steps_per_execution=steps_per_execution,
            **options,
        )
    return system


def dataset_of(batch, batch_size):
    return tf.data.Dataset.from_tensor_slices(batch).batch(batch_size)


@pytest.mark.parametrize(
    "steps_per_execution, batch_size, devices",
    [(1, 4, 1), (2, 3, 1), (7, 4, 1), (3, 4, 2)],
)
def test_logs_are_the_mean_over_all_pictures(
    steps_per_execution, batch_size, devices
):
    """With a short last batch, on one device and two."""
    strategy = None
    if devices == 2:
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    system = unmoved(steps_per_execution, strategy)
    batch = make_batch(0, 10)
    fake = np.asarray(system.synthesize(batch))
    expected = np.abs(fake - batch["image"]).mean()
    data = dataset_of(batch, batch_size)
    history = system.fit(data, epochs=2, verbose=0).history
    np.testing.assert_allclose(history["loss"], [expected] * 2, rtol=1e-6)
    found = system.evaluate(data, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(expected, rel=1e-6)
    steps = int(ops.convert_to_numpy(system.train_steps))
    assert steps == 2 * -(-10 // batch_size)


@pytest.mark.parametrize("option", ["run_eagerly", "jit_compile"])
def test_eager_and_compiled_steps_log_the_same(option):
    batch = make_batch(0, 6)
    ours, other = unmoved(2), unmoved(2, **{option: True})
    expected, found = (
        x.fit(dataset_of(batch, 4), verbose=0).history["loss"]
        for x in (ours, other)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_the_loss_is_the_sum_of_the_phases_in_every_door():
    system = TwoPhases(painter.Config())
    sgd = keras.optimizers.SGD
    system.compile(optimizers={"first": sgd(0.0), "second": sgd(0.0)})
    batch = make_batch(0)
    fake = np.asarray(system.synthesize(batch))
    expected = np.abs(fake - batch["image"]).mean() + (fake + 1).mean()
    history = system.fit(
        batch, batch_size=2, validation_data=batch, verbose=0
    ).history
    found = [
        *history["loss"],
        *history["val_loss"],
        system.evaluate(batch, verbose=0, return_dict=True)["loss"],
        system.evaluate(batch, verbose=0)[0],
        system.train_on_batch(batch, return_dict=True)["loss"],
        system.test_on_batch(batch, return_dict=True)["loss"],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def spoiled(length=12, row=2):
    batch = make_batch(0, length)
    batch["image"][row, 0, 0, 0] = np.nan
    return dataset_of(batch, 2)


class Steps(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(batch)


def test_fit_stops_where_a_loss_is_not_finite():
    system, steps = painter.build(), Steps()
    with pytest.raises(
        NotFiniteError, match="step 2: loss/generator/l1 is nan"
    ):
        system.fit(spoiled(), epochs=2, verbose=0, callbacks=[steps])
    assert steps.seen == [0]
    assert int(system.train_steps) == 2


def test_fit_stops_at_the_step_within_an_execution():
    system = painter.build()
    system.compile(steps_per_execution=4)
    with pytest.raises(NotFiniteError, match="at step 3:"):
        system.fit(spoiled(row=5), verbose=0)
    assert int(system.train_steps) == 3


def test_fit_stops_where_a_gradient_is_not_finite():
    system = EndlessSlope(painter.Config())
    system.compile()
    with pytest.raises(
        NotFiniteError, match="step 1: the gradients of the generator phase"
    ):
        system.fit(make_batch(0), batch_size=2, verbose=0)


def test_terminate_on_nan_ends_fit_at_the_batch():
    steps = Steps()
    painter.build().fit(
        spoiled(),
        epochs=2,
        verbose=0,
        callbacks=[keras.callbacks.TerminateOnNaN(), steps],
    )
    assert steps.seen == [0, 1]


def test_terminate_on_nan_sees_gradients_too():
    system, steps = EndlessSlope(painter.Config()), Steps()
    system.compile()
    system.fit(
        make_batch(0),
        batch_size=2,
        epochs=3,
        verbose=0,
        callbacks=[keras.callbacks.TerminateOnNaN(), steps],
    )
    assert steps.seen == [0]


def test_a_validation_that_is_not_finite_stops_nothing():
    history = (
        painter.build()
        .fit(make_batch(0), validation_data=spoiled(), epochs=2, verbose=0)
        .history
    )
    assert np.isnan(history["val_loss"]).all() and len(history["loss"]) == 2


def test_early_stopping_watches_the_loss():
    history = painter.build().fit(
        make_batch(0),
        epochs=9,
        verbose=0,
        validation_data=make_batch(1),
        callbacks=[keras.callbacks.EarlyStopping(min_delta=9.0, patience=1)],
    )
    assert len(history.history["loss"]) == 2


def test_checkpoints_are_named_by_the_loss(tmp_path):
    path = tmp_path / "{epoch}-{val_loss:.3f}.keras"
    checkpoint = keras.callbacks.ModelCheckpoint(path, monitor="val_loss")
    batch = make_batch(0)
    history = painter.build().fit(
        batch, validation_data=batch, verbose=0, callbacks=[checkpoint]
    )
    (value,) = history.history["val_loss"]
    assert [x.name for x in tmp_path.iterdir()] == [f"1-{value:.3f}.keras"]
    ss.load_model(tmp_path / f"1-{value:.3f}.keras")


def test_a_checkpoint_in_the_old_format_is_refused_before_the_epoch(tmp_path):
    system = painter.build()
    checkpoint = keras.callbacks.ModelCheckpoint(str(tmp_path / "x.h5"))
    with pytest.raises(ValueError, match=".keras.*x.h5"):
        system.fit(make_batch(0), verbose=0, callbacks=[checkpoint])
    assert int(system.train_steps) == 0 and not list(tmp_path.iterdir())
    weights = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "x.weights.h5"), save_weights_only=True
    )
    system.fit(make_batch(0), verbose=0, callbacks=[weights])
    assert (tmp_path / "x.weights.h5").exists()


def test_a_callback_reads_the_learning_rate():
    rates = []

    class Rates(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate.numpy()))

    painter.build().fit(make_batch(0), verbose=0, callbacks=[Rates()])
    assert rates == [pytest.approx(0.05)]


def test_part_of_a_dictionary_can_validate():
    batch = make_batch(0, 8)
    system = unmoved()
    fake = np.asarray(system.synthesize(batch))
    errors = np.abs(fake - batch["image"])
    history = system.fit(
        batch, batch_size=2, validation_split=0.25, verbose=0
    ).history
    np.testing.assert_allclose(history["loss"], errors[:6].mean(), rtol=1e-5)
    np.testing.assert_allclose(
        history["val_loss"], errors[6:].mean(), rtol=1e-5
    )


WEIGHT = np.ones(4, "float32")
DOORS = ("fit", "evaluate", "train_on_batch", "test_on_batch")


@pytest.mark.parametrize(
    "door, name, value",
    [
        *((door, "y", WEIGHT) for door in DOORS),
        *((door, "sample_weight", WEIGHT) for door in DOORS),
        ("fit", "class_weight", {0: 2.0}),
        ("train_on_batch", "class_weight", {0: 2.0}),
    ],
)
def test_what_the_losses_do_not_read_is_refused_by_name(door, name, value):
    with pytest.raises(ValueError, match=f"one dictionary.*{name}"):
        getattr(painter.build(), door)(make_batch(0), **{name: value})


@pytest.mark.parametrize("door", ["fit", "evaluate", "predict"])
def test_what_a_data_set_holds_beside_its_batches_is_refused(door):
    batch = make_batch(0)
    run = getattr(painter.build(), door)
    for data, words in (
        (dataset_of((batch, WEIGHT), 2), "no targets `y`"),
        ((x for x in [(batch, WEIGHT)]), "no targets `y`"),
        (dataset_of(batch["class_ids"], 2), "one dictionary.*shape"),
        (batch["class_ids"], "one dictionary.*shape"),
        (None, "one dictionary.*NoneType"),
    ):
        with pytest.raises(ValueError, match=words):
            run(data, verbose=0)


def test_weights_in_a_sequence_of_batches_are_refused():
    class Weighted(keras.utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, index):
            return make_batch(0), None, WEIGHT

    with pytest.raises(ValueError, match="no weights of samples.*float"):
        painter.build().fit(Weighted(), verbose=0)


def test_validation_data_are_looked_at_before_the_first_epoch():
    system, batch = painter.build(), make_batch(0)
    for data in ((batch, WEIGHT), dataset_of((batch, WEIGHT), 2)):
        with pytest.raises(ValueError, match="no targets `y`"):
            system.fit(batch, validation_data=data, verbose=0)
    assert int(system.train_steps) == 0
