import struct

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth_serving.server import request_checks
from tf_semsynth_serving.server.limits import Limits
from tf_semsynth_serving.server.model import (
    PREDICT_METHOD,
    Signature,
    TensorSpec,
)
from tf_semsynth_serving.server.options import Options
from tf_semsynth_serving.server.status import RequestError

IDS = TensorSpec(tf.int32, (None, None, None), "ids:0")
BYTES = TensorSpec(tf.string, (None,), "png:0")
SIGNATURE = Signature(
    "paint", {"a": IDS, "b": BYTES}, {"y": IDS, "z": IDS}, PREDICT_METHOD
)
LIMITS = Limits(max_rows=4, max_pixels=100, max_message_bytes=1000)


def refusal(function, *arguments, code="INVALID_ARGUMENT"):
    with pytest.raises(RequestError) as raised:
        function(*arguments)
    assert raised.value.code == code
    return raised.value.message


def header(width, height, size=24):
    start = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    return (start + struct.pack(">II", width, height) + bytes(99))[:size]


def test_an_unknown_signature_is_refused_with_the_known_ones():
    signatures = {
        "paint": SIGNATURE,
        "old": Signature("old", {}, {}, "tensorflow/serving/classify"),
    }
    find = request_checks.find_signature
    assert find(signatures, "paint") is SIGNATURE
    for name in ("other", "old", ""):
        words = refusal(find, signatures, name, code="FAILED_PRECONDITION")
        assert words.startswith(f'Serving signature key "{name}" not found.')
        assert words.endswith("has: paint.")


@pytest.mark.parametrize(
    "names, words",
    [
        (["a"], "Sent extra: {}. Missing but required: {b}."),
        (["a", "b", "c"], "Sent extra: {c}. Missing but required: {}."),
        ([], "0!=2 len({}) != len({a,b})"),
        (["a", "c"], "not found in signature: c. Inputs expected"),
    ],
)
def test_missing_and_unknown_inputs_are_named(names, words):
    assert words in refusal(request_checks.check_names, SIGNATURE, names)


def test_the_right_inputs_pass():
    request_checks.check_names(SIGNATURE, ["b", "a"])


def test_an_output_filter_names_outputs_once():
    check = request_checks.check_outputs
    check(SIGNATURE, [])
    check(SIGNATURE, ["z", "y"])
    assert "in signature: x Outputs" in refusal(check, SIGNATURE, ["y", "x"])
    assert "duplicate output" in refusal(check, SIGNATURE, ["y", "y"])


def test_a_wrong_dtype_is_told():
    words = refusal(request_checks.check_dtype, "a", IDS, "float32")
    assert words == "a has the wrong dtype: expected int32, received float32."


@pytest.mark.parametrize(
    "spec, shape, words",
    [
        (IDS, (2, 3), "expected (any, any, any), received (2, 3)"),
        (BYTES, (), "expected (any,), received ()"),
        (TensorSpec(tf.int32, (None, 3), ""), (1, 4), "received (1, 4)"),
        (BYTES, (5,), "5 rows, at most 4"),
        (IDS, (1, -1, 3), "negative size"),
        (IDS, (1, 10, 11), "pictures of 10 x 11 pixels"),
        (IDS, (3, 10, 10), "1200 bytes when unpacked, at most 1000"),
        (TensorSpec(tf.int64, None, ""), (1, 2**40), "at most 1000 may be"),
    ],
)
def test_wrong_and_large_shapes_are_refused(spec, shape, words):
    arguments = ("a", spec, shape, LIMITS)
    assert words in refusal(request_checks.check_shape, *arguments)


def test_shapes_within_the_limits_pass():
    request_checks.check_shape("a", IDS, (2, 10, 10), LIMITS)
    request_checks.check_shape("a", IDS, (0, 0, 0), LIMITS)
    request_checks.check_shape("a", TensorSpec(tf.bool, None, ""), (), LIMITS)


@pytest.mark.parametrize(
    "data, words",
    [
        (header(11, 10), "row 1 is a picture of 10 x 11 pixels"),
        (header(2**31, 2**31), "Nothing was unpacked"),
        (header(0, 5), "without pixels: 5 x 0"),
    ],
)
def test_a_picture_is_judged_by_its_header(data, words):
    array = np.array([b"no picture", data], object)
    arguments = ("b", array, LIMITS)
    assert words in refusal(request_checks.check_picture_sizes, *arguments)


def test_what_is_no_png_is_left_to_the_model():
    values = [b"", b"\x89PNG", header(99, 99, size=20), header(10, 10)]
    array = np.array(values, object)
    request_checks.check_picture_sizes("b", array, LIMITS)


def test_limits_come_from_the_options():
    options = Options(max_rows=3, max_pixels=5, max_message_bytes=7)
    assert Limits.from_options(options) == Limits(3, 5, 7)
