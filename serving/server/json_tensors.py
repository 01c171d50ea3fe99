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
import math
import re

import numpy as np

from tf_semsynth_serving.server import request_checks
from tf_semsynth_serving.server.json_text import dump_array, loads, show
from tf_semsynth_serving.server.status import invalid

PARSE, ENCODE = "parse", "encode"  # The tasks of a `json_worker`.
BYTES_SUFFIX = "_bytes"
_BASE64 = "b64"
# What JSON may hold for a kind of dtype; true is no number.
_KINDS = {
    "i": {int},
    "u": {int},
    "f": {int, float},
    "b": {bool},
    "V": {int, float},  # bfloat16 and its like.
}


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
    document = loads(body)
    if not isinstance(document, dict):
        raise invalid(f"JSON Value: {show(document)} Is not object")
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid(
            f"JSON Value: {show(document)} not formatted correctly. "
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
            f"JSON Value: {show(document)} Not formatted correctly expecting "
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
    if "inputs" in document:
        texts = {k: dump_array(_prepare(k, v)) for k, v in outputs.items()}
        only = next(iter(texts.values())) if len(texts) == 1 else None
        return f'{{"outputs": {only or _object(texts)}}}'.encode()
    for name, array in outputs.items():
        if not array.ndim:
            raise invalid(f"Tensor name: {name} has no shape information ")
    if len({len(array) for array in outputs.values()}) > 1:
        raise invalid(
            "The outputs have different numbers of rows; ask for them in the "
            "column format ('inputs')."
        )
    values = {name: _prepare(name, array) for name, array in outputs.items()}
    if len(values) == 1:
        text = dump_array(next(iter(values.values())))
        return f'{{"predictions": {text}}}'.encode()
    num_rows = len(next(iter(values.values())))
    rows = [
        _object({k: dump_array(v[i : i + 1])[1:-1] for k, v in values.items()})
        for i in range(num_rows)
    ]
    return f'{{"predictions": [{", ".join(rows)}]}}'.encode()


def _object(texts):
    """JSON of an object whose values are JSON already."""
    fields = [f"{json.dumps(name)}: {text}" for name, text in texts.items()]
    return "{" + ", ".join(fields) + "}"


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
                f"JSON object: {show(row)} keys must be equal to: "
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
    dtype = np.dtype(spec.dtype.as_numpy_dtype)
    shape = _shape(value)
    request_checks.check_shape(name, spec, shape, limits)
    if dtype.hasobject:
        array = _decode_strings(name, value, shape)
        request_checks.check_picture_sizes(name, array, limits)
        return array
    _check_leaves(name, value, shape, dtype)
    array = _to_array(value, dtype)
    _check_range(name, array, dtype)
    with np.errstate(over="ignore"):  # Refused above where it matters.
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
            f"received {show(value)}."
        )
    for item in value:
        _collect(name, item, shape[1:], leaves)


def _to_bytes(name, value):
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            raise invalid(f"{name}: {show(value)} is no Unicode.") from None
    if not _is_base64(value):
        raise invalid(
            f"{name}: JSON Value: {show(value)} is not of expected type: "
            'string. Send bytes as {"b64": "<base64>"}.'
        )
    text = re.sub(r"\s", "", value[_BASE64])
    try:
        # The padding at the end may be left out.
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"{name}: Unable to base64 decode") from None


def _check_leaves(name, value, shape, dtype):
    """Refuses lists that are irregular, and what is no number of the kind."""
    allowed = _KINDS.get(dtype.kind, frozenset())
    if not shape:
        _check_kinds(name, [value], allowed, dtype)
        return
    if not isinstance(value, list) or len(value) != shape[0]:
        raise invalid(
            f"{name} is no regular list: lists at the same depth have "
            f"different lengths. Expected a list of {shape[0]} values, "
            f"received {show(value)}."
        )
    if len(shape) == 1:
        _check_kinds(name, value, allowed, dtype)
        return
    for item in value:
        _check_leaves(name, item, shape[1:], dtype)


def _check_kinds(name, values, allowed, dtype):
    if set(map(type, values)) <= allowed:
        return
    wrong = next(value for value in values if type(value) not in allowed)
    if isinstance(wrong, list):
        raise invalid(
            f"{name} is no regular list: {show(wrong)} stands beside values."
        )
    raise invalid(
        f"{name}: JSON Value: {show(wrong)} is not of expected type: "
        f"{dtype.name}"
    )


def _to_array(value, dtype):
    """Numbers as they were sent: none is rounded to fit."""
    if dtype.kind not in "iu":
        return np.array(value, bool if dtype.kind == "b" else np.float64)
    try:
        return np.array(value, np.int64)
    except OverflowError:
        return np.array(value, object)


def _check_range(name, array, dtype):
    """Refuses values that the dtype cannot hold."""
    if not array.size or dtype.kind == "b":
        return
    if dtype.kind in "iu":
        low, high = array.min(), array.max()
        info = np.iinfo(dtype)
        fits = low >= info.min and high <= info.max
    else:
        finite = array[np.isfinite(array)]
        low, high = finite.min(initial=0), finite.max(initial=0)
        with np.errstate(over="ignore"):
            ends = np.array([low, high]).astype(dtype)
        fits = all(math.isfinite(end) for end in ends)
    if not fits:
        limits = f", {info.min} to {info.max}" if dtype.kind in "iu" else ""
        raise invalid(
            f"{name}: values from {low} to {high} do not fit into "
            f"{dtype.name}{limits}."
        )


def _prepare(name, array):
    """An output whose values JSON can hold."""
    if not array.dtype.hasobject:
        return array
    as_base64 = name.endswith(BYTES_SUFFIX)
    holder = np.empty(array.size, object)
    holder[:] = [_encode_string(value, as_base64) for value in array.ravel()]
    return holder.reshape(array.shape)


def _encode_string(value, as_base64):
    if as_base64:
        return {_BASE64: base64.b64encode(value).decode()}
    return value.decode(errors="replace")
