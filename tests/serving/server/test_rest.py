import base64
import json

import numpy as np
import pytest
from google.protobuf import json_format
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import get_model_metadata_pb2

from tests.serving.server.asking import MODEL, ask, layout_request
from tests.serving.server.saved_models import CLASSES, expected_image

ROOT = f"/v1/models/{MODEL}"
LAYOUT = layout_request(rows=2)
IMAGE = expected_image(LAYOUT["class_ids"], LAYOUT["seed"], offset=20)
ROWS = [
    {"class_ids": ids.tolist(), "seed": int(seed)}
    for ids, seed in zip(*LAYOUT.values(), strict=True)
]
COLUMNS = {name: value.tolist() for name, value in LAYOUT.items()}
PNG = {"b64": base64.b64encode(b"\x89PNG\0\xff").decode()}


@pytest.fixture(scope="module")
def get(server):
    return lambda path, **options: ask(server.rest_port, path, **options)


@pytest.fixture(scope="module")
def post(server):
    def post(body, path=f"{ROOT}:predict", **options):
        return ask(server.rest_port, path, body, **options)

    return post


def test_the_row_format(post):
    code, headers, answer = post({"instances": ROWS})
    assert code == 200
    assert headers["content-type"] == "application/json"
    assert answer == {"predictions": IMAGE.tolist()}


def test_the_column_format(post):
    code, _, answer = post({"inputs": COLUMNS})
    assert code == 200 and answer == {"outputs": IMAGE.tolist()}


def test_bytes_are_base64_both_ways(post):
    expected = {"b64": base64.b64encode(b"\x89PNG\0\xff/7").decode()}
    name = {"signature_name": "synthesize_png"}
    rows = [{"layout_png": PNG, "seed": 7}]
    assert post({**name, "instances": rows})[2] == {"predictions": [expected]}
    columns = {"layout_png": [PNG], "seed": [7]}
    assert post({**name, "inputs": columns})[2] == {"outputs": [expected]}


def test_text_that_is_no_bytes_stands_as_it_is(post):
    body = {"signature_name": "describe", "instances": [1]}
    (text,) = post(body)[2]["predictions"]
    assert json.loads(text) == CLASSES


@pytest.mark.parametrize(
    "path, offset",
    [
        (f"{ROOT}:predict", 20),
        (f"{ROOT}/versions/2:predict", 20),
        (f"{ROOT}/versions/1:predict", 10),
        (f"{ROOT}/labels/stable:predict", 10),
        (f"/v1/Models/{MODEL}/Versions/1:Predict", 10),
    ],
)
def test_versions_and_labels_can_be_chosen(post, path, offset):
    expected = expected_image(LAYOUT["class_ids"], LAYOUT["seed"], offset)
    assert post({"inputs": COLUMNS}, path)[2] == {"outputs": expected.tolist()}


@pytest.mark.parametrize(
    "path, code, words",
    [
        ("/v1/models/other:predict", 404, "for request: Latest(other)"),
        (f"{ROOT}/versions/9:predict", 404, "Specific(small, 9)"),
        (f"{ROOT}/versions/{2**70}:predict", 400, "Failed to convert"),
        (f"{ROOT}/labels/x:predict", 400, "Unrecognized servable version"),
        (f"{ROOT}:classify", 400, "Expected classification signature"),
        (f"{ROOT}:regress", 400, "Expected regression signature"),
        (f"{ROOT}:paint", 400, f"Malformed request: POST {ROOT}:paint"),
        (ROOT, 400, f"Malformed request: POST {ROOT}"),
    ],
)
def test_errors_have_tensorflow_servings_codes(post, path, code, words):
    received, headers, answer = post({"inputs": COLUMNS}, path)
    assert received == code
    assert list(answer) == ["error"] and words in answer["error"]
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "body, words",
    [
        (b"", "The document is empty"),
        (b"{", "JSON Parse error"),
        ({"inputs": COLUMNS, "signature_name": "x"}, '"x" not found'),
        ({"signature_name": "\ud800", "inputs": 1}, "not found"),
        ({"inputs": {"seed": [1]}}, "Missing but required: {class_ids}"),
        ({"inputs": {**COLUMNS, "seed": [1.5, 2]}}, "expected type: int64"),
        (
            {"inputs": {**COLUMNS, "class_ids": [[[99]], [[0]]]}},
            "Class id 99 is out of range.",
        ),
    ],
)
def test_wrong_requests_are_refused_in_words(post, body, words):
    code, _, answer = post(body)
    assert code == 400 and words in answer["error"]


def test_the_status_has_the_fields_of_tensorflow_serving(get):
    ok = {"error_code": "OK", "error_message": ""}
    states = [
        {"version": version, "state": "AVAILABLE", "status": ok}
        for version in ("2", "1")
    ]
    code, headers, answer = get(ROOT)
    assert code == 200 and headers["content-type"] == "application/json"
    assert answer == {"model_version_status": states}
    for path in (f"{ROOT}/versions/1", f"{ROOT}/labels/stable"):
        assert get(path)[2] == {"model_version_status": states[1:]}


@pytest.mark.parametrize(
    "path, code, words",
    [
        ("/v1/models/x", 404, "Could not find any versions of model x"),
        (f"{ROOT}/versions/9", 404, "Could not find version 9 of model small"),
        ("/v1/models", 400, "Missing model name in request."),
        ("/v1/other", 400, "Malformed request: GET /v1/other"),
        (f"{ROOT}:predict", 400, f"Malformed request: GET {ROOT}:predict"),
        ("/v1/models/x/metadata", 404, "for request: Latest(x)"),
    ],
)
def test_questions_about_nothing(get, path, code, words):
    received, _, answer = get(path)
    assert received == code and words in answer["error"]


def test_metadata_have_the_fields_of_tensorflow_serving(get, small_versions):
    code, _, answer = get(f"{ROOT}/metadata")
    assert code == 200 and set(answer) == {"model_spec", "metadata"}
    assert answer["model_spec"] == {
        "name": MODEL,
        "signature_name": "",
        "version": "2",
    }
    inner = answer["metadata"]["signature_def"]
    seed = inner["signature_def"]["serving_default"]["inputs"]["seed"]
    assert seed == {
        "dtype": "DT_INT64",
        "name": "serving_default_seed:0",
        "tensor_shape": {
            "dim": [{"name": "", "size": "-1"}],
            "unknown_rank": False,
        },
    }
    found = json_format.ParseDict(
        inner, get_model_metadata_pb2.SignatureDefMap()
    )
    data = (small_versions / "2" / "saved_model.pb").read_bytes()
    saved = saved_model_pb2.SavedModel.FromString(data)
    expected = saved.meta_graphs[0].signature_def
    assert dict(found.signature_def) == dict(expected)
    older = get(f"{ROOT}/versions/1/metadata")[2]
    assert older["model_spec"]["version"] == "1"


def test_metrics_are_at_both_places(get, post):
    post({"inputs": COLUMNS})
    for path in ("/metrics", "/monitoring/prometheus/metrics"):
        code, headers, page = get(path)
        assert code == 200
        assert headers.get_content_type() == "text/plain"
        assert b'serving_requests_total{api="rest",code="OK"' in page


def test_health(get):
    assert get("/healthz")[::2] == (200, b"SERVING")


def test_the_studio_is_told_its_model(get):
    assert get("/v1/studio/models.json")[2] == {"models": [MODEL]}


def test_a_large_body_is_refused_and_not_kept(running, small_versions):
    with running(small_versions, max_message_bytes=1000) as server:
        for size in (1001, 20_000_000):
            body = b" " * size
            code, _, answer = ask(server.rest_port, f"{ROOT}:predict", body)
            assert code == 413 and "larger than 1000 bytes" in answer["error"]
        assert ask(server.rest_port, ROOT)[0] == 200


def test_a_slow_answer_is_a_timeout(running, small_versions):
    with running(small_versions, rest_timeout=0.1) as server:
        body = {"signature_name": "slow", "instances": [10000]}
        code, _, answer = ask(server.rest_port, f"{ROOT}:predict", body)
        assert code == 504 and "within 0.1 seconds" in answer["error"]


def test_a_client_that_hangs_up_is_not_computed_for(running, small_versions):
    import http.client
    import time

    with running(small_versions, max_batch_size=1) as server:
        connections = []
        for spins in (10000, 10001):
            connection = http.client.HTTPConnection(
                "localhost", server.rest_port
            )
            body = {"signature_name": "slow", "instances": [spins]}
            connection.request("POST", f"{ROOT}:predict", json.dumps(body))
            connections.append(connection)
            time.sleep(0.1)
        connections[1].close()
        assert connections[0].getresponse().status == 200
        body = {"signature_name": "slow", "instances": [1]}
        assert ask(server.rest_port, f"{ROOT}:predict", body)[0] == 200
        page = server.metrics.page().decode()
        assert 'serving_batch_rows_count{signature="slow"} 2.0' in page
        assert 'api="rest",code="CANCELLED",method="Predict"} 1.0' in page


def test_a_full_queue_is_too_many_requests(running, small_versions):
    from concurrent.futures import ThreadPoolExecutor

    body = {"signature_name": "slow", "instances": [10000]}
    with running(small_versions, max_batch_size=1, max_queue=1) as server:

        def post(_):
            return ask(server.rest_port, f"{ROOT}:predict", body)[0]

        with ThreadPoolExecutor(6) as pool:
            codes = list(pool.map(post, range(6)))
    assert set(codes) == {200, 429}


def test_a_large_picture_comes_as_numbers(post):
    ids = np.arange(720 * 640, dtype="int32").reshape(1, 720, 640) % 8
    body = {"inputs": {"class_ids": ids.tolist(), "seed": [3]}}
    code, headers, answer = post(json.dumps(body).encode() + b" " * 2**20)
    assert code == 200 and "content-length" in headers
    expected = expected_image(ids, [3], offset=20)
    np.testing.assert_array_equal(np.array(answer["outputs"]), expected)
