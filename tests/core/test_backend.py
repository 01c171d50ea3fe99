from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from keras import ops

from tf_semsynth.core import backend

tf = pytest.importorskip("tensorflow")
MUCH = backend.LEAST_COMPILED_WORK


@backend.compiled
def add_doubled(a, b):
    return a + 2 * b


def compiled_functions(function, *tensors, allowed=True):
    """The graph's calls that carry XLA's mark."""
    with backend.compiling(allowed):
        graph = tf.function(function).get_concrete_function(*tensors).graph
    marked = [
        operation.name
        for operation in graph.get_operations()
        if operation.type.endswith("PartitionedCall")
        and operation.get_attr("_XlaMustCompile")
    ]
    return marked


@pytest.fixture
def tensors():
    return tf.constant([1.0, 2.0]), tf.constant([3.0, 5.0])


def test_large_work_in_a_graph_is_compiled_with_equal_values(tensors):
    def large(a, b):
        return add_doubled(a, b, work=MUCH)

    assert compiled_functions(large, *tensors)
    with backend.compiling():
        doubled = tf.function(large)(*tensors)
    np.testing.assert_array_equal(doubled, [7.0, 12.0])
    np.testing.assert_array_equal(large(*tensors), [7.0, 12.0])


def test_unknown_work_in_a_graph_is_compiled(tensors):
    assert compiled_functions(
        lambda a, b: add_doubled(a, b, work=None), *tensors
    )


def test_small_work_is_not_compiled(tensors):
    assert not compiled_functions(
        lambda a, b: add_doubled(a, b, work=MUCH - 1), *tensors
    )


def test_nothing_is_compiled_where_it_is_not_allowed(tensors):
    def large(a, b):
        return add_doubled(a, b, work=MUCH)

    assert not compiled_functions(large, *tensors, allowed=False)
    with ThreadPoolExecutor(1) as other_thread, backend.compiling():
        graph = other_thread.submit(
            lambda: tf.function(large).get_concrete_function(*tensors).graph
        ).result()
    assert not graph._functions


def test_nothing_is_compiled_while_exporting(tensors):
    with backend.exporting():
        assert not compiled_functions(
            lambda a, b: add_doubled(a, b, work=MUCH), *tensors
        )


def test_gradients_flow_through_compiled_functions(tensors):
    @tf.function
    def slope(a, b):
        with tf.GradientTape() as tape:
            tape.watch(b)
            total = tf.reduce_sum(add_doubled(a, b, work=MUCH))
        return tape.gradient(total, b)

    with backend.compiling():
        np.testing.assert_array_equal(slope(*tensors), [2.0, 2.0])


def test_noise_of_a_row_depends_on_its_seed_alone():
    alone = backend.per_row_normal([7], 0, (3,))
    among = backend.per_row_normal([1, 7, 2**40], 0, (3,))
    np.testing.assert_array_equal(alone[0], among[1])
    other = backend.per_row_normal([7], 1, (3,))
    assert np.abs(np.subtract(alone, other)).min() > 0


def test_noise_is_standard_normal():
    noise = np.asarray(backend.per_row_normal(range(50), 0, (200,)))
    assert abs(noise.mean()) < 0.03
    assert abs(noise.std() - 1) < 0.03


def test_unknown_lengths_give_no_number_of_elements():
    assert backend.num_elements(2, 3, 4) == 24
    assert backend.num_elements(None, 3) is None


def test_fused_batch_norm_matches_numpy():
    rng = np.random.default_rng(0)
    x = rng.normal(5, 3, (2, 3, 4, 5)).astype("float32")
    gamma, beta = rng.normal(size=(2, 5)).astype("float32")
    y, mean, variance = backend.fused_batch_norm(x, gamma, beta, 1e-5)
    flat = x.reshape(-1, 5).astype("float64")
    np.testing.assert_allclose(mean, flat.mean(0), rtol=1e-5)
    np.testing.assert_allclose(variance, flat.var(0, ddof=1), rtol=1e-4)
    expected = (x - flat.mean(0)) / np.sqrt(flat.var(0) + 1e-5)
    np.testing.assert_allclose(y, expected * gamma + beta, atol=1e-4)


def test_one_replica_sums_nothing():
    assert backend.num_replicas() == 1
    assert int(backend.replica_index()) == 0
    total = backend.all_reduce_sum(ops.convert_to_tensor([1.0, 2.0]))
    np.testing.assert_array_equal(total, [1.0, 2.0])
