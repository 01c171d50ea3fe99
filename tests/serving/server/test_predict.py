import numpy as np
import pytest

from tests.serving.server.asking import MODEL, layout_request
from tests.serving.server.saved_models import expected_image
from tf_semsynth_serving.server.options import Options
from tf_semsynth_serving.server.predict import ModelChoice, Predictor
from tf_semsynth_serving.server.status import RequestError, invalid

LAYOUT = layout_request(rows=2)


@pytest.fixture
def predictor(server, small_versions):
    options = Options(model_dir=str(small_versions), max_rows=7)
    return Predictor(server.versions, options)


def give(inputs):
    return lambda signature, limits: inputs


def test_a_request_is_answered(predictor):
    pending = predictor.start(ModelChoice(MODEL), give(LAYOUT))
    expected = expected_image(LAYOUT["class_ids"], LAYOUT["seed"], offset=20)
    outputs = pending.result(60)
    np.testing.assert_array_equal(outputs["image"], expected)
    assert (pending.version, pending.signature.name) == (2, "serving_default")


def test_inputs_are_read_with_signature_and_limits(predictor):
    seen = []

    def decode(signature, limits):
        seen.append((list(signature.inputs), limits.max_rows))
        return LAYOUT

    predictor.start(ModelChoice(MODEL, label="stable"), decode).result(60)
    assert seen == [(["class_ids", "seed"], 7)]


def refuse(signature, limits):
    raise invalid("no")


@pytest.mark.parametrize(
    "choice, decode, outputs",
    [
        (ModelChoice(MODEL), refuse, ()),
        (ModelChoice(MODEL, signature="x"), give(LAYOUT), ()),
        (ModelChoice(MODEL), give(LAYOUT), ("x",)),
    ],
)
def test_refused_requests_hold_no_version(predictor, choice, decode, outputs):
    with predictor.acquire(ModelChoice(MODEL)).in_use() as servable:
        before = servable._users
        with pytest.raises(RequestError):
            predictor.start(choice, decode, outputs)
        assert servable._users == before


def test_a_timeout_is_a_deadline(predictor):
    pending = predictor.start(ModelChoice(MODEL), give(LAYOUT), timeout=-1)
    with pytest.raises(RequestError) as refusal:
        pending.result(60)
    assert refusal.value.code == "DEADLINE_EXCEEDED"
