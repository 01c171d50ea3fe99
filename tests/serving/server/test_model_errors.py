import pytest
import tensorflow as tf

from tf_semsynth_serving.server.model_errors import clean, to_request_error

ASSERTION = (
    "Graph execution error:\n\n"
    "Detected at node Assert_2/Assert defined at (most recent call last):\n"
    "<stack traces unavailable>\n"
    "assertion failed: [layout_png row 0 is no PNG: [sic] 64 x 64.]\n"
    "\t [[{{node Assert_2/Assert}}]] [Op:__inference_signature_wrapper_14364]"
)
TRACE = (
    "2 root error(s) found.\n  (0) INVALID_ARGUMENT: x\n\n"
    "Original stack trace for 'a/b':\n  File \"/home/me/model.py\", line 3"
)


@pytest.mark.parametrize(
    "message, words",
    [
        (ASSERTION, "layout_png row 0 is no PNG: [sic] 64 x 64."),
        (
            "Invalid PNG data, size 84\n\t [[{{node map/while/DecodePng}}]]",
            "Invalid PNG data, size 84",
        ),
        ("plain words", "plain words"),
        (TRACE, "2 root error(s) found."),
        ("", "The model failed."),
    ],
)
def test_only_the_words_are_left(message, words):
    assert clean(message) == words


def test_the_code_stays():
    error = tf.errors.ResourceExhaustedError(None, None, "OOM\n\t [[node]]")
    told = to_request_error(error)
    assert (told.code, told.message) == ("RESOURCE_EXHAUSTED", "OOM")
