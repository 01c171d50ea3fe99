"""What a step costs, read off its graph without running it."""

import math

from tensorflow.python.framework import function_def_to_graph

# Operation -> its attributes that name functions, and its first inputs that
# these do not get.
_CALLS = {
    "PartitionedCall": (("f",), 0),
    "StatefulPartitionedCall": (("f",), 0),
    "If": (("then_branch", "else_branch"), 1),
    "StatelessIf": (("then_branch", "else_branch"), 1),
}


def count_multiply_adds(graph):
    """Counts the multiply-adds of convolutions and matrix products.

    Counted is what is executed, in called functions too: a layout that is
    looked up in a table costs none, and elementwise operations are left out.
    Of two branches the dearer counts.

    Args:
        graph: `tf.Graph`, such as `concrete_function.graph`.

    Returns:
        int. Operations of unknown size count as none.
    """
    total = 0
    for operation in graph.get_operations():
        if operation.type in _CALLS:
            called = _called_graphs(operation)
            total += max(map(count_multiply_adds, called))
        elif operation.type in _COUNTERS:
            total += _COUNTERS[operation.type](operation)
    return total


def estimate_peak_bytes(graph):
    """Estimates the memory for intermediate tensors.

    The operations are taken in the order in which the graph was made, and a
    tensor lives until its last use: the forward pass's tensors that the
    gradient needs therefore add up. Called functions count with the largest
    memory that they need inside. Variables are not included.

    Args:
        graph: `tf.Graph`.

    Returns:
        int, bytes. Tensors of unknown size count as none.
    """
    operations = graph.get_operations()
    last_use = {}
    for index, operation in enumerate(operations):
        for tensor in operation.inputs:
            last_use[tensor.ref()] = index
    dying = {}
    for reference, index in last_use.items():
        dying.setdefault(index, []).append(_bytes(reference.deref()))
    alive = peak = 0
    for index, operation in enumerate(operations):
        outputs = [_bytes(t) for t in operation.outputs if t.ref() in last_use]
        if operation.type not in ("Placeholder", "ReadVariableOp", "Const"):
            alive += sum(outputs)
        else:  # Not ours to free, either.
            for tensor in operation.outputs:
                reference = tensor.ref()
                if reference in last_use:
                    dying[last_use[reference]].remove(_bytes(tensor))
        called = _called_graphs(operation)
        inside = max(map(estimate_peak_bytes, called), default=0)
        peak = max(peak, alive + inside)
        alive -= sum(dying.get(index, ()))
    return peak


def _called_graphs(operation):
    """The graphs of the functions that an operation may call, sizes known."""
    attributes, first = _CALLS.get(operation.type, ((), 0))
    shapes = [tensor.shape for tensor in operation.inputs][first:]
    graphs = []
    for attribute in attributes:
        name = operation.get_attr(attribute).name
        definition = operation.graph._get_function(name).cached_definition
        # Functions that this one calls are found in the graph around it.
        with operation.graph.as_default():
            graphs.append(
                function_def_to_graph.function_def_to_graph(
                    definition,
                    input_shapes=shapes,
                    include_library_functions=True,
                )
            )
    return graphs


def _size(tensor):
    return tensor.shape.num_elements() or 0


def _bytes(tensor):
    return _size(tensor) * max(tensor.dtype.size, 0)


def _convolution(gradient_input=None):
    """Each output (or gradient) value takes one kernel's worth of sums."""

    def count(operation):
        if gradient_input is None:  # Forward: kernel (h, w, in, out).
            values, kernel = operation.outputs[0], operation.inputs[1]
        elif operation.type == "Conv2DBackpropFilter":
            values, kernel = operation.inputs[2], operation.outputs[0]
        else:
            values, kernel = operation.inputs[2], operation.inputs[1]
        if kernel.shape.rank != 4 or not kernel.shape.is_fully_defined():
            return 0
        return _size(values) * math.prod(kernel.shape[:3])

    return count


def _depthwise(operation):
    kernel = operation.inputs[1]
    return _size(operation.outputs[0]) * math.prod(kernel.shape[:2])


def _matrix_product(operation):
    attribute = "transpose_a" if operation.type == "MatMul" else "adj_x"
    shape = operation.inputs[0].shape
    inner = shape[-2 if operation.get_attr(attribute) else -1]
    return _size(operation.outputs[0]) * (inner or 0)


def _einsum(operation):
    """The product of the sizes of all letters."""
    equation = operation.get_attr("equation").decode()
    sizes = {}
    terms = equation.split("->")[0].split(",")
    for term, tensor in zip(terms, operation.inputs, strict=True):
        if "." in term:
            return 0
        sizes.update(zip(term, tensor.shape, strict=True))
    return math.prod(size or 0 for size in sizes.values())


_COUNTERS = {
    "Conv2D": _convolution(),
    "Conv2DBackpropInput": _convolution(2),
    "Conv2DBackpropFilter": _convolution(2),
    "DepthwiseConv2dNative": _depthwise,
    "MatMul": _matrix_product,
    "BatchMatMulV2": _matrix_product,
    "Einsum": _einsum,
}
