"""Parses or writes one large JSON in a process of its own, which then ends.

Python's other threads would stand still meanwhile, and much of the memory would
stay with the server. `json_process` is the other end.
"""

import os
import pickle
import sys
import types

from tf_semsynth_serving.server import json_tensors
from tf_semsynth_serving.server.status import RequestError

_PIECE = 2**18  # Bytes of an answer that are sent at a time.


def main():
    os.nice(5)  # Health and other requests come first.
    source, target = sys.stdin.buffer, sys.stdout.buffer
    task, value = pickle.load(source)
    if task == json_tensors.ENCODE:
        _answer(target, lambda: json_tensors.encode_outputs(*value), _cut)
        return
    document = _answer(target, lambda: json_tensors.parse_body(value), _head)
    if document is not None:
        inputs, limits = pickle.load(source)
        signature = types.SimpleNamespace(inputs=inputs)
        _answer(
            target,
            lambda: json_tensors.decode_inputs(document, signature, limits),
            lambda arrays: arrays,
        )


def _cut(body):
    """A list of pieces, none of which takes long to send."""
    return [body[i : i + _PIECE] for i in range(0, len(body), _PIECE)]


def _head(document):
    """What the server needs to know of a document before it is decoded."""
    keys = ("signature_name", "inputs", "instances")
    return {
        key: document[key] if key == "signature_name" else None
        for key in keys
        if key in document
    }


def _answer(target, function, summary):
    """Writes what a function returns, or its refusal; returns it or None."""
    try:
        result = function()
        answer = (None, summary(result))
    except RequestError as error:
        result, answer = None, ((error.code, error.message), None)
    except MemoryError:
        words = "The request's JSON does not fit into memory."
        result, answer = None, (("RESOURCE_EXHAUSTED", words), None)
    pickle.dump(answer, target, protocol=5)
    target.flush()
    return result


if __name__ == "__main__":
    main()
