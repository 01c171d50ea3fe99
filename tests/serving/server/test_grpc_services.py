import threading
import time

import grpc
import numpy as np
import pytest
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    predict_pb2,
    regression_pb2,
)

from tests.serving.server.asking import (
    MODEL,
    GrpcClient,
    grpc_error,
    layout_request,
    predict_request,
)
from tests.serving.server.saved_models import expected_image

LAYOUT = layout_request(rows=2)


def test_predict_answers_as_the_model_does(client):
    image = client.predict("serving_default", LAYOUT)["image"]
    expected = expected_image(LAYOUT["class_ids"], LAYOUT["seed"], offset=20)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image, expected)


def test_the_answer_names_what_has_answered(client):
    request = predict_request("", LAYOUT)
    response = client.prediction.Predict(request, 60)
    spec = response.model_spec
    assert (spec.name, spec.version.value) == (MODEL, 2)
    assert spec.signature_name == "serving_default"
    # TensorFlow Serving fills the field of the dtype, not `tensor_content`.
    assert len(response.outputs["image"].int_val) == 2 * 4 * 6 * 3


def test_bytes_come_back_as_bytes(client):
    inputs = {"layout_png": [b"\x89PNG\0\xff"], "seed": np.array([7])}
    outputs = client.predict("synthesize_png", inputs)
    assert outputs["image_png_bytes"].tolist() == [b"\x89PNG\0\xff/7"]


@pytest.mark.parametrize(
    "choice, offset",
    [({}, 20), ({"version": 2}, 20), ({"version": 1}, 10)]
    + [({"label": "stable"}, 10)],
)
def test_versions_and_labels_can_be_chosen(client, choice, offset):
    image = client.predict("serving_default", LAYOUT, **choice)["image"]
    expected = expected_image(LAYOUT["class_ids"], LAYOUT["seed"], offset)
    np.testing.assert_array_equal(image, expected)


@pytest.mark.parametrize(
    "choice, code, words",
    [
        ({"name": "other"}, "NOT_FOUND", "for request: Latest(other)"),
        (
            {"name": "other", "version": 3},
            "NOT_FOUND",
            "for request: Specific(other, 3)",
        ),
        ({"version": 3}, "NOT_FOUND", "for request: Specific(small, 3)"),
        ({"label": "next"}, "NOT_FOUND", "for request: Specific(small, 7)"),
        ({"label": "x"}, "INVALID_ARGUMENT", "servable version label: x"),
        ({"name": ""}, "INVALID_ARGUMENT", "ModelSpec has no name"),
        ({"signature": "x"}, "FAILED_PRECONDITION", 'key "x" not found'),
    ],
)
def test_what_is_not_there_has_tensorflow_servings_code(
    client, choice, code, words
):
    signature = choice.pop("signature", "serving_default")
    received = client.error(signature, LAYOUT, **choice)
    assert received[0] == code and words in received[1]


@pytest.mark.parametrize(
    "inputs, words",
    [
        ({"seed": LAYOUT["seed"]}, "Missing but required: {class_ids}"),
        ({**LAYOUT, "more": [1]}, "Sent extra: {more}"),
        ({**LAYOUT, "seed": [1.0, 2.0]}, "expected int64, received float32"),
        ({**LAYOUT, "seed": [1, 2]}, "expected int64, received int32"),
        ({**LAYOUT, "class_ids": [1, 2]}, "expected (any, any, any)"),
        ({**LAYOUT, "class_ids": LAYOUT["class_ids"] + 90}, "out of range"),
    ],
)
def test_wrong_inputs_are_refused_in_words(client, inputs, words):
    code, received = client.error("serving_default", inputs)
    assert code == "INVALID_ARGUMENT" and words in received
    assert "node" not in received


def test_an_output_filter_chooses(client):
    request = predict_request("serving_default", LAYOUT)
    request.output_filter.append("image")
    assert list(client.prediction.Predict(request, 60).outputs) == ["image"]
    request.output_filter.append("picture")
    code, words = grpc_error(client.prediction.Predict, request)
    assert code == "INVALID_ARGUMENT" and "picture Outputs" in words


def test_a_request_without_a_model_is_refused(client):
    received = grpc_error(
        client.prediction.Predict, predict_pb2.PredictRequest()
    )
    assert received == ("INVALID_ARGUMENT", "Missing ModelSpec")


def test_long_names_do_not_break_the_answer(client):
    code, words = client.error("ü" * 50000, LAYOUT)
    assert code == "FAILED_PRECONDITION" and len(words) < 2000


def metadata_request(*fields, name=MODEL):
    request = get_model_metadata_pb2.GetModelMetadataRequest()
    request.model_spec.name = name
    request.metadata_field.extend(fields)
    return request


def test_metadata_are_the_signatures_of_the_file(client, small_versions):
    response = client.prediction.GetModelMetadata(
        metadata_request("signature_def"), 60
    )
    assert (response.model_spec.name, response.model_spec.version.value) == (
        MODEL,
        2,
    )
    found = get_model_metadata_pb2.SignatureDefMap()
    assert response.metadata["signature_def"].Unpack(found)
    data = (small_versions / "2" / "saved_model.pb").read_bytes()
    saved = saved_model_pb2.SavedModel.FromString(data)
    expected = saved.meta_graphs[0].signature_def
    assert dict(found.signature_def) == dict(expected)


@pytest.mark.parametrize(
    "request_, code",
    [
        (metadata_request(), "INVALID_ARGUMENT"),
        (metadata_request("graph"), "INVALID_ARGUMENT"),
        (metadata_request("signature_def", name="x"), "NOT_FOUND"),
    ],
)
def test_other_metadata_are_refused(client, request_, code):
    assert grpc_error(client.prediction.GetModelMetadata, request_)[0] == code


def status_request(version=None, label=None, name=MODEL):
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = name
    if version is not None:
        request.model_spec.version.value = version
    if label is not None:
        request.model_spec.version_label = label
    return request


def test_the_status_lists_versions(client):
    available = get_model_status_pb2.ModelVersionStatus.AVAILABLE
    response = client.model.GetModelStatus(status_request(), 60)
    found = [(s.version, s.state) for s in response.model_version_status]
    assert found == [(2, available), (1, available)]
    assert response.model_version_status[0].status.error_code == 0
    for request in (status_request(version=1), status_request(label="stable")):
        (only,) = client.model.GetModelStatus(request, 60).model_version_status
        assert only.version == 1


@pytest.mark.parametrize(
    "request_, code",
    [
        (status_request(name="x"), "NOT_FOUND"),
        (status_request(version=5), "NOT_FOUND"),
        (status_request(label="x"), "INVALID_ARGUMENT"),
        (get_model_status_pb2.GetModelStatusRequest(), "INVALID_ARGUMENT"),
    ],
)
def test_the_status_of_nothing_is_refused(client, request_, code):
    assert grpc_error(client.model.GetModelStatus, request_)[0] == code


@pytest.mark.parametrize(
    "method, request_class, words",
    [
        ("Classify", classification_pb2.ClassificationRequest, "classify"),
        ("Regress", regression_pb2.RegressionRequest, "regress"),
    ],
)
def test_other_methods_are_refused_as_the_signature_says(
    client, method, request_class, words
):
    request = request_class()
    request.model_spec.name = MODEL
    code, received = grpc_error(getattr(client.prediction, method), request)
    assert code == "INVALID_ARGUMENT"
    assert f"method_name to be tensorflow/serving/{words}" in received
    request.model_spec.signature_name = "x"
    assert (
        "No signature was found"
        in grpc_error(getattr(client.prediction, method), request)[1]
    )


def test_what_the_server_does_not_offer_is_unimplemented(client):
    for method, request in (
        (
            client.prediction.MultiInference,
            inference_pb2.MultiInferenceRequest(),
        ),
        (
            client.model.HandleReloadConfigRequest,
            model_management_pb2.ReloadConfigRequest(),
        ),
    ):
        assert grpc_error(method, request)[0] == "UNIMPLEMENTED"


SLOW = {"spins": np.array([10000], "int32")}  # Half a second.


def test_a_request_past_its_deadline_is_not_run(running, small_versions):
    with running(small_versions, max_batch_size=1) as server:
        client = GrpcClient(server.grpc_port)
        first = client.prediction.Predict.future(
            predict_request("slow", SLOW), 60
        )
        time.sleep(0.05)
        code, _ = client.error("slow", {"spins": SLOW["spins"] + 1}, 0.1)
        assert code == "DEADLINE_EXCEEDED"
        first.result()
        client.predict("slow", {"spins": np.array([1], "int32")})
        page = server.metrics.page().decode()
        assert 'serving_batch_rows_count{signature="slow"} 2.0' in page


def test_a_cancelled_request_is_not_run(running, small_versions):
    with running(small_versions, max_batch_size=1) as server:
        client = GrpcClient(server.grpc_port)
        request = predict_request("slow", SLOW)
        first = client.prediction.Predict.future(request, 60)
        time.sleep(0.05)
        second = client.prediction.Predict.future(request, 60)
        time.sleep(0.05)
        assert second.cancel()
        first.result()
        client.predict("slow", {"spins": np.array([1], "int32")})
        page = server.metrics.page().decode()
        assert 'serving_batch_rows_count{signature="slow"} 2.0' in page
        counted = 'api="grpc",code="CANCELLED",method="Predict"} 1.0'
        end = time.monotonic() + 60  # A busy machine counts it late.
        while counted not in server.metrics.page().decode():
            assert time.monotonic() < end, "The cancelled one is not counted."
            time.sleep(0.01)


def test_a_full_queue_is_resource_exhausted(running, small_versions):
    with running(small_versions, max_batch_size=1, max_queue=2) as server:
        client = GrpcClient(server.grpc_port)
        request = predict_request("slow", SLOW)
        futures = [
            client.prediction.Predict.future(request, 60) for _ in range(8)
        ]
        codes = [future.code().name for future in futures]
        assert set(codes) == {"OK", "RESOURCE_EXHAUSTED"}
        assert codes.count("OK") <= 4
        refused = next(f for f in futures if f.code().name != "OK")
        assert "2 requests wait, at most 2 may" in refused.details()
        # The other signatures have queues of their own.
        client.predict("describe", {"version": np.array([1], "int32")})


def test_concurrent_requests_are_merged_and_keep_apart(running, small_versions):
    with running(small_versions, batch_timeout=50_000) as server:
        client = GrpcClient(server.grpc_port)
        wrong = []

        def work(seed):
            inputs = layout_request(rows=1 + seed % 3, seed=seed)
            if seed == 5:
                inputs["class_ids"][0, 0, 0] = 90
                code, _ = client.error("serving_default", inputs)
                wrong.extend([code] if code != "INVALID_ARGUMENT" else [])
                return
            image = client.predict("serving_default", inputs)["image"]
            expected = expected_image(
                inputs["class_ids"], inputs["seed"], offset=20
            )
            if not np.array_equal(image, expected):
                wrong.append(seed)

        threads = [
            threading.Thread(target=work, args=(seed,)) for seed in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not wrong
        page = server.metrics.page().decode()
        runs = sample(page, 'batch_rows_count{signature="serving_default"}')
        assert runs < 12
        client.channel.close()


def sample(page, name):
    """The value of a metric that stands once on the page."""
    (line,) = [part for part in page.splitlines() if name in part]
    return float(line.split()[-1])


def test_a_fault_of_the_server_is_internal_and_told_to_its_log(caplog):
    from tf_semsynth_serving.server.grpc_services import PredictionService
    from tf_semsynth_serving.server.metrics import Metrics

    class Aborted(Exception):
        pass

    class Context:
        def abort(self, code, words):
            raise Aborted(code, words)

    service = PredictionService(None, Metrics())
    request = metadata_request("signature_def")
    with pytest.raises(Aborted) as aborted:
        service.GetModelMetadata(request, Context())
    assert aborted.value.args[0] == grpc.StatusCode.INTERNAL
    assert "GetModelMetadata failed" in caplog.text
