"""Errors are of the right kind, built-in ones too, and say what to do."""

import pytest

from tf_semsynth_serving import errors

KINDS = {
    "INVALID_ARGUMENT": (errors.InvalidRequest, ValueError),
    "FAILED_PRECONDITION": (errors.InvalidRequest, ValueError),
    "RESOURCE_EXHAUSTED": (errors.ResourceExhausted, Exception),
    "DEADLINE_EXCEEDED": (errors.DeadlineExceeded, TimeoutError),
    "UNAVAILABLE": (errors.Unavailable, ConnectionError),
    "NOT_FOUND": (errors.NotFound, LookupError),
    "UNAUTHENTICATED": (errors.Unauthenticated, PermissionError),
    "PERMISSION_DENIED": (errors.Unauthenticated, PermissionError),
    "INTERNAL": (errors.ServingError, Exception),
}


@pytest.mark.parametrize("code", KINDS)
def test_a_code_has_a_kind_and_a_built_in_one(code):
    error = errors.error_from_code(code, "no luck", "here:1")
    kind, built_in = KINDS[code]
    assert type(error) is kind
    assert isinstance(error, built_in)
    assert isinstance(error, errors.ServingError)
    assert str(error).startswith(f"here:1 answered {code}: no luck.")


def test_errors_without_words_say_so():
    error = errors.error_from_code("INTERNAL", "", "here:1")
    assert str(error) == "here:1 answered INTERNAL: no words came with it."


@pytest.mark.parametrize(
    "message, words",
    [
        ("Plain words.", "Plain words."),
        (
            "assertion failed: [Row 0 (x=1) is bad.]\n\t [[{{node A/Assert}}]]",
            "Row 0 (x=1) is bad.",
        ),
        (
            "2 root error(s) found.\n  (0) INVALID_ARGUMENT: assertion failed: "
            "[Row 0 is bad.]\n\t [[{{node A}}]]\n\t [[B/_7]]\n  (1) "
            "INVALID_ARGUMENT: assertion failed: [Row 0 is bad.]\n\t "
            "[[{{node A}}]]\n0 successful operations.",
            "Row 0 is bad.",
        ),
        ("Unknown image\n\t [[{{node DecodePng}}]]", "Unknown image"),
    ],
)
def test_the_graph_is_left_out_of_the_words(message, words):
    assert errors.plain_words(message) == words
