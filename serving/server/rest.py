"""TensorFlow Serving's REST API, metrics and health as an ASGI application."""

import asyncio
import dataclasses
import functools
import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor

from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from tensorflow_serving.apis import get_model_metadata_pb2

from tf_semsynth_serving.server import (
    json_process,
    metrics,
    model_info,
    request_body,
)
from tf_semsynth_serving.server.http_guard import HttpGuard
from tf_semsynth_serving.server.predict import ModelChoice
from tf_semsynth_serving.server.status import (
    HTTP_CODES,
    RequestError,
    invalid,
)
from tf_semsynth_serving.server.studio_files import StudioFiles

LOG = logging.getLogger(__name__)
_MODEL = (
    r"/v1/models(?:/(?P<name>[^/:]+))?"
    r"(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
)
_POST = re.compile(_MODEL + r":(?P<method>classify|regress|predict)", re.I)
_GET = re.compile(_MODEL + r"(?P<metadata>/metadata)?", re.I)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_MAX_VERSION = 2**63 - 1
_LARGE_AT_ONCE = 40  # Threads for requests with large JSON.


def make_app(predictor, counters, options, token, is_healthy):
    """The application that the HTTP server runs.

    Args:
        predictor: `Predictor`.
        counters: `Metrics`.
        options: `Options`.
        token: str or None, what clients must send.
        is_healthy: Function without arguments, whether requests are welcome.
    """
    api = _Api(predictor, counters, options)

    def show_metrics(request):
        return Response(counters.page(), media_type=metrics.CONTENT_TYPE)

    async def show_health(request):  # It waits for no thread.
        healthy = is_healthy()
        words = "SERVING" if healthy else "NOT_SERVING"
        return PlainTextResponse(words, 200 if healthy else 503)

    def list_models(request):
        return JSONResponse({"models": [predictor.versions.name]})

    routes = [
        Route("/v1/studio/models.json", list_models),
        Route("/v1/{path:path}", api.answer, methods=_METHODS),
        Route("/metrics", show_metrics),
        Route("/monitoring/prometheus/metrics", show_metrics),
        Route("/healthz", show_health),
        Mount("/", StudioFiles()),
    ]
    return HttpGuard(
        Starlette(routes=routes),
        options.host,
        token,
        options.allowed_origins(),
    )


class _JsonPieces(Response):
    """A body that is sent piece by piece, between which others are served."""

    media_type = "application/json"

    def __init__(self, pieces, code):
        self._pieces = pieces
        size = sum(map(len, pieces))
        super().__init__(None, code, {"content-length": str(size)})

    async def __call__(self, scope, receive, send):
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        part = {"type": "http.response.body", "more_body": True}
        for piece in self._pieces:
            await send({**part, "body": piece})
        await send({"type": "http.response.body", "body": b""})
        if len(self._pieces) > 1:
            self._pieces.clear()
            await run_in_threadpool(json_process.give_memory_back)


@dataclasses.dataclass(frozen=True)
class _Call:
    """What a request's method and path ask for."""

    method: str
    choice: ModelChoice


class _Api:
    """Everything under `/v1/`."""

    def __init__(self, predictor, counters, options):
        self._predictor = predictor
        self._counters = counters
        self._max_bytes = options.max_message_bytes
        self._timeout = options.rest_timeout
        self._large = ThreadPoolExecutor(_LARGE_AT_ONCE, "json")

    async def answer(self, request):
        start = time.perf_counter()
        method, code, http_code = "Malformed", "OK", 200
        try:
            call = _read_call(request)
            method = call.method
            if method == "Predict":
                body = await self._predict(request, call.choice)
            else:
                body = await run_in_threadpool(self._ask, call)
        except RequestError as error:
            code, message = error.code, error.message
            http_code = HTTP_CODES[code]
            if isinstance(error, request_body.TooLarge):
                http_code = 413
            if isinstance(error, request_body.UnknownEncoding):
                http_code = 415
        except ClientDisconnect:
            code, message, http_code = "CANCELLED", "", 499
        except Exception as error:
            LOG.exception("%s failed", method)
            code, message = "INTERNAL", f"The server failed: {error}"
            http_code = 500
        if code != "OK":
            body = json.dumps({"error": message}).encode()
        seconds = time.perf_counter() - start
        self._counters.request_done("rest", method, code, seconds)
        pieces = body if isinstance(body, list) else [body]
        return _JsonPieces(pieces, http_code)

    async def _predict(self, request, choice):
        deadline = time.monotonic() + self._timeout
        try:
            async with asyncio.timeout(self._timeout):
                data = await request_body.read_body(
                    request.stream(),
                    request.headers.get("content-encoding", ""),
                    self._max_bytes,
                )
        except TimeoutError:
            raise self._too_late() from None
        # Large ones wait for each other; small ones need not wait for a thread.
        run = run_in_threadpool
        if json_process.is_large(data):
            loop = asyncio.get_running_loop()
            run = functools.partial(loop.run_in_executor, self._large)
        document, pending = await run(self._start, data, choice, deadline)
        del data
        await self._wait(request, pending, deadline)
        return await run(self._encode, document, pending, deadline)

    def _start(self, data, choice, deadline):
        timeout = deadline - time.monotonic()
        with json_process.JsonRequest(data, timeout) as asked:
            name = asked.document.get("signature_name", "")
            choice = dataclasses.replace(choice, signature=name)
            pending = self._predictor.start(
                choice, asked.decode, timeout=deadline - time.monotonic()
            )
            # Large lists would stay in memory until the answer.
            return dict.fromkeys(asked.document), pending

    def _encode(self, document, pending, deadline):
        timeout = deadline - time.monotonic()
        return json_process.encode_outputs(document, pending.result(), timeout)

    async def _wait(self, request, pending, deadline):
        """Waits for the answer, for as long as the client does."""
        result = asyncio.wrap_future(pending.future)
        # The body has been read: what comes next is that the client is gone.
        gone = asyncio.ensure_future(request.receive())
        try:
            await asyncio.wait(
                {result, gone},
                timeout=max(deadline - time.monotonic(), 0),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if result.done():
                result.exception()  # Raised where the result is read.
            elif gone.done():
                raise RequestError("CANCELLED", "The client hung up.")
            else:
                raise self._too_late()
        finally:
            gone.cancel()
            result.cancel()  # Nothing is computed that nobody waits for.

    def _ask(self, call):
        if call.method == "GetModelStatus":
            response = model_info.get_status(self._predictor, call.choice)
            return _to_json(response)
        if call.method == "GetModelMetadata":
            response = model_info.get_metadata(self._predictor, call.choice)
            return _metadata_to_json(response)
        model_info.refuse_method(
            self._predictor, call.choice, call.method.lower()
        )

    def _too_late(self):
        return RequestError(
            "DEADLINE_EXCEEDED",
            f"There was no answer within {self._timeout:g} seconds "
            "(--rest_timeout).",
        )


def _read_call(request):
    path = request.scope["path"]
    match, kind = None, None
    if request.method == "POST":
        match = _POST.fullmatch(path)
        kind = match and match["method"].capitalize()
    elif request.method == "GET":
        match = _GET.fullmatch(path)
        kind = match and (
            "GetModelMetadata" if match["metadata"] else "GetModelStatus"
        )
    if not match:
        raise invalid(f"Malformed request: {request.method} {path}")
    if not match["name"]:
        raise invalid("Missing model name in request.")
    version = match["version"] and int(match["version"])
    if version is not None and version > _MAX_VERSION:
        raise invalid(f"Failed to convert version: {version} to numeric.")
    return _Call(kind, ModelChoice(match["name"], version, match["label"]))


def _to_json(message, **options):
    return json_format.MessageToJson(
        message,
        indent=1,
        always_print_fields_with_no_presence=True,
        **options,
    ).encode()


def _metadata_to_json(response):
    """As TensorFlow Serving writes it: signatures without their type's URL."""
    signatures = get_model_metadata_pb2.SignatureDefMap()
    response.metadata["signature_def"].Unpack(signatures)
    spec, definitions = (
        _to_json(part, preserving_proto_field_name=True).decode()
        for part in (response.model_spec, signatures)
    )
    return (
        f'{{\n"model_spec":{spec}\n,\n"metadata": {{"signature_def": '
        f"{definitions}\n}}\n}}\n"
    ).encode()
