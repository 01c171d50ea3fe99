import numpy as np
import pytest
import tensorflow as tf

from tests.serving.server.asking import layout_request
from tests.serving.server.saved_models import expected_image
from tf_semsynth_serving.server.model import Model, numpy_dtype
from tf_semsynth_serving.server.status import RequestError


@pytest.fixture(scope="module")
def model(small_versions):
    model = Model(str(small_versions / "1"))
    yield model
    model.close()


def test_a_signature_is_read_as_the_file_states_it(model):
    signature = model.signatures["serving_default"]
    assert list(signature.inputs) == ["class_ids", "seed"]
    spec = signature.inputs["class_ids"]
    assert (spec.dtype, spec.shape) == (tf.int32, (None, None, None))
    assert signature.outputs["image"].dtype == tf.uint8
    assert signature.method_name == "tensorflow/serving/predict"
    assert model.signatures["total"].outputs["sum"].shape == ()


def test_it_answers_as_the_loaded_object_does(model, small_versions):
    inputs = layout_request(rows=3)
    image = model.run("serving_default", inputs)["image"]
    expected = expected_image(inputs["class_ids"], inputs["seed"], offset=10)
    np.testing.assert_array_equal(image, expected)
    loaded = tf.saved_model.load(str(small_versions / "1"))
    tensors = {k: tf.constant(v) for k, v in inputs.items()}
    answer = loaded.signatures["serving_default"](**tensors)["image"]
    np.testing.assert_array_equal(image, answer)


def test_bytes_go_in_and_out_unchanged(model):
    data = b"\x89PNG\0\xff\n"
    inputs = {
        "layout_png": np.array([data], object),
        "seed": np.array([7]),
    }
    outputs = model.run("synthesize_png", inputs)
    assert outputs["image_png_bytes"].tolist() == [data + b"/7"]


def test_a_refusal_has_the_words_of_the_model(model):
    inputs = layout_request()
    inputs["class_ids"] += 100
    with pytest.raises(RequestError, match=r"^Class id 10\d is out") as refusal:
        model.run("serving_default", inputs)
    assert refusal.value.code == "INVALID_ARGUMENT"
    assert "node" not in refusal.value.message


def test_a_closed_model_says_so(small_versions):
    model = Model(str(small_versions / "1"))
    function = model._functions["total"]
    model.close()
    model._functions = {"total": function}
    with pytest.raises(RequestError) as refusal:
        model.run("total", {"x": np.ones(1, "float32")})
    assert refusal.value.code in ("UNAVAILABLE", "CANCELLED")


def test_what_is_no_model_cannot_be_loaded(tmp_path):
    with pytest.raises(OSError):
        Model(str(tmp_path))


def test_dtypes_have_their_arrays():
    assert numpy_dtype(tf.int64) == np.dtype("int64")
    assert numpy_dtype(tf.string) == np.dtype(object)
