"""The few operations that Keras' backend-agnostic API does not offer.

Each has a TensorFlow form and a plain form for other backends. TensorFlow is
imported inside the functions, so that floors 1 to 4 run without it.
"""

import contextlib
import functools
import math
import threading

import keras
import numpy as np

from tf_semsynth.core import gradient_registry

# Below it, compiling takes longer than it saves: about half a second for a
# function and its gradient, against a millisecond a call.
LEAST_COMPILED_WORK = 2**18
_exporting = False
# Of each thread: replicas are traced in threads of their own, in turns.
_thread = threading.local()


def on_tensorflow():
    """True where Keras runs on the TensorFlow backend."""
    return keras.backend.backend() == "tensorflow"


def compiled(function):
    """Compiles a pure function of tensors with XLA where that pays.

    The function is compiled on the TensorFlow backend while a graph is being
    built within `compiling()` for large tensors. Elsewhere (XLA's mark would
    stick to what a user saves), for small ones (where compiling takes longer
    than it saves) and on other backends it runs as it is.

    Args:
        function: Pure function of tensors (positional, nested structures
            allowed) to tensors, written with `keras.ops`.

    Returns:
        A function with the same signature and values, and one more argument
        by name: `work`, int, the multiply-adds that one call makes, or None
        where sizes are unknown.
    """
    graph_function = None

    @functools.wraps(function)
    def wrapper(*tensors, work):
        nonlocal graph_function
        # Other backends have sizes that cannot be compared while they trace.
        if not on_tensorflow() or not _compiling():
            return function(*tensors)
        if work is not None and work < LEAST_COMPILED_WORK:
            return function(*tensors)
        import tensorflow as tf

        if tf.executing_eagerly():
            return function(*tensors)
        if graph_function is None:
            graph_function = tf.function(
                function, jit_compile=True, autograph=False
            )
        return graph_function(*tensors)

    return wrapper


def num_elements(*shapes):
    """The product of the lengths of axes, None if one is unknown."""
    return None if None in shapes else math.prod(shapes)


@contextlib.contextmanager
def compiling(allowed=True):
    """Context for graphs that stay here, where XLA may compile parts.

    Args:
        allowed: bool, False for a graph within that may be saved.
    """
    before = getattr(_thread, "compiling", False)
    _thread.compiling = allowed
    try:
        yield
    finally:
        _thread.compiling = before


def _compiling():
    return getattr(_thread, "compiling", False) and not _exporting


@contextlib.contextmanager
def exporting():
    """Context in which nothing is compiled by XLA, `compiling()` or not."""
    global _exporting
    before, _exporting = _exporting, True
    try:
        yield
    finally:
        _exporting = before


def is_exporting():
    """Whether a SavedModel of ours is traced, which checks its requests."""
    return _exporting


def require_tensorflow(what):
    """Refuses what other backends of Keras do not offer.

    Args:
        what: str, such as "Training".

    Raises:
        ValueError: Keras runs on another backend.
    """
    if not on_tensorflow():
        raise ValueError(
            f"{what} needs Keras' TensorFlow backend. Here it runs on "
            f"{keras.backend.backend()!r}, which builds systems, loads and "
            "saves files, and makes pictures (synthesize, with `latent` for "
            "equal noise). Set the environment variable "
            "KERAS_BACKEND=tensorflow before Keras is imported."
        )


def num_replicas():
    """The number of replicas that run in step, 1 outside a strategy."""
    if not on_tensorflow():
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync


def replica_index():
    """The index of the replica that runs this code, 0 outside a strategy."""
    context = _replica_context()
    return 0 if context is None else context.replica_id_in_sync_group


def all_reduce_sum(tensors):
    """Sums tensors over the replicas; differentiable; free on one replica.

    Args:
        tensors: Tensor or nested structure of tensors.

    Returns:
        The same structure, the sums.
    """
    context = _replica_context()
    if context is None or num_replicas() == 1:
        return tensors
    sums = context.all_reduce("sum", tensors)
    gradient_registry.hand_to_graph(sums)
    return sums


def has_fused_batch_norm():
    """Whether `fused_batch_norm` applies: TensorFlow and one replica."""
    return on_tensorflow() and num_replicas() == 1


def fused_batch_norm(inputs, gamma, beta, epsilon):
    """Normalises with the batch's statistics in a single operation.

    Args:
        inputs: float tensor `(B, H, W, C)`.
        gamma, beta: float32 tensors `(C,)`.
        epsilon: float.

    Returns:
        The outputs, the float32 mean `(C,)` and the float32 unbiased variance
        `(C,)`.
    """
    import tensorflow as tf

    outputs = tf.raw_ops.FusedBatchNormV3(
        x=inputs,
        scale=tf.convert_to_tensor(gamma),
        offset=tf.convert_to_tensor(beta),
        mean=tf.zeros((0,)),
        variance=tf.zeros((0,)),
        epsilon=epsilon,
        exponential_avg_factor=1.0,
        data_format="NHWC",
        is_training=True,
    )
    return outputs[0], outputs[1], outputs[2]


def number_distinct(values):
    """Numbers the distinct values of a tensor; on TensorFlow alone.

    Other backends cannot: how many there are is known only when it runs.

    Args:
        values: int tensor of any shape.

    Returns:
        int32 tensor of the same shape, equal where `values` are, from 0 on,
        and the int32 scalar of how many distinct values there are.
    """
    import tensorflow as tf

    distinct, numbers = tf.unique(tf.reshape(values, [-1]))
    numbers = tf.reshape(numbers, tf.shape(values))
    numbers.set_shape(values.shape)
    return numbers, tf.size(distinct)


def choose(condition, if_true, if_false, *tensors, training=None):
    """Calls one of two functions, as it turns out; on TensorFlow alone.

    Args:
        condition: bool scalar tensor.
        if_true, if_false: pure functions of `tensors` that return lists of
            tensors, of equal dtypes and shapes in both.
        *tensors: what gradients flow to.
        training: bool, whether the gradient calls the chosen one anew, so
            that nothing of it is kept until then.

    Returns:
        The list of the function that was called.
    """
    import tensorflow as tf

    def forward(*inputs):
        return tf.cond(
            condition, lambda: if_true(*inputs), lambda: if_false(*inputs)
        )

    def differentiate(function, inputs, upstream):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = function(*inputs)
        return tape.gradient(
            outputs, inputs, upstream, unconnected_gradients="zero"
        )

    @tf.custom_gradient
    def call(*inputs):
        def gradient(*upstream):
            return tf.cond(
                condition,
                lambda: differentiate(if_true, inputs, upstream),
                lambda: differentiate(if_false, inputs, upstream),
            )

        return forward(*inputs), gradient

    tensors = map(tf.convert_to_tensor, tensors)
    if not training:
        return forward(*tensors)
    outputs = call(*tensors)
    gradient_registry.hand_to_graph(outputs)
    return outputs


def take_rows(table, rows, training=None):
    """Takes rows of a table, each many times; on TensorFlow alone.

    Args:
        table: float tensor `(R, C)`.
        rows: int tensor of any shape, 0..R-1.
        training: bool, whether the gradient is summed in float32: where a
            row is taken thousands of times, bfloat16 sums would lose nearly
            all of it.

    Returns:
        Float tensor `(*rows.shape, C)`.
    """
    import tensorflow as tf

    @tf.custom_gradient
    def take(table):
        def gradient(upstream):
            sums = tf.math.unsorted_segment_sum(
                tf.cast(upstream, tf.float32), rows, tf.shape(table)[0]
            )
            return tf.cast(sums, table.dtype)

        return tf.gather(table, rows), gradient

    if not training:
        return tf.gather(table, rows)
    taken = take(table)
    gradient_registry.hand_to_graph(taken)
    return taken


def per_row_normal(seeds, stream, shape):
    """Draws standard normal noise whose row i depends on seed i alone.

    On TensorFlow the generator is Philox with the key `[seed, stream]`, the
    same eagerly, in graphs, in XLA and in a SavedModel. Other backends draw
    other numbers, and only for concrete seeds.

    Args:
        seeds: int64 tensor `(B,)`.
        stream: int, tells different draws of one seed apart.
        shape: Tuple of ints, the shape of one row.

    Returns:
        float32 tensor `(B, *shape)`.
    """
    if not on_tensorflow():
        if not _are_known(seeds):
            raise ValueError(
                f"On Keras' {keras.backend.backend()} backend noise is drawn "
                "for known seeds alone, not within `predict` or a function "
                "that is traced. Call synthesize(layout, seed=...), or hand "
                "the noise in as `latent`."
            )
        rows = [
            np.random.Generator(
                np.random.Philox(key=[np.uint64(np.int64(seed)), stream])
            ).standard_normal(shape, "float32")
            for seed in np.asarray(seeds)
        ]
        return keras.ops.convert_to_tensor(np.stack(rows))
    import tensorflow as tf

    def draw_row(seed):
        key = tf.stack([seed, tf.constant(stream, tf.int64)])
        return tf.random.stateless_normal(shape, key, alg="philox")

    return tf.map_fn(
        draw_row,
        tf.cast(seeds, tf.int64),
        fn_output_signature=tf.TensorSpec(shape, tf.float32),
    )


def replica_local_variable(shape, initializer, dtype="float32", name=None):
    """Makes a non-trainable variable that each replica updates by itself.

    Replicas that compute equal values (synchronised statistics, power
    iteration) need no communication to store them; the first replica's value
    is what is saved. It is never cast under mixed precision.
    """
    return keras.Variable(
        initializer,
        shape=shape,
        dtype=dtype,
        trainable=False,
        autocast=False,
        aggregation="only_first_replica",
        synchronization="on_read",
        name=name,
    )


def _are_known(seeds):
    """Whether the values can be looked at now, on a backend but TensorFlow."""
    if keras.backend.backend() == "jax":
        import jax

        return not isinstance(seeds, (jax.core.Tracer, keras.KerasTensor))
    return not isinstance(seeds, keras.KerasTensor)


def _replica_context():
    if not on_tensorflow():
        return None
    import tensorflow as tf

    return tf.distribute.get_replica_context()
