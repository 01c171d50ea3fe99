"""What every HTTP request passes and every answer carries."""

import json

from tf_semsynth_serving.server import origins, security

# The studio's page: its own files alone, no inline script, nobody's frame.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"vary", b"Origin"),
]
# The page asks for the token by itself, and probes have none.
_WITH_TOKEN = ("/v1/", "/metrics", "/monitoring/")


class HttpGuard:
    """ASGI middleware: token, host, origin, security headers.

    A server on loopback is asked by programs of this machine, also by a
    browser in which a stranger's page is open. Such a page can give a name of
    its own this machine's address; only names of this machine are answered.
    What a stranger's page sends under the right name, on whatever address, is
    told by `Origin` and `Sec-Fetch-Site`, which pages cannot change.

    Args:
        app: ASGI application.
        host: str, the address that the server listens on.
        token: str or None, what clients must send.
        allowed_origins: list of str, foreign origins whose pages may ask.
    """

    def __init__(self, app, host, token, allowed_origins=()):
        self._app = app
        self._only_local = security.is_loopback(host)
        self._token = token
        self._origins = origins.Origins(allowed_origins)

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        headers = {k: v.decode("latin-1") for k, v in scope["headers"]}
        more = [*_HEADERS]
        origin = headers.get(b"origin")
        allowed = self._origins.is_allowed(origin)
        if allowed:
            more += origins.cors_headers(origin)

        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        refusal = self._find_refusal(scope, headers)
        if refusal:
            await _refuse(send_with_headers, *refusal)
        elif allowed and scope["method"] == "OPTIONS":
            more += origins.preflight_headers()
            await _answer(send_with_headers, 204, [], b"")
        else:
            await self._app(scope, receive, send_with_headers)

    def _find_refusal(self, scope, headers):
        """HTTP code and words, or None."""
        path, method = scope["path"], scope["method"]
        host = _without_port(headers.get(b"host", "localhost"))
        if self._only_local and not security.is_loopback(host):
            return 403, (
                f"This server answers this machine alone, not as {host!r}. "
                "Call it localhost, or start it with another --host."
            )
        words = self._origins.find_refusal(method, path, headers)
        if words:
            return 403, words
        if method == "OPTIONS":
            return None  # A browser's question before it sends the token.
        needs_token = path.startswith(_WITH_TOKEN)
        if needs_token and not security.is_authorized(
            self._token, headers.get(b"authorization")
        ):
            return 401, security.TOKEN_MISSING
        return None


def _without_port(host):
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


async def _refuse(send, code, words):
    body = json.dumps({"error": words}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if code == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await _answer(send, code, headers, body)


async def _answer(send, code, headers, body):
    await send(
        {"type": "http.response.start", "status": code, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})
