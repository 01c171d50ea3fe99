import json

import numpy as np
import pytest

from tf_semsynth_serving.server import json_text
from tf_semsynth_serving.server.json_text import dump_array, loads, show
from tf_semsynth_serving.server.status import RequestError


def refusal(body):
    with pytest.raises(RequestError) as raised:
        loads(body)
    assert raised.value.code == "INVALID_ARGUMENT"
    return raised.value.message


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 2.5, -3e2, true, null], "é": {"b": "c"}}',
        r'["\"[[[", "\\", "]", "a\\\"{", "1e999"]',
        "[[], {}]",
        "1e308",
    ],
)
def test_text_is_read_as_json_reads_it(text):
    assert loads(text.encode()) == json.loads(text)


def test_nesting_has_a_limit_and_brackets_in_strings_are_none():
    deepest = json_text.MAX_DEPTH
    assert loads(b"[" * deepest + b"]" * deepest)
    assert "nested too deeply: 65 lists" in refusal(b"[" * 65 + b"]" * 65)
    assert "nested too deeply" in refusal(b'{"a":' * 65 + b"1" + b"}" * 65)
    assert loads(b'["' + b"[" * 500 + b'"]') == ["[" * 500]


@pytest.mark.parametrize(
    "kind, item", [("LISTS", b"[]"), ("OBJECTS", b"{}"), ("STRINGS", b'""')]
)
def test_there_may_be_so_many_of_a_kind(kind, item, monkeypatch):
    monkeypatch.setattr(json_text, f"MAX_{kind}", 5)
    assert loads(b"[" + b",".join([item] * 4) + b"]")
    words = refusal(b"[" + b",".join([item] * 6) + b"]")
    assert f" {kind.lower()}, at most 5 may be in a request" in words


@pytest.mark.parametrize(
    "body", [b'{"a": ', b'{"a": "b', b"[1,]", b"\xff", b"[1] [2]"]
)
def test_what_is_no_json_is_refused(body):
    assert "JSON Parse error" in refusal(body)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "float64"])
def test_arrays_are_written_in_pieces_as_json_writes_them(dtype, monkeypatch):
    monkeypatch.setattr(json_text, "_PIECE", 7)
    for shape in [(), (0,), (7,), (30,), (5, 20), (3, 2, 1, 40), (2, 0)]:
        size = int(np.prod(shape))
        array = (np.arange(size) * 1.5).astype(dtype).reshape(shape)
        assert dump_array(array) == json.dumps(array.tolist())


@pytest.mark.parametrize(
    "value, words",
    [
        (True, "true"),
        (None, "null"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ("é", '"é"'),
        ("\n", r'"\n"'),
    ],
)
def test_values_are_shown_as_they_were_sent(value, words):
    assert show(value) == words
    assert len(show([value] * 1000)) < 200
