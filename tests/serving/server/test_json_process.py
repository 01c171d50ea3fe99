import json

import numpy as np
import pytest
import tensorflow as tf

from tests.serving.server.test_json_tensors import LIMITS, PAINT, SEED, b64
from tf_semsynth_serving.server import json_process
from tf_semsynth_serving.server.json_process import (
    JsonRequest,
    encode_outputs,
)
from tf_semsynth_serving.server.status import RequestError


@pytest.fixture
def all_are_large(monkeypatch):
    monkeypatch.setattr(json_process, "SMALL", 0)


def test_a_large_body_is_decoded_in_a_process(all_are_large):
    rows = [{"png": b64(b"\x89a"), "seed": 2**40}]
    body = json.dumps({"signature_name": "s", "instances": rows}).encode()
    with JsonRequest(body, 60) as request:
        assert request.document == {"signature_name": "s", "instances": None}
        arrays = request.decode(PAINT, LIMITS)
    assert arrays["png"].tolist() == [b"\x89a"]
    assert arrays["seed"].dtype == tf.int64.as_numpy_dtype
    np.testing.assert_array_equal(arrays["seed"], [2**40])


def test_refusals_come_from_the_process_in_words(all_are_large):
    with pytest.raises(RequestError, match="nested too deeply"):
        JsonRequest(b"[" * 100, 60)
    with JsonRequest(b'{"inputs": [true]}', 60) as request:
        with pytest.raises(RequestError, match="Value: true is not of"):
            request.decode(SEED, LIMITS)


def test_time_that_is_over_is_told(all_are_large):
    with pytest.raises(RequestError) as refusal:
        JsonRequest(b'{"inputs": [1]}', 0)
    assert refusal.value.code == "DEADLINE_EXCEEDED"


def test_a_large_answer_is_written_in_a_process(all_are_large):
    outputs = {
        "image": np.arange(6, dtype="uint8").reshape(1, 2, 3),
        "x_bytes": np.array([b"ab"], object),
    }
    pieces = encode_outputs({"instances": None}, outputs, 60)
    row = {"image": [[0, 1, 2], [3, 4, 5]], "x_bytes": b64(b"ab")}
    assert json.loads(b"".join(pieces)) == {"predictions": [row]}


def test_an_answer_that_is_refused_or_late_is_told(all_are_large):
    scalar = {"x": np.float32(1)}
    with pytest.raises(RequestError, match="no shape information"):
        encode_outputs({"instances": None}, scalar, 60)
    with pytest.raises(RequestError) as refusal:
        encode_outputs({"inputs": None}, scalar, 0)
    assert refusal.value.code == "DEADLINE_EXCEEDED"
