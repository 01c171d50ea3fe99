"""Which web pages may ask: the server's own, and those that it is told."""

from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_METHODS = b"GET, POST, OPTIONS"
_HEADERS = b"authorization, content-type, content-encoding"
_SECONDS = b"600"


def parse_origin(text):
    """An origin, `<scheme>://<host>[:<port>]`, in the form to compare.

    Returns:
        (scheme, host, port), or None where the text is no origin.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    if parts.scheme not in _PORTS or not parts.hostname or any(rest):
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


class Origins:
    """Judges where a browser's request comes from.

    Args:
        allowed: list of str, foreign origins whose pages may ask.
    """

    def __init__(self, allowed):
        self._allowed = {parse_origin(origin) for origin in allowed}

    def is_allowed(self, origin):
        """Whether a foreign origin was named when the server was started."""
        return origin is not None and parse_origin(origin) in self._allowed

    def find_refusal(self, method, path, headers):
        """Words for a request from a stranger's page, or None.

        Args:
            method, path: str.
            headers: dict, lower-case bytes -> str.
        """
        origin = headers.get(b"origin")
        site = headers.get(b"sec-fetch-site", "").strip().lower()
        if origin is not None:
            if self.is_allowed(origin) or _is_own(origin, headers):
                return None
            source = repr(origin[:200])
        elif site == "cross-site" and not _is_link(method, path, headers):
            source = "another site (Sec-Fetch-Site: cross-site)"
        else:
            return None
        return (
            f"This server does not answer pages of {source}. Start it with "
            "--allow_origin=<scheme>://<host>:<port> to let a page ask."
        )


def cors_headers(origin):
    """What lets a page of an allowed origin read an answer."""
    return [(b"access-control-allow-origin", origin.encode("latin-1"))]


def preflight_headers():
    """What an allowed page may send, for the answer to `OPTIONS`."""
    return [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", _SECONDS),
    ]


def _is_own(origin, headers):
    """Whether it is the page of this server, under whatever name.

    A proxy may speak TLS for the server, so the scheme is the page's.
    """
    page = parse_origin(origin)
    if page is None:
        return False
    host = headers.get(b"host", "")
    return page == parse_origin(f"{page[0]}://{host}")


def _is_link(method, path, headers):
    """Whether somebody followed a link to the studio's page."""
    return (
        method in ("GET", "HEAD")
        and path == "/"
        and headers.get(b"sec-fetch-mode") == "navigate"
        and headers.get(b"sec-fetch-dest") == "document"
    )
