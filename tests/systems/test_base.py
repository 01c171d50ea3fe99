"""Phases, compiling and the training step, on the smallest system."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.training import painter
from tests.training.painter import make_batch
from tf_semsynth.core.classes import ClassTable


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


def test_a_step_before_compiling_names_compile():
    with pytest.raises(ValueError, match=r"system.compile\(\)"):
        ss.build_system("painter").train_step(tensors(0))


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
