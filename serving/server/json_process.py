"""JSON of requests and answers; large ones are the work of a process."""

import ctypes
import dataclasses
import os
import pickle
import subprocess
import sys
import threading
import time

from tf_semsynth_serving.server import json_tensors
from tf_semsynth_serving.server.status import RequestError

_WORKER = "tf_semsynth_serving.server.json_worker"
# Done in a few hundredths of a second, which nobody notices.
SMALL = 2**20  # Bytes.
_BYTES_OF_NUMBER = 4  # In JSON, roughly.
# So many large ones at a time, each of which takes a core and memory.
_AT_ONCE = threading.BoundedSemaphore(
    max(1, min(4, (os.cpu_count() or 2) // 2))
)


@dataclasses.dataclass(frozen=True)
class _Dtype:
    """What `json_tensors` needs of a `tf.DType`, without TensorFlow."""

    name: str
    size: int
    is_integer: bool
    as_numpy_dtype: type


@dataclasses.dataclass(frozen=True)
class _Spec:
    dtype: _Dtype
    shape: tuple | None


class JsonRequest:
    """A request's document; a context that ends what was begun for it.

    Args:
        body: bytes.
        timeout: float, seconds until it is given up.

    Attributes:
        document: dict; of a large body only "signature_name" and which of
            "inputs" and "instances" there is.

    Raises:
        RequestError: It is no request, or the time is over.
    """

    def __init__(self, body, timeout):
        self._worker = None
        if is_large(body):
            self._worker = _Worker(timeout)
        try:
            if self._worker is None:
                self.document = json_tensors.parse_body(body)
            else:
                self.document = self._worker.ask((json_tensors.PARSE, body))
        except BaseException:
            self.close()
            raise

    def decode(self, signature, limits):
        """See `json_tensors.decode_inputs`."""
        if self._worker is None:
            return json_tensors.decode_inputs(self.document, signature, limits)
        inputs = {
            name: _Spec(_plain_dtype(spec.dtype), spec.shape)
            for name, spec in signature.inputs.items()
        }
        return self._worker.ask((inputs, limits))

    def close(self):
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def is_large(body):
    """Whether a body is parsed in a process, which takes longer to begin."""
    return len(body) > SMALL


def encode_outputs(document, outputs, timeout):
    """See `json_tensors.encode_outputs`.

    Args:
        document: dict, the request.
        outputs: dict, name -> array.
        timeout: float, seconds until it is given up.

    Returns:
        list of bytes, the body in pieces.
    """
    if sum(map(_json_bytes, outputs.values())) <= SMALL:
        return [json_tensors.encode_outputs(document, outputs)]
    head = {key: None for key in document}
    worker = _Worker(timeout)
    try:
        return worker.ask((json_tensors.ENCODE, (head, outputs)))
    finally:
        worker.close()


def _json_bytes(array):
    """int, about how long an array is in JSON."""
    if array.dtype.hasobject:
        return sum(map(len, array.ravel()))
    return array.size * _BYTES_OF_NUMBER


class _Worker:
    """A process of `json_worker`."""

    def __init__(self, timeout):
        end = time.monotonic() + timeout
        if not _AT_ONCE.acquire(timeout=max(timeout, 0)):
            raise _too_late()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        except OSError as error:
            _AT_ONCE.release()
            raise RequestError(
                "UNAVAILABLE", f"No process for a large request: {error}"
            ) from error
        self._late = False
        left = max(end - time.monotonic(), 0)
        self._timer = threading.Timer(left, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    def ask(self, question):
        try:
            pickle.dump(question, self._process.stdin, protocol=5)
            self._process.stdin.flush()
            refusal, answer = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            if self._late:
                raise _too_late() from None
            raise RequestError(
                "RESOURCE_EXHAUSTED",
                "The process for the request's JSON ended; it may have run out "
                "of memory. Send and ask for PNG bytes instead of numbers.",
            ) from error
        if refusal:
            raise RequestError(*refusal)
        return answer

    def close(self):
        self._timer.cancel()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except OSError:
                pass  # It had not read everything.
        self._process.wait()
        _AT_ONCE.release()
        give_memory_back()

    def _give_up(self):
        self._late = True
        self._process.kill()


def give_memory_back():
    """Returns freed memory to the system, where the C library can."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        pass  # Another C library than glibc.


def _too_late():
    return RequestError(
        "DEADLINE_EXCEEDED",
        "The request's JSON was not done in time (--rest_timeout).",
    )


def _plain_dtype(dtype):
    return _Dtype(
        dtype.name, dtype.size, dtype.is_integer, dtype.as_numpy_dtype
    )
