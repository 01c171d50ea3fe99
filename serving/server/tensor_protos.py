"""Tensors as gRPC carries them, to arrays and back."""

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import types_pb2

from tf_semsynth_serving.server import request_checks
from tf_semsynth_serving.server.status import invalid

# The field that TensorFlow Serving puts values of a dtype into.
_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "int8": "int_val",
    "int16": "int_val",
    "int32": "int_val",
    "uint8": "int_val",
    "uint16": "int_val",
    "int64": "int64_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "bool": "bool_val",
    "object": "string_val",
}


def decode_inputs(protos, signature, limits):
    """The inputs of a request as arrays, checked.

    Args:
        protos: mapping, name -> `TensorProto`.
        signature: `Signature`.
        limits: `Limits`.

    Returns:
        dict, name -> array; bytes are in object arrays.

    Raises:
        RequestError: An input is missing, unknown or wrong.
    """
    request_checks.check_names(signature, protos)
    return {
        name: _decode(name, protos[name], spec, limits)
        for name, spec in signature.inputs.items()
    }


def encode(array, proto):
    """Writes an array into a `TensorProto`, in the field that clients expect.

    TensorFlow Serving answers with values in the field of their dtype, and
    there are clients that read this field.
    """
    array = np.asarray(array)
    field = _FIELDS.get(array.dtype.name)
    if field is None:
        proto.CopyFrom(tf.make_tensor_proto(array))
        return
    proto.dtype = tf.dtypes.as_dtype(array.dtype).as_datatype_enum
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    getattr(proto, field).extend(array.ravel().tolist())


def _decode(name, proto, spec, limits):
    request_checks.check_dtype(name, spec, _dtype_name(proto.dtype))
    if proto.tensor_shape.unknown_rank:
        raise invalid(f"{name} has no shape.")
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    request_checks.check_shape(name, spec, shape, limits)
    try:
        array = tf.make_ndarray(proto)
    except Exception as error:
        raise invalid(
            f"tensor parsing error: {name}. Its values do not fit its shape "
            f"{shape}: {error}"
        ) from error
    if spec.dtype == tf.string:
        if not all(isinstance(value, bytes) for value in array.ravel()):
            raise invalid(
                f"tensor parsing error: {name}. It has no values for its "
                f"shape {shape}."
            )
        request_checks.check_picture_sizes(name, array, limits)
    return array


def _dtype_name(number):
    try:
        return tf.dtypes.as_dtype(number).name
    except TypeError:
        known = number in types_pb2.DataType.values()
        return types_pb2.DataType.Name(number) if known else f"number {number}"
