"""A small stand-in for a model server, where a test needs bad answers.

It speaks as much of TensorFlow Serving's REST interface as the studio uses,
and paints pictures by arithmetic: class colours moved by the seed.
"""

import base64
import contextlib
import io
import json
import socket
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image

from tests.architecture import ROOT

STUDIO = ROOT / "serving" / "studio"
# As strict as the local server's.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
SIGNATURES = (
    "describe",
    "serving_default",
    "synthesize_png",
    "synthesize_variants",
    "synthesize_with_style",
)


def describe(names, height=48, width=64, unknown_id=None, colours=None):
    """The content of a classes.json."""
    if colours is None:
        rng = np.random.default_rng(7)
        colours = rng.integers(0, 256, (len(names), 3)).tolist()
    table = zip(names, colours, strict=True)
    return {
        "format": 1,
        "system": "fake",
        "image_height": height,
        "image_width": width,
        "num_classes": len(names),
        "unknown_id": unknown_id,
        "classes": [
            {"id": i, "name": name, "colour": list(colour)}
            for i, (name, colour) in enumerate(table)
        ],
    }


class FakeServer:
    """Serves the studio and one model; tests set how it answers.

    Attributes:
        description: dict, what `describe` answers.
        signatures: names in the metadata.
        version: int, the version that is available; None while it loads.
        delay: seconds before each picture; or a function of the request.
        failure: (HTTP status, words, headers) for pictures, or None; with
            status 200, the whole answer stands in the place of the words.
        describing: the same for `describe`.
        token: str, the access token that requests must bring, or None.
        requests: list of the bodies of `:predict`, without `describe`.
    """

    def __init__(self, description, signatures=SIGNATURES, name="fake"):
        self.description = description
        self.signatures = signatures
        self.name = name
        self.models = [name]
        self.version = 1
        self.delay = 0
        self.failure = None
        self.describing = None
        self.token = None
        self.requests = []
        self.port = 0
        self.connections = set()
        self._http = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        """Listens on the port it had before, or on any free one."""
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = _Server(("127.0.0.1", self.port), handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self):
        """Hangs up on everybody, as a server does that is gone."""
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http = None
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def paint(self, layout, seed, style=None):
        """The picture for a layout, as PNG bytes."""
        colours = [entry["colour"] for entry in self.description["classes"]]
        ids = np.asarray(Image.open(io.BytesIO(layout)))
        shift = (seed * 37 + (len(style) if style else 0)) % 256
        image = np.array(colours, "int32")[ids] // 2 + shift // 2
        file = io.BytesIO()
        Image.fromarray(image.astype("uint8")).save(file, "PNG")
        return file.getvalue()

    def layouts(self):
        """The layouts of the requests so far, as arrays."""
        return [
            np.asarray(Image.open(io.BytesIO(_bytes(row))))
            for request in self.requests
            for row in request["inputs"]["layout_png"]
        ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """The browser hangs up on what it no longer wants."""


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # Keeps connections, as servers do.
    fake = None

    def setup(self):
        super().setup()
        self.fake.connections.add(self.connection)

    def finish(self):
        self.fake.connections.discard(self.connection)
        super().finish()

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=STUDIO)

    def log_message(self, *arguments):
        pass

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self):
        if self.path == "/empty":
            self._answer(200, "", {"Content-Type": "text/html"})
        elif not self.path.startswith("/v1/"):
            super().do_GET()
        elif not self._allowed():
            return
        elif self.path == "/v1/studio/models.json":
            self._answer(200, {"models": self.fake.models})
        elif self._found():
            self._status()

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))
        if not self._allowed() or not self._found():
            return
        if request["signature_name"] == "describe" and self.fake.describing:
            self._fail(*self.fake.describing)
            return
        if request["signature_name"] == "describe":
            text = json.dumps(self.fake.description)
            self._answer(200, {"outputs": [text]})
            return
        self.fake.requests.append(request)
        delay = self.fake.delay
        time.sleep(delay(request) if callable(delay) else delay)
        if self.fake.failure:
            self._fail(*self.fake.failure)
        else:
            self._answer(200, {"outputs": self._pictures(request)})

    def _fail(self, status, words, headers):
        content = words if status == 200 else {"error": words}
        self._answer(status, content, headers)

    def _allowed(self):
        token, sent = self.fake.token, self.headers.get("Authorization")
        if token is not None and sent != f"Bearer {token}":
            self._answer(401, {"error": "Send `Authorization: Bearer`."})
            return False
        return True

    def _found(self):
        if not self.path.startswith(f"/v1/models/{self.fake.name}"):
            self._answer(404, {"error": f"Nothing at {self.path}."})
            return False
        return True

    def _status(self):
        if self.path.endswith("/metadata"):
            signatures = {name: {} for name in self.fake.signatures}
            nested = {"signature_def": {"signature_def": signatures}}
            self._answer(200, {"metadata": nested})
            return
        version = self.fake.version
        state = "LOADING" if version is None else "AVAILABLE"
        status = {"version": str(version or 1), "state": state}
        self._answer(200, {"model_version_status": [status]})

    def _pictures(self, request):
        inputs = request["inputs"]
        layout = _bytes(inputs["layout_png"][0])
        if request["signature_name"] == "synthesize_variants":
            seeds = inputs["seeds"][0]
            return [[_b64(self.fake.paint(layout, seed)) for seed in seeds]]
        style = None
        if request["signature_name"] == "synthesize_with_style":
            style = _bytes(inputs["style_image"][0])
        return [_b64(self.fake.paint(layout, inputs["seed"][0], style))]

    def _answer(self, status, content, headers=None):
        body = json.dumps(content).encode()
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            headers = {"Content-Type": "application/json", **(headers or {})}
            headers["Content-Length"] = str(len(body))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def _bytes(value):
    return base64.b64decode(value["b64"])


def _b64(data):
    return {"b64": base64.b64encode(data).decode()}
