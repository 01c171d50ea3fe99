"""Phases, compiling and the training step, on the smallest system."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.training import painter
from tests.training.painter import make_batch, make_dataset
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.optimizers.adam import Adam


def tensors(step):
    return keras.tree.map_structure(tf.constant, make_batch(step))


def test_a_step_descends_the_sum_of_the_terms():
    system = painter.build()
    system.compile(optimizers={"generator": keras.optimizers.SGD(0.1)})
    (phase,) = system.phases()
    batch = tensors(0)
    terms, gradients = system.gradients(phase, batch, {})
    variables = system.variables_of(phase)
    expected = [
        np.asarray(variable) - 0.1 * np.asarray(gradient)
        for variable, gradient in zip(variables, gradients, strict=True)
    ]
    logs = system.train_step(batch)
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-5, atol=1e-6)
    assert set(logs) == {
        "loss/generator/l1",
        "loss/generator/total",
        "finite/generator",
    }
    assert float(logs["loss/generator/l1"]) == pytest.approx(float(terms["l1"]))
    assert float(logs["finite/generator"]) == 1.0
    assert int(system.train_steps) == 1


def test_a_gradient_that_is_not_finite_is_reported():
    system = painter.build()
    batch = make_batch(0)
    batch["image"][0, 0, 0, 0] = np.nan
    batch = keras.tree.map_structure(tf.constant, batch)
    logs = tf.function(system.train_step)(batch)
    assert float(logs["finite/generator"]) == 0.0


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


def test_the_average_follows_the_generator():
    system = painter.build(ema_decay=0.9)
    start = np.array(system.generator.weights[0])
    system.train_step(tensors(0))
    weight = np.array(system.generator.weights[0])
    with system.ema.applied():
        average = np.array(system.generator.weights[0])
    # The first of them keeps a tenth: min(0.9, 1 / 10).
    np.testing.assert_allclose(average, 0.1 * start + 0.9 * weight, atol=1e-6)


def test_noise_seeds_come_from_seed_step_and_row():
    system = painter.build()
    batch = tensors(0)
    first = np.asarray(system._noise_seed(batch))
    assert len(set(first)) == len(first) == 4
    np.testing.assert_array_equal(system._noise_seed(batch), first)
    system.train_steps.assign(1)
    assert not set(first) & set(np.asarray(system._noise_seed(batch)))
    system.compile(seed=1)
    assert not set(first) & set(np.asarray(system._noise_seed(batch)))


def test_a_batchs_own_noise_seeds_are_used():
    system = painter.build()
    batch = {**tensors(0), "noise_seed": tf.constant([9, 8, 7, 6])}
    np.testing.assert_array_equal(system._noise_seed(batch), [9, 8, 7, 6])


def test_optimizers_are_the_papers_unless_given():
    system = painter.build()
    optimizer = system.optimizers_by_phase["generator"]
    assert type(optimizer) is Adam and optimizer.built
    assert system.generator_optimizer is optimizer
    assert system.optimizer is None  # Keras' own would be RMSprop.


def test_an_optimizer_for_no_phase_is_refused():
    system = painter.build()
    with pytest.raises(ValueError, match="critic.*\\['generator'\\]"):
        system.compile(optimizers={"critic": keras.optimizers.SGD()})


def test_a_decay_without_the_length_of_an_epoch_is_refused():
    system = ss.build_system("painter", decay_epochs=3)
    with pytest.raises(ValueError, match="compile\\(steps_per_epoch"):
        system.compile()


def test_a_step_before_compiling_names_compile():
    with pytest.raises(ValueError, match=r"system.compile\(\)"):
        ss.build_system("painter").train_step(tensors(0))


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


def test_classes_of_another_number_are_refused():
    with pytest.raises(ValueError, match="names 4 classes.*is 3"):
        ss.build_system("painter", ClassTable.default(4))


def test_checkpoint_roots_are_networks_optimizers_average_and_step():
    system = ss.build_system("painter")
    assert set(system.checkpoint_roots()) == {"system"}
    system.compile(ema_decay=0.9)
    assert set(system.checkpoint_roots()) == {
        "system",
        "generator_optimizer",
        "ema",
        "step",
    }
