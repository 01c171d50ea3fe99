"""Holds back the lines that TensorFlow prints whenever it is imported."""

import contextlib
import os
import sys
import tempfile

# What a machine without a GPU prints at each start, and where it comes from.
_ALWAYS = (
    "All log messages before absl::InitializeLog",
    "oneDNN custom operations are on",
    "Could not find cuda drivers on your machine",
    "failed call to cuInit",
    "This TensorFlow binary is optimized to use available CPU",
    "To enable the following instructions",
)


@contextlib.contextmanager
def quiet_tensorflow():
    """Context in which TensorFlow is imported; other lines are shown after."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            held.seek(0)
            text = held.read().decode(errors="replace")
            for line in text.splitlines(keepends=True):
                if not any(words in line for words in _ALWAYS):
                    sys.stderr.write(line)
