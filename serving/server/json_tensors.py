"""Tensors as REST carries them: TensorFlow Serving's JSON, both formats.

| | request | answer |
| --- | --- | --- |
| row | `{"instances": [{"seed": 1, ...}, ...]}` | `{"predictions": [...]}` |
| column | `{"inputs": {"seed": [1, ...], ...}}` | `{"outputs": ...}` |

A single input or output stands without its name. Bytes are `{"b64": "..."}`;
of the outputs, those whose names end in `_bytes`.
"""

import base64
import binascii
import json
import re
import reprlib

import numpy as np

from tf_semsynth_serving.server import request_checks
from tf_semsynth_serving.server.model import numpy_dtype
from tf_semsynth_serving.server.status import invalid

BYTES_SUFFIX = "_bytes"
_BASE64 = "b64"


def parse_body(body):
    """The JSON object in the body of a request.

    Args:
        body: bytes.

    Returns:
        dict.

    Raises:
        RequestError: It is none.
    """
    if not body:
        raise invalid("JSON Parse error: The document is empty")
    try:
        document = json.loads(body)
    except RecursionError:
        raise invalid("JSON Parse error: It is nested too deeply.") from None
    except ValueError as error:  # Also of text that is no UTF-8.
        raise invalid(f"JSON Parse error: {error}") from error
    if not isinstance(document, dict):
        raise invalid(f"JSON Value: {_show(document)} Is not object")
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid(
            f"JSON Value: {_show(document)} not formatted correctly. "
            "'signature_name' key must be a string value."
        )
    return document


def decode_inputs(document, signature, limits):
    """The inputs of a request as arrays, checked.

    Args:
        document: dict, as `parse_body` returns it.
        signature: `Signature`.
        limits: `Limits`.

    Returns:
        dict, name -> array; bytes are in object arrays.

    Raises:
        RequestError: An input is missing, unknown or wrong.
    """
    keys = {"instances", "inputs"} & set(document)
    if not keys:
        raise invalid("Missing 'inputs' or 'instances' key")
    if len(keys) == 2:
        raise invalid(
            f"JSON Value: {_show(document)} Not formatted correctly expecting "
            "only one of 'inputs' or 'instances' keys to exist"
        )
    if "instances" in document:
        values = _columns_of_rows(document["instances"], signature)
    else:
        values = _columns(document["inputs"], signature)
    request_checks.check_names(signature, values)
    return {
        name: _decode(name, values[name], spec, limits)
        for name, spec in signature.inputs.items()
    }


def encode_outputs(document, outputs):
    """The body of an answer, in the format of its request.

    Args:
        document: dict, the request.
        outputs: dict, name -> array.

    Returns:
        bytes, JSON.

    Raises:
        RequestError: The row format cannot hold these outputs.
    """
    values = {name: _encode(name, array) for name, array in outputs.items()}
    if "inputs" in document:
        only = next(iter(values.values())) if len(values) == 1 else values
        return _to_json({"outputs": only})
    for name, array in outputs.items():
        if not array.ndim:
            raise invalid(f"Tensor name: {name} has no shape information ")
    if len({len(array) for array in outputs.values()}) > 1:
        raise invalid(
            "The outputs have different numbers of rows; ask for them in the "
            "column format ('inputs')."
        )
    if len(values) == 1:
        return _to_json({"predictions": next(iter(values.values()))})
    rows = zip(*values.values(), strict=True)
    return _to_json(
        {"predictions": [dict(zip(values, row, strict=True)) for row in rows]}
    )


def _columns_of_rows(rows, signature):
    """Row format: the values of each input, from a list of rows."""
    if not isinstance(rows, list):
        raise invalid("Excepting 'instances' to be an list/array")
    if not rows:
        raise invalid("No values in 'instances' array")
    named = _is_named(rows[0])
    if not named and len(signature.inputs) > 1:
        raise invalid(
            "instances is a plain list, but expecting list of objects as "
            "multiple input tensors required as per tensorinfo_map: "
            f"{', '.join(signature.inputs)}"
        )
    for number, row in enumerate(rows):
        if _is_named(row) != named:
            kinds = ("object", "value/list")[:: 1 if named else -1]
            raise invalid(
                f"Expecting {kinds[0]} but got {kinds[1]} at item {number} of "
                "input list"
            )
        if named and set(row) != set(signature.inputs):
            raise invalid(
                f"Failed to process element: {number} of 'instances' list. "
                f"JSON object: {_show(row)} keys must be equal to: "
                f"{','.join(signature.inputs)}"
            )
    if not named:
        return {name: rows for name in signature.inputs}
    return {name: [row[name] for row in rows] for name in signature.inputs}


def _columns(inputs, signature):
    """Column format: the values of each input."""
    if _is_named(inputs):
        return inputs
    if len(signature.inputs) > 1:
        raise invalid(
            "inputs is a plain value/list, but expecting an object as multiple "
            "input tensors required as per tensorinfo_map: "
            f"{', '.join(signature.inputs)}"
        )
    return {name: inputs for name in signature.inputs}


def _is_named(value):
    return isinstance(value, dict) and not _is_base64(value)


def _is_base64(value):
    return (
        isinstance(value, dict)
        and set(value) == {_BASE64}
        and isinstance(value[_BASE64], str)
    )


def _decode(name, value, spec, limits):
    dtype = numpy_dtype(spec.dtype)
    shape = _shape(value)
    request_checks.check_shape(name, spec, shape, limits)
    if dtype.hasobject:
        array = _decode_strings(name, value, shape)
        request_checks.check_picture_sizes(name, array, limits)
        return array
    try:
        array = np.array(value)
    except ValueError:
        array = None
    if array is None or array.shape != shape:
        raise invalid(
            f"{name} is no regular list: lists at the same depth have "
            "different lengths."
        )
    _check_numbers(name, array, dtype)
    return array.astype(dtype)


def _shape(value):
    """The shape of nested lists, judged by the first of each."""
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _decode_strings(name, value, shape):
    leaves = []
    _collect(name, value, shape, leaves)
    array = np.empty(len(leaves), object)
    array[:] = leaves
    return array.reshape(shape)


def _collect(name, value, shape, leaves):
    """Appends the strings of nested lists, as bytes."""
    if not shape:
        leaves.append(_to_bytes(name, value))
        return
    if not isinstance(value, list) or len(value) != shape[0]:
        raise invalid(
            f"{name} is no regular list: expected a list of {shape[0]} values, "
            f"received {_show(value)}."
        )
    for item in value:
        _collect(name, item, shape[1:], leaves)


def _to_bytes(name, value):
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise invalid(f"{name}: {_show(value)} is no Unicode.") from None
    if not _is_base64(value):
        raise invalid(
            f"{name}: JSON Value: {_show(value)} is not of expected type: "
            'string. Send bytes as {"b64": "<base64>"}.'
        )
    text = re.sub(r"\s", "", value[_BASE64])
    try:
        # The padding at the end may be left out.
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"{name}: Unable to base64 decode") from None


def _check_numbers(name, array, dtype):
    """Refuses values that the dtype cannot hold as they are."""
    kinds = {"i": "iu", "u": "iu", "f": "iuf", "b": "b"}.get(dtype.kind, "")
    if array.size and array.dtype.kind not in kinds:
        first = _show(array.ravel()[:1].tolist()[0])
        raise invalid(
            f"{name}: JSON Value: {first} is not of expected type: {dtype.name}"
        )
    if array.size and dtype.kind in "iu":
        info, low, high = np.iinfo(dtype), array.min(), array.max()
        if low < info.min or high > info.max:
            raise invalid(
                f"{name}: values from {low} to {high} do not fit into "
                f"{dtype.name}, {info.min} to {info.max}."
            )


def _encode(name, array):
    if array.dtype.hasobject:
        as_base64 = name.endswith(BYTES_SUFFIX)
        flat = [_encode_string(value, as_base64) for value in array.ravel()]
        holder = np.empty(len(flat), object)
        holder[:] = flat
        return holder.reshape(array.shape).tolist()
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        # The shortest decimal of float32, not the digits of its double.
        return array.astype(str).astype(np.float64).tolist()
    return array.tolist()


def _encode_string(value, as_base64):
    if as_base64:
        return {_BASE64: base64.b64encode(value).decode()}
    return value.decode(errors="replace")


def _to_json(document):
    return json.dumps(document, ensure_ascii=False).encode()


def _show(value):
    """A value for a message, shortened before it is written out."""
    return reprlib.repr(value)
