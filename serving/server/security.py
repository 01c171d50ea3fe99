"""Who may ask: tokens, and names under which a local server is reached."""

import hmac
import ipaddress
import ssl

SCHEME = "Bearer "
TOKEN_MISSING = (
    "This server wants an API token: send `Authorization: Bearer <token>` "
    "(over gRPC as metadata) with the token that it was started with "
    "(--api_token_file)."
)


def read_token(path):
    """The token in a file.

    Args:
        path: str or None.

    Returns:
        str, or None without a file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It holds no usable token.
    """
    if path is None:
        return None
    with open(path, encoding="utf-8") as file:
        token = file.read().strip()
    if not token or not token.isascii() or not token.isprintable():
        raise ValueError(
            f"--api_token_file={path} must hold one line of printable ASCII "
            "characters, such as the output of `openssl rand -hex 32`."
        )
    return token


def is_authorized(token, header):
    """Whether a header carries the token; anything will do without one.

    Args:
        token: str or None.
        header: str or None, the value of `Authorization`.
    """
    if token is None:
        return True
    if header is None or not header.lower().startswith(SCHEME.lower()):
        return False
    received = header[len(SCHEME) :].strip()
    # Takes as long for a wrong token as for the right one.
    return hmac.compare_digest(received.encode(), token.encode())


def is_loopback(host):
    """Whether a host is this machine, as it is called from itself alone."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_tls(options):
    """Checks the certificate and its key, if there are any.

    Raises:
        OSError: A file cannot be read.
        ValueError: They are no pair.
    """
    if not options.uses_tls():
        return
    for path in (options.tls_certificate, options.tls_key):
        read_file(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(options.tls_certificate, options.tls_key)
    except ssl.SSLError as error:
        raise ValueError(
            f"--tls_certificate={options.tls_certificate} and "
            f"--tls_key={options.tls_key} must be a certificate (chain) and "
            f"its private key, both as PEM. ({error})"
        ) from error


def read_file(path):
    """The bytes of a PEM file."""
    with open(path, "rb") as file:
        return file.read()
