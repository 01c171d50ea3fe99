"""Checks the inputs of a request against the model's signature."""

import numpy as np

from tf_semsynth_serving.errors import InvalidRequest

_WHOLE_NUMBERS = {"DT_INT32": "int32", "DT_INT64": "int64"}


def check_inputs(name, signature, inputs):
    """Checks the inputs' names and gives them the signature's dtypes.

    Args:
        name: str, the signature's, for messages.
        signature: dict, see `Client.signatures`.
        inputs: dict, name -> array or nested lists.

    Returns:
        dict, name -> NumPy array; bytes are in object arrays.

    Raises:
        InvalidRequest: An input is missing, unknown, or no whole number.
    """
    wanted = signature["inputs"]
    if set(inputs) != set(wanted):
        raise InvalidRequest(
            f"{name} takes the inputs {', '.join(sorted(wanted))}. Received: "
            f"{', '.join(sorted(inputs)) or 'none'}."
        )
    return {
        key: _to_array(f"{name}: the input {key}", wanted[key]["dtype"], value)
        for key, value in inputs.items()
    }


def _to_array(name, dtype, value):
    if dtype == "DT_STRING":
        return np.asarray(value, object)
    array = np.asarray(value)
    if dtype not in _WHOLE_NUMBERS:
        return array
    limits = np.iinfo(_WHOLE_NUMBERS[dtype])
    if array.dtype.kind not in "iu" or not (
        limits.min <= array.min(initial=0)
        and array.max(initial=0) <= limits.max
    ):
        raise InvalidRequest(
            f"{name} must hold whole numbers from {limits.min} to "
            f"{limits.max}. Received: {str(value)[:80]}."
        )
    return array.astype(limits.dtype)
