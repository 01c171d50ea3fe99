import keras
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.training import painter
from tests.training.painter import H, K, W
from tf_semsynth.training.dry_run import describe_cost, trace_synthesis
from tf_semsynth.training.graph_cost import (
    count_multiply_adds,
    estimate_peak_bytes,
)

B = 2


def graph_of(function, *specs):
    return tf.function(function).get_concrete_function(*specs).graph


def test_a_convolution_and_its_gradients_cost_the_same_each():
    kernel = tf.Variable(tf.zeros((3, 3, 8, 16)))

    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.nn.conv2d(x, kernel, 2, "SAME")
            loss = tf.reduce_sum(y * y)
        return tape.gradient(loss, [x, kernel])

    graph = graph_of(step, tf.TensorSpec((B, 32, 32, 8)))
    assert count_multiply_adds(graph) == 3 * B * 16 * 16 * 16 * 9 * 8


def test_matrix_products_are_counted():
    def products(x, y):
        return (
            tf.matmul(x, y),
            tf.matmul(x, x, transpose_a=True),
            tf.einsum("ij,jk->ik", x, y),
        )

    specs = tf.TensorSpec((4, 5)), tf.TensorSpec((5, 6))
    graph = graph_of(products, *specs)
    assert count_multiply_adds(graph) == 4 * 5 * 6 + 5 * 4 * 5 + 4 * 5 * 6


def test_a_depthwise_convolution_is_counted():
    kernel = tf.zeros((3, 3, 8, 1))

    def depthwise(x):
        return tf.nn.depthwise_conv2d(x, kernel, (1, 1, 1, 1), "SAME")

    graph = graph_of(depthwise, tf.TensorSpec((B, 10, 12, 8)))
    assert count_multiply_adds(graph) == B * 10 * 12 * 8 * 9


def test_compiled_functions_are_counted_inside():
    @tf.function(jit_compile=True)
    def inner(x):
        return tf.matmul(x, x)

    graph = graph_of(lambda x: inner(inner(x)), tf.TensorSpec((7, 7)))
    assert count_multiply_adds(graph) == 2 * 7**3


def test_of_two_branches_the_dearer_counts():
    square = tf.function(lambda x: tf.matmul(x, x))

    def either(x):
        return tf.cond(
            tf.reduce_sum(x) > 0,
            lambda: tf.matmul(x, x),
            lambda: square(square(x)),
        )

    graph = graph_of(either, tf.TensorSpec((7, 7)))
    assert count_multiply_adds(graph) == 2 * 7**3
    assert estimate_peak_bytes(graph) >= 7 * 7 * 4


def test_memory_is_that_of_the_tensors_alive_together():
    def chain(x):  # x belongs to the caller; at most two others are alive.
        for _ in range(5):
            x = tf.nn.relu(x)
        return x

    graph = graph_of(chain, tf.TensorSpec((100,)))
    assert estimate_peak_bytes(graph) == 2 * 400


def test_memory_keeps_what_the_gradient_needs():
    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(10):
                y = tf.nn.relu(y)
        return tape.gradient(y, x)

    graph = graph_of(step, tf.TensorSpec((1000,)))
    assert 10 * 4000 <= estimate_peak_bytes(graph) <= 13 * 4000


def test_a_real_network_is_counted_as_by_hand():
    """Keras' layers: a convolution, a dense layer."""
    model = keras.Sequential(
        [
            keras.layers.Conv2D(4, 3, padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(5),
        ]
    )
    model.build((None, 8, 8, 3))
    graph = graph_of(model, tf.TensorSpec((1, 8, 8, 3)))
    assert count_multiply_adds(graph) == 8 * 8 * 4 * 27 + 8 * 8 * 4 * 5


@pytest.mark.slow
def test_the_full_spade_generator_costs_what_is_known():
    """181.2 G multiply-adds, of which 45.6 G are looked up here instead."""
    system = ss.build_system("spade", lambda_vgg=0.0)
    specs = {"class_ids": tf.TensorSpec((1, 256, 256), tf.int32)}
    graph = trace_synthesis(system, specs).graph
    assert count_multiply_adds(graph) / 1e9 == pytest.approx(135.6, abs=0.2)


def test_the_description_has_parameters_cost_and_shapes():
    system = painter.build(ema_decay=0.9)
    text = describe_cost(system, painter.make_batch(0), num_replicas=2)
    parameters = 9 * K * 3 + 3
    assert f"generator               {parameters}" in text
    assert "2 pictures each" in text and "averaged weights" in text
    assert f"class_ids               (4, {H}, {W}) int32, 0 to 2" in text
