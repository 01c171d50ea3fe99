import pytest
from tensorflow_serving.apis import get_model_status_pb2

from tests.serving.server.asking import MODEL
from tf_semsynth_serving.server import model_info
from tf_semsynth_serving.server.options import Options
from tf_semsynth_serving.server.predict import ModelChoice, Predictor
from tf_semsynth_serving.server.status import RequestError


@pytest.fixture
def predictor(server, small_versions):
    return Predictor(server.versions, Options(model_dir=str(small_versions)))


def test_a_broken_version_stands_in_the_status_with_its_reason(
    running, model_dir
):
    (model_dir / "2").mkdir()
    with running(model_dir) as server:
        options = Options(model_dir=str(model_dir))
        predictor = Predictor(server.versions, options)
        response = model_info.get_status(predictor, ModelChoice(MODEL))
    broken, good = response.model_version_status
    assert (broken.version, good.version) == (2, 1)
    assert broken.state == get_model_status_pb2.ModelVersionStatus.END
    assert broken.status.error_code == 5
    assert "no saved_model.pb" in broken.status.error_message
    assert good.state == get_model_status_pb2.ModelVersionStatus.AVAILABLE


def test_metadata_hold_no_version_afterwards(predictor):
    with predictor.acquire(ModelChoice(MODEL)).in_use() as servable:
        before = servable._users
        model_info.get_metadata(predictor, ModelChoice(MODEL))
        assert servable._users == before


def test_methods_that_fit_the_signature_are_still_not_offered(predictor):
    with predictor.acquire(ModelChoice(MODEL)).in_use() as servable:
        signatures = servable.model.signatures
        name = "__saved_model_init_op"
        assert name in signatures
    choice = ModelChoice(MODEL, signature=name)
    with pytest.raises(RequestError, match="Was: . Use Predict"):
        model_info.refuse_method(predictor, choice, "regress")
