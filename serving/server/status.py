"""How a request can end: the status codes of gRPC, and HTTP's for each."""

# Name -> (number, HTTP code), the latter as TensorFlow Serving maps them.
_CODES = {
    "OK": (0, 200),
    "CANCELLED": (1, 499),
    "UNKNOWN": (2, 500),
    "INVALID_ARGUMENT": (3, 400),
    "DEADLINE_EXCEEDED": (4, 504),
    "NOT_FOUND": (5, 404),
    "ALREADY_EXISTS": (6, 409),
    "PERMISSION_DENIED": (7, 403),
    "RESOURCE_EXHAUSTED": (8, 429),
    "FAILED_PRECONDITION": (9, 400),
    "ABORTED": (10, 409),
    "OUT_OF_RANGE": (11, 400),
    "UNIMPLEMENTED": (12, 501),
    "INTERNAL": (13, 500),
    "UNAVAILABLE": (14, 503),
    "DATA_LOSS": (15, 500),
    "UNAUTHENTICATED": (16, 401),
}
HTTP_CODES = {name: http for name, (_, http) in _CODES.items()}
NUMBERS = {name: number for name, (number, _) in _CODES.items()}
NAMES = {number: name for name, number in NUMBERS.items()}


class RequestError(Exception):
    """A request that is refused or that failed.

    Args:
        code: str, a key of `HTTP_CODES`.
        message: str, words for the client.
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message):
    """The `RequestError` for a mistake in the request itself."""
    return RequestError("INVALID_ARGUMENT", message)
