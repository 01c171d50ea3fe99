"""Tensors survive the way through JSON, and look as the interface says."""

import json

import numpy as np

from tf_semsynth_serving.rest_tensors import outputs_from_json, tensor_to_json


def there_and_back(array, dtype):
    text = json.dumps(tensor_to_json(array))
    tensors = {"x": {"dtype": dtype, "shape": None}}
    return outputs_from_json(json.loads(text), tensors)["x"]


def test_bytes_are_in_base_64():
    assert tensor_to_json(np.array([b"\xff\0"], object)) == [{"b64": "/wA="}]


def test_bytes_survive_in_any_shape():
    values = np.array([[b"a", b"\xff\0"], [b"", b"\x80"]], object)
    back = there_and_back(values, "DT_STRING")
    assert back.shape == (2, 2) and (back == values).all()


def test_numbers_of_64_bits_survive():
    numbers = np.array([[2**53 + 1, -(2**63)]])
    back = there_and_back(numbers, "DT_INT64")
    assert back.dtype == np.int64
    np.testing.assert_array_equal(back, numbers)


def test_text_comes_without_base_64():
    tensors = {"classes_json": {"dtype": "DT_STRING", "shape": [-1]}}
    outputs = outputs_from_json(["Grün"], tensors)
    assert outputs["classes_json"].tolist() == ["Grün".encode()]


def test_several_outputs_have_names():
    tensors = {
        "image": {"dtype": "DT_UINT8", "shape": [-1]},
        "score": {"dtype": "DT_FLOAT", "shape": [-1]},
    }
    outputs = outputs_from_json({"score": [0.5], "image": [7]}, tensors)
    assert outputs["image"].dtype == np.uint8
    assert outputs["score"].tolist() == [0.5]
