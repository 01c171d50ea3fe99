"""Means of steps whose results are known."""

import math
import types

import pytest
import tensorflow as tf

from tf_semsynth.systems.not_finite import NotFiniteError
from tf_semsynth.systems.step_function import StepFunction


def batch(*values):
    """Pictures whose loss is the mean of the values."""
    return {"class_ids": tf.constant(values, tf.float32)[:, None, None]}


def step(batch):
    loss = tf.reduce_mean(batch["class_ids"])
    return {
        "loss/a/total": loss,
        "loss/b/total": 2 * loss,
        "finite/a": tf.cast(loss < 100, tf.float32),
    }


def make(steps_per_execution=1, run_eagerly=False):
    system = types.SimpleNamespace(
        steps_per_execution=steps_per_execution,
        run_eagerly=run_eagerly,
        jit_compile=False,
        distribute_strategy=tf.distribute.get_strategy(),
        train_steps=tf.constant(7),
    )
    return StepFunction(system, step)


BATCHES = [batch(1.0, 2.0, 3.0), batch(7.0, 7.0, 7.0), batch(19.0)]
MEAN = (1 + 2 + 3 + 7 + 7 + 7 + 19) / 7


@pytest.mark.parametrize("run_eagerly", [False, True])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_each_picture_counts_alike(steps, run_eagerly):
    signature = {"class_ids": tf.TensorSpec((None, 1, 1), tf.float32)}
    dataset = tf.data.Dataset.from_generator(
        lambda: BATCHES, output_signature=signature
    )
    for iterator in (iter(BATCHES), iter(dataset)):
        function = make(steps, run_eagerly)
        for _ in range(math.ceil(3 / steps)):
            means = function(iterator)
        assert means["loss/a/total"] == pytest.approx(MEAN)
        assert means["loss"] == pytest.approx(3 * MEAN)
        assert means["finite/a"] == 1
        with pytest.raises((StopIteration, tf.errors.OutOfRangeError)):
            function(iterator)


def test_the_mean_so_far_is_returned_and_begins_anew():
    function = make()
    batches = iter(BATCHES)
    assert function(batches)["loss/a/total"] == pytest.approx(2)
    assert function(batches)["loss/a/total"] == pytest.approx(4.5)
    function.reset()
    assert function(batches)["loss/a/total"] == pytest.approx(19)


def test_the_loss_is_no_number_where_a_gradient_is_none():
    means = make()(iter([batch(100.0)]))
    assert math.isnan(means["loss"]) and means["loss/a/total"] == 100


def test_what_is_not_finite_is_an_error_where_asked_for():
    function = make()
    function(iter([batch(math.nan)]))
    function.raises = True
    with pytest.raises(NotFiniteError, match="step 7: loss/a/total is inf"):
        function(iter([batch(math.inf)]))
