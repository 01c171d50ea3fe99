import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2

from tf_semsynth_serving.server.limits import Limits
from tf_semsynth_serving.server.model import Signature, TensorSpec
from tf_semsynth_serving.server.status import RequestError
from tf_semsynth_serving.server.tensor_protos import decode_inputs, encode

LIMITS = Limits(max_rows=4, max_pixels=100, max_message_bytes=1000)


def decode(proto, dtype, shape=(None,)):
    signature = Signature("s", {"x": TensorSpec(dtype, shape, "x:0")}, {}, "")
    return decode_inputs({"x": proto}, signature, LIMITS)["x"]


def refusal(proto, dtype, shape=(None,)):
    with pytest.raises(RequestError) as raised:
        decode(proto, dtype, shape)
    assert raised.value.code == "INVALID_ARGUMENT"
    return raised.value.message


@pytest.mark.parametrize(
    "values, dtype, field",
    [
        ([1, 200], "uint8", "int_val"),
        ([-1, 2], "int32", "int_val"),
        ([-1, 2**40], "int64", "int64_val"),
        ([0.5, -2], "float32", "float_val"),
        ([0.1, -2], "float64", "double_val"),
        ([True, False], "bool", "bool_val"),
        ([b"a\0", b""], "object", "string_val"),
        ([1, 2**63], "uint64", "uint64_val"),
    ],
)
def test_values_go_into_the_field_of_their_dtype(values, dtype, field):
    array = np.array(values, dtype)
    proto = tensor_pb2.TensorProto()
    encode(array, proto)
    assert list(getattr(proto, field)) == values
    assert not proto.tensor_content
    back = tf.make_ndarray(proto)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_other_dtypes_and_shapes_are_kept():
    for array in (
        np.array([[1, 2, 3]], "float16"),
        np.array(4.0),
        np.zeros((2, 0, 3), "int32"),
    ):
        proto = tensor_pb2.TensorProto()
        encode(array, proto)
        back = tf.make_ndarray(proto)
        assert back.dtype == array.dtype and back.shape == array.shape
        np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    "values, dtype",
    [([1, 2], tf.int64), ([b"a", b""], tf.string), ([0.5], tf.float32)],
)
def test_both_ways_to_send_values_are_read(values, dtype):
    content = tf.make_tensor_proto(values, dtype)
    array = decode(content, dtype)
    assert array.tolist() == values
    fields = tensor_pb2.TensorProto()
    encode(array, fields)
    assert decode(fields, dtype).tolist() == values


def test_one_value_stands_for_all():
    proto = tensor_pb2.TensorProto(dtype=tf.int64.as_datatype_enum)
    proto.tensor_shape.dim.add(size=3)
    proto.int64_val.append(7)
    assert decode(proto, tf.int64).tolist() == [7, 7, 7]


def test_a_wrong_dtype_is_named():
    proto = tf.make_tensor_proto([1.0])
    assert "expected int64, received float32" in refusal(proto, tf.int64)
    assert "received number 77" in refusal(
        tensor_pb2.TensorProto(dtype=77), tf.int64
    )
    assert "received DT_INVALID" in refusal(tensor_pb2.TensorProto(), tf.int64)


def test_a_tiny_message_cannot_ask_for_a_huge_array():
    proto = tensor_pb2.TensorProto(dtype=tf.int64.as_datatype_enum)
    for size in (2, 2**40):
        proto.tensor_shape.dim.add(size=size)
    proto.int64_val.append(7)
    words = refusal(proto, tf.int64, (None, None))
    assert "bytes when unpacked, at most 1000" in words


@pytest.mark.parametrize(
    "fields",
    [
        {"tensor_content": b"123"},  # Half a value.
        {"int64_val": [1, 2, 3]},
        {"tensor_shape": {"dim": [{"size": -1}]}},
        {"tensor_shape": {"unknown_rank": True}},
    ],
)
def test_values_that_do_not_fit_are_refused(fields):
    shape = {"tensor_shape": {"dim": [{"size": 2}]}}
    dtype = tf.int64.as_datatype_enum
    proto = tensor_pb2.TensorProto(**{"dtype": dtype, **shape, **fields})
    refusal(proto, tf.int64)


def test_strings_without_values_are_refused():
    dtype = tf.string.as_datatype_enum
    shape = {"dim": [{"size": 2}]}
    proto = tensor_pb2.TensorProto(dtype=dtype, tensor_shape=shape)
    assert "no values" in refusal(proto, tf.string)
    proto.tensor_content = b"abcd"
    refusal(proto, tf.string)
