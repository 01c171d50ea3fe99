"""Words of TensorFlow's errors, for clients."""

import re

from tf_semsynth_serving.server.status import NAMES, RequestError

# What TensorFlow says around the words of an operation: where in the graph it
# stands and where in a program it was made.
_NOISE = (
    "Graph execution error:",
    "Detected at node",
    "<stack traces unavailable>",
    "Original stack trace",
    "  ",
    "\t",
)
_NODE = re.compile(r"\s*\[\[.*?\]\]|\s*\[Op:\w+\]|\{\{.*?\}\}")
_ASSERTION = re.compile(r"assertion failed: \[(.*)\]", re.DOTALL)


def to_request_error(error):
    """A `tf.errors.OpError` as the error that the client is told.

    The code stays; an assertion's own words stand alone.
    """
    code = NAMES.get(error.error_code, "UNKNOWN")
    return RequestError(code, clean(error.message))


def clean(message):
    """TensorFlow's message without names of nodes and stack traces."""
    lines = [
        line
        for line in message.splitlines()
        if line.strip() and not line.startswith(_NOISE)
    ]
    text = _NODE.sub("", "\n".join(lines)).strip()
    assertion = _ASSERTION.fullmatch(text)
    if assertion:
        text = assertion[1].replace("] [", " ")  # Of several parts.
    return text or "The model failed."
