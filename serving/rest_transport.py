"""TensorFlow Serving's REST interface, over the standard library alone.

Connections are kept open and used again, one for each request under way.
"""

import contextlib
import http.client
import json
import socket
import ssl
import urllib.parse

from tf_semsynth_serving.errors import (
    DeadlineExceeded,
    ResourceExhausted,
    ServingError,
    Unavailable,
    error_from_code,
)
from tf_semsynth_serving.rest_tensors import outputs_from_json, tensor_to_json
from tf_semsynth_serving.retries import Deadline

MAX_ANSWER_BYTES = 1 << 30
_CHUNK = 1 << 20

# How TensorFlow Serving writes the codes of gRPC in HTTP; proxies add others.
_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    413: "RESOURCE_EXHAUSTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_TLS_ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


class RestTransport:
    """Speaks with one server over HTTP.

    Args:
        server: str, such as "http://localhost:8501"; a path in it is put
            before "/v1".
        model_name: str.
        api_token: str or None.
        ca_file: path of the certificates that a server's is checked against,
            or None for the system's.
    """

    def __init__(self, server, model_name, api_token=None, ca_file=None):
        self.server = server.rstrip("/")
        parts = urllib.parse.urlsplit(self.server)
        self._address = parts.hostname, parts.port
        self._path = f"{parts.path}/v1/models/{urllib.parse.quote(model_name)}"
        self._context = None
        if parts.scheme == "https":
            self._context = ssl.create_default_context(cafile=ca_file)
        self._headers = {"Content-Type": "application/json"}
        if api_token is not None:
            self._headers["Authorization"] = f"Bearer {api_token}"
        self._idle = []  # Appending and popping are atomic.

    def predict(self, version, name, signature, inputs, seconds):
        """Runs a signature.

        Args:
            version: int.
            name: str, the signature's.
            signature: dict, as in the answer of `metadata`.
            inputs: dict, name -> array; bytes are in object arrays.
            seconds: float, how long the answer may take.

        Returns:
            dict, output -> NumPy array; bytes are in object arrays.

        Raises:
            ServingError: See `errors.py`.
        """
        body = {
            "signature_name": name,
            "inputs": {k: tensor_to_json(v) for k, v in inputs.items()},
        }
        path = f"{self._path}/versions/{version}:predict"
        answer = self._request("POST", path, seconds, body)
        with self._understood():
            return outputs_from_json(answer["outputs"], signature["outputs"])

    def metadata(self, version, label, seconds):
        """What the server says about a version.

        Args:
            version: int or None.
            label: str or None; with neither, the newest version.
            seconds: float.

        Returns:
            version: int.
            signatures: dict, name -> {"inputs", "outputs"}, each a dict from
                a tensor's name to {"dtype", "shape"}, where the dtype is such
                as "DT_INT64" and -1 stands for a free size.
        """
        path = f"{self._path}{_spec_path(version, label)}/metadata"
        answer = self._request("GET", path, seconds)
        with self._understood():
            version = int(answer["model_spec"]["version"])
            table = answer["metadata"]["signature_def"]["signature_def"]
            return version, {k: _signature(v) for k, v in table.items()}

    def status(self, version, label, seconds):
        """The states of the versions that the server knows.

        Returns:
            List of {"version", "state", "error_code", "error_message"}.
        """
        path = f"{self._path}{_spec_path(version, label)}"
        answer = self._request("GET", path, seconds)
        with self._understood():
            return [_status(item) for item in answer["model_version_status"]]

    def close(self):
        while self._idle:
            self._idle.pop().close()

    @contextlib.contextmanager
    def _understood(self):
        """Puts into words that an answer has another form than expected."""
        try:
            yield
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ServingError(
                f"{self.server} answered in another form than TensorFlow "
                f"Serving does: {error!r}. Is it one?"
            ) from error

    def _request(self, method, path, seconds, body=None):
        data = None if body is None else json.dumps(body).encode()
        deadline = Deadline(seconds)
        with self._words_for_faults():
            status, answer = self._exchange(method, path, data, deadline)
        if status != 200:
            code = _CODES.get(status, f"HTTP {status}")
            raise error_from_code(code, _error_words(answer), self.server)
        try:
            return json.loads(answer)
        except ValueError as error:
            raise ServingError(
                f"{self.server}{path} answered something else than JSON: "
                f"{answer[:80]!r}. Is it a TensorFlow Serving?"
            ) from error

    def _exchange(self, method, path, data, deadline):
        """Sends a request over a connection that is open, or a new one."""
        with contextlib.suppress(IndexError):
            connection = self._idle.pop()
            try:
                return self._send(connection, method, path, data, deadline)
            except (ConnectionError, *_TLS_ENDED):
                # Closed by the server since then: nothing was lost.
                connection.close()
        return self._send(self._connect(), method, path, data, deadline)

    def _connect(self):
        host, port = self._address
        if self._context is None:
            return http.client.HTTPConnection(host, port)
        return http.client.HTTPSConnection(host, port, context=self._context)

    def _send(self, connection, method, path, data, deadline):
        try:
            _set_timeout(connection, deadline)
            connection.request(method, path, data, self._headers)
            _set_timeout(connection, deadline)
            response = connection.getresponse()
            answer = self._read(connection, response, deadline)
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return response.status, answer

    def _read(self, connection, response, deadline):
        chunks, size = [], 0
        while chunk := response.read1(_CHUNK):
            _set_timeout(connection, deadline)
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise ResourceExhausted(
                    f"The answer of {self.server} has more than "
                    f"{MAX_ANSWER_BYTES >> 20} MiB. Ask for fewer pictures at "
                    "once."
                )
        if response.length:  # So many bytes were still to come.
            raise http.client.IncompleteRead(b"", response.length)
        response.read()  # Frees the connection for the next request.
        return b"".join(chunks)

    @contextlib.contextmanager
    def _words_for_faults(self):
        """Turns what sockets and HTTP raise into errors of this package."""
        try:
            yield
        except ServingError:
            raise
        except TimeoutError as error:
            raise DeadlineExceeded(
                f"There was no answer from {self.server} in time. A busy or "
                "slow server needs more time: --deadline=<seconds>."
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise ServingError(
                f"The certificate of {self.server} is not trusted: "
                f"{error.verify_message}. If it is your own, pass the "
                "certificate that signed it: --ca_file=<file>."
            ) from error
        except _TLS_ENDED as error:
            raise self._unavailable(error) from error
        except ssl.SSLError as error:
            raise ServingError(
                f"TLS with {self.server} failed: {error}. If the server was "
                "started without TLS, write http:// in place of https://."
            ) from error
        except socket.gaierror as error:
            raise Unavailable(
                f"There is no host {self._address[0]}: {error.strerror}. "
                "Check --server."
            ) from error
        except http.client.BadStatusLine as error:
            if isinstance(error, http.client.RemoteDisconnected):
                raise self._unavailable(error) from error
            raise ServingError(
                f"{self.server} answers, but not in HTTP. If it is the gRPC "
                "port, leave http:// out of --server."
            ) from error
        except OSError as error:
            raise self._unavailable(error) from error
        except http.client.HTTPException as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error):
        words = getattr(error, "strerror", None) or str(error)
        words = words or type(error).__name__
        return error_from_code("UNAVAILABLE", words, self.server)


def _set_timeout(connection, deadline):
    """Lets the next step on a connection take what is left, and no more."""
    connection.timeout = deadline.check()
    if connection.sock is not None:
        connection.sock.settimeout(connection.timeout)


def _spec_path(version, label):
    if version is not None:
        return f"/versions/{version}"
    if label is not None:
        return f"/labels/{urllib.parse.quote(label)}"
    return ""


def _signature(answer):
    return {
        side: {k: _tensor(v) for k, v in answer.get(side, {}).items()}
        for side in ("inputs", "outputs")
    }


def _status(item):
    status = item.get("status", {})
    return {
        "version": int(item["version"]),
        "state": item["state"],
        "error_code": status.get("error_code", "OK"),
        "error_message": status.get("error_message", ""),
    }


def _tensor(info):
    shape = info["tensor_shape"]
    sizes = [int(dim["size"]) for dim in shape.get("dim", ())]
    is_unknown = shape.get("unknown_rank")
    return {"dtype": info["dtype"], "shape": None if is_unknown else sizes}


def _error_words(answer):
    """The words of an error.

    TensorFlow Serving escapes them as C does, which is not always JSON.
    """
    text = answer.decode("utf-8", "replace")
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        pass
    try:
        return str(json.loads(text.replace("\\'", "'"))["error"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:500]
