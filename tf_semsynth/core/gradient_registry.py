"""Registered gradients that live as long as their graph.

TensorFlow keeps the gradient of each `tf.custom_gradient` in a graph by name
for good, and with it all that it refers to: the graph, its weights. Its own
all-reduce, which every Keras optimizer calls, has one, too.
"""

import weakref


def hand_to_graph(outputs):
    """Lets the graph keep the gradient that was registered for its tensors.

    The registry knows it as long as the graph is there, and no longer.

    Args:
        outputs: what a function under `tf.custom_gradient` returned, a tensor
            or a nest of them. Eager ones have nothing registered.
    """
    import tensorflow as tf

    for tensor in tf.nest.flatten(outputs):
        if tf.is_symbolic_tensor(tensor):
            _hand_over(tensor.op)


def hand_over_all():
    """As `hand_to_graph`, for all gradients of the graph being built."""
    import tensorflow as tf

    if tf.executing_eagerly():
        return
    for operation in tf.compat.v1.get_default_graph().get_operations():
        if operation.type == "IdentityN":  # Each custom gradient is one's.
            _hand_over(operation)


def _hand_over(operation):
    from tensorflow.python.framework.ops import gradient_registry

    try:
        name = operation.get_attr("_gradient_op_type").decode()
    except ValueError:  # It has none of its own.
        return
    entry = gradient_registry._registry.get(name)
    if entry is None or isinstance(entry["type"], _OfGraph):
        return
    entry["type"] = _OfGraph(operation.graph, name, entry["type"])
    weakref.finalize(
        operation.graph, gradient_registry._registry.pop, name, None
    )


class _OfGraph:
    """A gradient that only its graph refers to."""

    def __init__(self, graph, name, gradient):
        if not hasattr(graph, "tf_semsynth_gradients"):
            graph.tf_semsynth_gradients = {}
        graph.tf_semsynth_gradients[name] = gradient
        self._gradient = weakref.ref(gradient)

    def __call__(self, operation, *upstream):
        return self._gradient()(operation, *upstream)
