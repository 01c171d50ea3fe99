"""Refusals before a request reaches TensorFlow, in words."""

import math
import struct

from tf_semsynth_serving.server.status import RequestError, invalid

PREDICT_METHOD = "tensorflow/serving/predict"
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def find_signature(signatures, name):
    """The signature that a request names.

    Args:
        signatures: dict, name -> `Signature`.
        name: str.

    Raises:
        RequestError: There is none, with TensorFlow Serving's code.
    """
    usable = [
        key
        for key, signature in signatures.items()
        if signature.method_name == PREDICT_METHOD
    ]
    if name not in usable:
        raise RequestError(
            "FAILED_PRECONDITION",
            f'Serving signature key "{name}" not found. This model has: '
            f"{', '.join(sorted(usable))}.",
        )
    return signatures[name]


def check_names(signature, names):
    """Refuses missing and unknown inputs."""
    missing = sorted(set(signature.inputs) - set(names))
    unknown = sorted(set(names) - set(signature.inputs))
    if not missing and not unknown:
        return
    expected = ",".join(signature.inputs)
    message = (
        f"input size does not match signature: {len(set(names))}!="
        f"{len(signature.inputs)} len({{{','.join(sorted(names))}}}) != "
        f"len({{{expected}}}). Sent extra: {{{','.join(unknown)}}}. "
        f"Missing but required: {{{','.join(missing)}}}."
    )
    if len(missing) == len(unknown):  # TensorFlow Serving's other sentence.
        message = (
            f"input tensor alias not found in signature: {unknown[0]}. Inputs "
            f"expected to be in the set {{{expected}}}."
        )
    raise invalid(message)


def check_outputs(signature, names):
    """Refuses an output filter with unknown names, or one of them twice."""
    for name in names:
        if name not in signature.outputs:
            raise invalid(
                f"output tensor alias not found in signature: {name} Outputs "
                "expected to be in the set "
                f"{{{','.join(signature.outputs)}}}."
            )
        if list(names).count(name) > 1:
            raise invalid(f"duplicate output tensor alias: {name}")


def check_dtype(name, spec, dtype_name):
    """Refuses an input of another dtype than the signature's."""
    if dtype_name != spec.dtype.name:
        raise invalid(
            f"{name} has the wrong dtype: expected {spec.dtype.name}, "
            f"received {dtype_name}."
        )


def check_shape(name, spec, shape, limits):
    """Refuses shapes that the signature or the server's limits rule out.

    Args:
        name: str, the input.
        spec: its `TensorSpec`.
        shape: tuple of ints, that of the whole input.
        limits: `Limits`.
    """
    if any(size < 0 for size in shape):
        raise invalid(f"{name} has a negative size in its shape {shape}.")
    if spec.shape is not None:
        fits = len(shape) == len(spec.shape) and all(
            expected in (None, size)
            for expected, size in zip(spec.shape, shape, strict=True)
        )
        if not fits:
            raise invalid(
                f"{name} has the wrong shape: expected "
                f"{_shape_in_words(spec.shape)}, received "
                f"{_shape_in_words(shape)}."
            )
    if shape and shape[0] > limits.max_rows:
        raise invalid(
            f"{name} has {shape[0]} rows, at most {limits.max_rows} may be in "
            "a request (--max_rows). Send several requests."
        )
    num_bytes = math.prod(shape) * max(spec.dtype.size, 1)
    if num_bytes > limits.max_message_bytes:
        raise invalid(
            f"{name} of shape {_shape_in_words(shape)} has {num_bytes} bytes "
            f"when unpacked, at most {limits.max_message_bytes} may be "
            "(--max_message_bytes)."
        )
    if len(shape) == 3 and spec.dtype.is_integer:
        _check_pixels(f"{name} has pictures", *shape[1:], limits)


def check_picture_sizes(name, array, limits):
    """Refuses PNGs whose header tells of too many pixels, or of none.

    Args:
        name: str, the input.
        array: object array of bytes.
        limits: `Limits`.
    """
    for row, data in enumerate(array.ravel()):
        if data.startswith(_PNG_START) and len(data) >= 24:
            width, height = struct.unpack(">II", data[16:24])
            words = f"{name} row {row} is a picture"
            if not height or not width:
                raise invalid(f"{words} without pixels: {height} x {width}.")
            _check_pixels(words, height, width, limits)


def _check_pixels(words, height, width, limits):
    if height * width > limits.max_pixels:
        raise invalid(
            f"{words} of {height} x {width} pixels (height x width), at most "
            f"{limits.max_pixels} pixels may be in one (--max_pixels). Nothing "
            "was unpacked."
        )


def _shape_in_words(shape):
    sizes = ["any" if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
