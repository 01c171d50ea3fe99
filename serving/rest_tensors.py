"""Tensors in JSON, as TensorFlow Serving writes and reads them."""

import base64

import numpy as np

_DTYPES = {
    "DT_BOOL": "bool",
    "DT_DOUBLE": "float64",
    "DT_FLOAT": "float32",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_STRING": "object",
    "DT_UINT8": "uint8",
}


def tensor_to_json(value):
    """Nested lists of an array; bytes are in base 64."""
    value = np.asarray(value)
    if value.dtype != object:
        return value.tolist()
    flat = [{"b64": base64.b64encode(v).decode()} for v in value.flat]
    boxes = np.empty(value.size, object)
    boxes[:] = flat
    return boxes.reshape(value.shape).tolist()


def outputs_from_json(answer, tensors):
    """The outputs of a request in column format.

    Args:
        answer: what stands under "outputs".
        tensors: dict, name -> {"dtype", "shape"}, what the signature says.

    Returns:
        dict, name -> NumPy array; bytes are in object arrays.
    """
    if len(tensors) == 1:  # TensorFlow Serving leaves its name out.
        answer = {next(iter(tensors)): answer}
    return {
        key: _tensor(answer[key], _DTYPES.get(tensor["dtype"]))
        for key, tensor in tensors.items()
    }


def _tensor(value, dtype):
    if dtype != "object":
        return np.asarray(value, dtype)
    shape = []
    level = value
    while isinstance(level, list):
        shape.append(len(level))
        level = level[0] if level else None
    flat = np.empty(int(np.prod(shape)), object)
    flat[:] = [_to_bytes(v) for v in _leaves(value)]
    return flat.reshape(shape)


def _leaves(value):
    if not isinstance(value, list):
        return [value]
    return [leaf for item in value for leaf in _leaves(item)]


def _to_bytes(value):
    """Outputs whose name ends in `_bytes` come in base 64, others as text."""
    if isinstance(value, dict):
        return base64.b64decode(value["b64"])
    return value.encode()
