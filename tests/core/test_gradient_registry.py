"""Gradients in TensorFlow's registry: there as long as their graph is."""

import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry as registry

from tf_semsynth.core import backend
from tf_semsynth.core.gradient_registry import hand_over_all, hand_to_graph


def registered():
    return {n for n in registry._registry if n.startswith("CustomGradient-")}


@tf.custom_gradient
def tripled_backwards(x):
    return tf.identity(x), lambda upstream: 3 * upstream


def make_graph(hand_over):
    """A graph with a custom gradient, which it has been asked for twice."""

    @tf.function(autograph=False)
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tripled_backwards(x)
            hand_over(y)
        return tape.gradient(y, x)

    return slope.get_concrete_function(tf.TensorSpec((2,)))


@pytest.mark.parametrize(
    "hand_over", [hand_to_graph, lambda outputs: hand_over_all()]
)
def test_a_gradient_works_and_goes_with_its_graph(hand_over):
    gc.collect()
    before = registered()
    function = make_graph(hand_over)
    np.testing.assert_array_equal(function(tf.ones(2)), [3, 3])
    graph = weakref.ref(function.graph)
    (name,) = registered() - before
    operation = next(
        x for x in graph().get_operations() if x.type == "IdentityN"
    )
    with graph().as_default():  # What later looks it up in the registry gets.
        found = registry.lookup(name)(operation, tf.ones(2), tf.ones(2))
    assert len(found) == len(operation.inputs)
    del operation, function, found
    gc.collect()
    assert graph() is None
    assert registered() == before


def test_eager_tensors_have_nothing_to_hand_over():
    before = registered()
    hand_to_graph([tripled_backwards(tf.ones(2))])
    hand_over_all()
    assert registered() == before


def test_taken_rows_leave_nothing_behind():
    gc.collect()
    before = registered()

    @tf.function(autograph=False)
    def slope(table):
        with tf.GradientTape() as tape:
            tape.watch(table)
            taken = backend.take_rows(table, [0, 0, 1], training=True)
        return tape.gradient(taken, table)

    np.testing.assert_array_equal(slope(tf.zeros((3, 1))), [[2], [1], [0]])
    assert registered() != before
    del slope
    gc.collect()
    assert registered() == before
