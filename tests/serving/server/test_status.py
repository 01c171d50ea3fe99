import grpc

from tf_semsynth_serving.server import status


def test_codes_are_those_of_grpc():
    expected = {code.name: code.value[0] for code in grpc.StatusCode}
    assert status.NUMBERS == expected
    assert status.NAMES[5] == "NOT_FOUND"


def test_http_codes_are_those_of_tensorflow_serving():
    """By `ToHTTPStatusCode` of its http_server.cc."""
    by_http = {}
    for name, code in status.HTTP_CODES.items():
        by_http.setdefault(code, set()).add(name)
    assert by_http == {
        200: {"OK"},
        400: {"INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE"},
        401: {"UNAUTHENTICATED"},
        403: {"PERMISSION_DENIED"},
        404: {"NOT_FOUND"},
        409: {"ALREADY_EXISTS", "ABORTED"},
        429: {"RESOURCE_EXHAUSTED"},
        499: {"CANCELLED"},
        500: {"UNKNOWN", "INTERNAL", "DATA_LOSS"},
        501: {"UNIMPLEMENTED"},
        503: {"UNAVAILABLE"},
        504: {"DEADLINE_EXCEEDED"},
    }


def test_a_mistake_in_a_request_is_an_invalid_argument():
    error = status.invalid("words")
    assert (error.code, error.message) == ("INVALID_ARGUMENT", "words")
    assert str(error) == "words"
