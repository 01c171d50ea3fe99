"""What can go wrong between a client and a server, as Python errors.

Each says what was wrong, what was expected, what came, and what to do. All of
them are a `ServingError`; most are a built-in error, too, so that code that
knows nothing of this package can catch them.
"""

import re


class ServingError(Exception):
    """The server answered with an error of no kind below, or not at all."""


class LayoutError(ServingError, ValueError):
    """A layout cannot be used; found by the client, nothing was sent."""


class InvalidRequest(ServingError, ValueError):
    """The request is wrong (INVALID_ARGUMENT); the same one will never work."""


class ResourceExhausted(ServingError):
    """The server's queue is full, or a message is too large."""


class DeadlineExceeded(ServingError, TimeoutError):
    """There was no answer in time."""


class Unavailable(ServingError, ConnectionError):
    """Nobody answers at the address, or the server is starting or stopping.

    The one error after which a client tries again by itself.
    """


class NotFound(ServingError, LookupError):
    """The server has no such model, version, label or signature."""


class Unauthenticated(ServingError, PermissionError):
    """The server wants another API token, or one at all."""


_CLASSES = {
    "INVALID_ARGUMENT": InvalidRequest,
    "FAILED_PRECONDITION": InvalidRequest,
    "OUT_OF_RANGE": InvalidRequest,
    "UNIMPLEMENTED": InvalidRequest,
    "RESOURCE_EXHAUSTED": ResourceExhausted,
    "DEADLINE_EXCEEDED": DeadlineExceeded,
    "UNAVAILABLE": Unavailable,
    "NOT_FOUND": NotFound,
    "UNAUTHENTICATED": Unauthenticated,
    "PERMISSION_DENIED": Unauthenticated,
}
_REMEDIES = {
    ResourceExhausted: "Send fewer requests at once (--in_flight), or later.",
    DeadlineExceeded: (
        "A busy or slow server needs more time: --deadline=<seconds>; more "
        "requests at once make each of them slower (--in_flight)."
    ),
    Unavailable: (
        "Is the server running, and is this its address? By custom gRPC has "
        "port 8500 (--server=localhost:8500) and REST has 8501 "
        "(--server=http://localhost:8501)."
    ),
    NotFound: (
        "Check --model_name, --version and --label against what the server "
        "was started with."
    ),
    Unauthenticated: (
        "Pass the token that the server was started with: "
        "--api_token_file=<file>."
    ),
}


def error_from_code(code, words, server):
    """Makes the error for what a server answered.

    Args:
        code: str, name of a status code of gRPC, such as "NOT_FOUND".
        words: str, the server's own words.
        server: str, its address.

    Returns:
        A `ServingError`, to be raised.
    """
    kind = _CLASSES.get(code, ServingError)
    words = plain_words(words)
    said = f"{server} answered {code}: {words or 'no words came with it'}"
    if said[-1] not in ".!?":
        said += "."
    remedy = _REMEDIES.get(kind)
    return kind(f"{said} {remedy}" if remedy else said)


def plain_words(message):
    """The words of a TensorFlow error, without where in the graph it was."""
    failed = re.search(
        r"assertion failed: \[(.*?)\]\s*(?:\n|$)", message, re.DOTALL
    )
    if failed:
        return failed[1].strip()
    lines = message.splitlines()
    kept = [x.strip() for x in lines if not x.strip().startswith("[[")]
    return "\n".join(line for line in kept if line)
