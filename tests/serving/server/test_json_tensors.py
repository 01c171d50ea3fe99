import base64
import json

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth_serving.server.json_tensors import (
    decode_inputs,
    encode_outputs,
    parse_body,
)
from tf_semsynth_serving.server.limits import Limits
from tf_semsynth_serving.server.model import Signature, TensorSpec
from tf_semsynth_serving.server.status import RequestError

LIMITS = Limits(max_rows=4, max_pixels=100, max_message_bytes=1000)


def signature(**inputs):
    specs = {
        name: TensorSpec(dtype, shape, "")
        for name, (dtype, shape) in inputs.items()
    }
    return Signature("s", specs, {}, "")


SEED = signature(seed=(tf.int64, (None,)))
PAINT = signature(png=(tf.string, (None,)), seed=(tf.int64, (None,)))
IDS = signature(ids=(tf.int32, (None, None, None)))
ANY = signature(x=(tf.float32, None))


def b64(data):
    return {"b64": base64.b64encode(data).decode()}


def decode(document, of):
    arrays = decode_inputs(document, of, LIMITS)
    return {name: array.tolist() for name, array in arrays.items()}


def refusal(function, *arguments):
    with pytest.raises(RequestError) as raised:
        function(*arguments)
    assert raised.value.code == "INVALID_ARGUMENT"
    return raised.value.message


def test_rows_and_columns_say_the_same():
    rows = [{"png": b64(b"\x89a"), "seed": 1}, {"png": b64(b""), "seed": -2}]
    columns = {"png": [b64(b"\x89a"), b64(b"")], "seed": [1, -2]}
    expected = {"png": [b"\x89a", b""], "seed": [1, -2]}
    assert decode({"instances": rows}, PAINT) == expected
    assert decode({"inputs": columns}, PAINT) == expected


def test_a_single_input_stands_without_its_name():
    for document in (
        {"instances": [3, 4]},
        {"instances": [{"seed": 3}, {"seed": 4}]},
        {"inputs": [3, 4]},
        {"inputs": {"seed": [3, 4]}},
    ):
        assert decode(document, SEED) == {"seed": [3, 4]}


def test_bytes_of_a_single_input_are_no_named_row():
    only = signature(png=(tf.string, (None,)))
    assert decode({"instances": [b64(b"x")]}, only) == {"png": [b"x"]}
    assert decode({"inputs": [b64(b"x"), "Grün"]}, only) == {
        "png": [b"x", "Grün".encode()]
    }


def test_base64_may_be_wrapped_and_unpadded():
    only = signature(png=(tf.string, (None,)))
    for text in ("YWI=", "YWI", "YW\nI=", " YWI "):
        assert decode({"inputs": [{"b64": text}]}, only) == {"png": [b"ab"]}


def test_dtypes_are_those_of_the_signature():
    arrays = decode_inputs({"instances": [[[1, 2]]]}, IDS, LIMITS)
    assert arrays["ids"].dtype == np.int32 and arrays["ids"].shape == (1, 1, 2)
    assert decode({"inputs": [[1, 0.5]]}, ANY) == {"x": [[1, 0.5]]}
    assert decode({"inputs": 2}, ANY) == {"x": 2}


@pytest.mark.parametrize(
    "body, words",
    [
        (b"", "The document is empty"),
        (b"{", "JSON Parse error"),
        (b"\xff\xfe{}", "JSON Parse error"),
        (b"[" * 100000, "JSON Parse error"),
        (b"[1]", "Is not object"),
        (b'{"signature_name": 3}', "'signature_name' key must be a string"),
    ],
)
def test_bodies_that_are_no_request(body, words):
    assert words in refusal(parse_body, body)


def test_a_body_is_read():
    assert parse_body(b'{"inputs": 1}') == {"inputs": 1}


@pytest.mark.parametrize(
    "document, words",
    [
        ({}, "Missing 'inputs' or 'instances' key"),
        ({"inputs": 1, "instances": [1]}, "expecting only one of"),
        ({"instances": 3}, "to be an list/array"),
        ({"instances": []}, "No values in 'instances' array"),
        ({"instances": [1]}, "expecting list of objects"),
        ({"inputs": [1]}, "expecting an object"),
        (
            {"instances": [{"png": "a", "seed": 1}, 2]},
            "Expecting object but got value/list at item 1",
        ),
        ({"instances": [{"png": "a"}]}, "keys must be equal to: png,seed"),
        ({"inputs": {"png": ["a"]}}, "Missing but required: {seed}"),
        ({"inputs": {"png": [1], "seed": [1]}}, "expected type: string"),
        ({"inputs": {"png": [{"b64": "?"}], "seed": [1]}}, "base64 decode"),
        ({"inputs": {"png": [{"b64": 1}], "seed": [1]}}, "expected type"),
        ({"inputs": {"png": ["\ud800"], "seed": [1]}}, "no Unicode"),
        ({"inputs": {"png": ["a", ["b"]], "seed": [1, 2]}}, "expected type"),
        ({"inputs": {"png": "a", "seed": [1]}}, "png has the wrong shape"),
        ({"inputs": {"png": ["a"] * 5, "seed": [1]}}, "5 rows, at most 4"),
    ],
)
def test_documents_that_do_not_fit_are_refused(document, words):
    assert words in refusal(decode, document, PAINT)


@pytest.mark.parametrize(
    "seeds, words",
    [
        ([1.5], "1.5 is not of expected type: int64"),
        ([True], "JSON Value: true is not of expected type: int64"),
        ([1, True], "JSON Value: true is not of expected type: int64"),
        ([1, 2.5], "JSON Value: 2.5 is not of expected type: int64"),
        (["1"], 'JSON Value: "1" is not of expected type: int64'),
        ([2, "é"], 'JSON Value: "é" is not of expected type: int64'),
        ([None], "JSON Value: null is not of expected type: int64"),
        ([float("nan")], "JSON Value: NaN is not of expected type: int64"),
        ([float("-inf")], "JSON Value: -Infinity is not of expected type"),
        ([{"a": 1}], "not of expected type: int64"),
        ([2**63], "do not fit into int64"),
        ([2**80, -1], f"values from -1 to {2**80} do not fit into int64"),
        ([1, [2]], "no regular list"),
    ],
)
def test_numbers_are_never_repaired(seeds, words):
    assert words in refusal(decode, {"inputs": {"seed": seeds}}, SEED)


@pytest.mark.parametrize("number", ["1e400", "-2.5E+999", "9" * 400])
def test_numbers_beyond_a_double_are_named_as_they_were_sent(number):
    words = refusal(parse_body, f'{{"inputs": [1, {number}]}}'.encode())
    assert f"stored in double: {number[:40]}" in words


def test_floats_beyond_their_dtype_are_refused_and_infinity_is_not():
    assert "do not fit into float32" in refusal(decode, {"inputs": 1e39}, ANY)
    infinity = float("inf")
    assert decode({"inputs": [infinity, 2]}, ANY) == {"x": [infinity, 2]}


def test_ragged_pictures_are_refused():
    document = {"instances": [[[1, 2], [3]]]}
    assert "no regular list" in refusal(decode, document, IDS)
    assert "do not fit into int32" in refusal(
        decode, {"instances": [[[2**31]]]}, IDS
    )


def answer(document, **outputs):
    arrays = {name: np.array(*value) for name, value in outputs.items()}
    return json.loads(encode_outputs(document, arrays))


def test_answers_have_the_format_of_their_request():
    row, column = {"instances": []}, {"inputs": []}
    one = {"seed": ([1, 2],)}
    assert answer(row, **one) == {"predictions": [1, 2]}
    assert answer(column, **one) == {"outputs": [1, 2]}
    two = {"a": ([1, 2],), "b": ([[3], [4]],)}
    assert answer(row, **two) == {
        "predictions": [{"a": 1, "b": [3]}, {"a": 2, "b": [4]}]
    }
    assert answer(column, **two) == {"outputs": {"a": [1, 2], "b": [[3], [4]]}}


def test_outputs_that_are_bytes_by_name_are_base64():
    values = ([b"\x89P", b""], object)
    assert answer({"inputs": []}, image_png_bytes=values) == {
        "outputs": [b64(b"\x89P"), b64(b"")]
    }
    text = (["Grün".encode()], object)
    assert answer({"inputs": []}, classes_json=text) == {"outputs": ["Grün"]}
    grid = ([[b"a", b"b"]], object)
    assert answer({"instances": []}, image_png_bytes=grid) == {
        "predictions": [[b64(b"a"), b64(b"b")]]
    }


def test_floats_have_the_digits_of_their_own_dtype():
    answered = encode_outputs({"inputs": 1}, {"x": np.array([0.2], "float32")})
    assert answered == b'{"outputs": [0.2]}'


def test_outputs_without_rows_need_the_column_format():
    arrays = {"x": np.float32(1)}
    assert encode_outputs({"inputs": 1}, arrays) == b'{"outputs": 1.0}'
    words = refusal(encode_outputs, {"instances": 1}, arrays)
    assert "no shape information" in words
    unequal = {"x": np.ones(1), "y": np.ones(2)}
    words = refusal(encode_outputs, {"instances": 1}, unequal)
    assert "different numbers of rows" in words
