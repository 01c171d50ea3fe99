"""What an export's folder holds, and which are not written."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.exporting.conftest import tiny, weights_of
from tf_semsynth.exporting.example_requests import make_request
from tf_semsynth.exporting.inspection import format_parts, inspect_saved_model
from tf_semsynth.exporting.writer import check_version, export_system


def size_of(exported):
    config = exported.system.config
    return config.image_height, config.image_width


def test_the_assets_say_what_the_model_is(cc_fpse):
    classes = Path(cc_fpse.directory, "assets", "classes.json")
    described = json.loads(classes.read_text())
    answer = cc_fpse.signatures["describe"](version=tf.constant([1]))
    assert described == json.loads(answer["classes_json"][0].numpy())


def test_the_record_says_where_it_comes_from(cc_fpse):
    path = Path(cc_fpse.directory, "assets.extra", "export.json")
    record = json.loads(path.read_text())
    assert record == json.loads(json.dumps(cc_fpse.record))
    assert record["system"] == "cc_fpse"
    assert record["step"] == cc_fpse.steps == 5
    assert record["config"]["image_width"] == 128
    assert set(record["signatures"]) == set(cc_fpse.signatures)
    assert record["versions"]["tensorflow"] == tf.__version__
    assert record["warmup"]["batch_sizes"] == [1, 3]
    assert record["verification"]["max_grey_levels"] <= 1
    assert record["verification"]["max_float_difference"] <= 1e-4


def test_keras_calls_it_with_one_dictionary(spade):
    ids = np.zeros((2, *size_of(spade)), "int32")
    inputs = {"class_ids": ids, "seed": np.zeros(2, "int64")}
    layer = keras.layers.TFSMLayer(spade.directory, call_endpoint="serve")
    expected = spade.signatures["serving_default"](
        **{key: tf.constant(value) for key, value in inputs.items()}
    )
    np.testing.assert_array_equal(layer(inputs)["image"], expected["image"])
    inputs["class_ids"] = ids + 100
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        layer(inputs)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
@pytest.mark.parametrize(
    ("name", "signature"),
    [("spade", "serving_default"), ("cc_fpse", "synthesize_latent")],
)
def test_it_converts_to_builtin_operations_of_tensorflow_lite(
    request, name, signature
):
    exported = request.getfixturevalue(name)
    inputs = make_request(signature, exported.system, 2)
    expected = exported.signatures[signature](
        **{key: tf.constant(value) for key, value in inputs.items()}
    )["image"].numpy()
    # Builtin operations alone are what a converter allows by default.
    converter = tf.lite.TFLiteConverter.from_saved_model(
        exported.directory, signature_keys=[signature]
    )
    lite = tf.lite.Interpreter(model_content=converter.convert())
    image = lite.get_signature_runner(signature)(**inputs)["image"]
    assert expected.std() > 1
    assert np.abs(image.astype(int) - expected).max() <= 1


def test_nothing_unfinished_stays_beside_the_version(cc_fpse):
    parent = Path(cc_fpse.directory).parent
    assert [path.name for path in parent.iterdir()] == ["1"]


def test_nothing_in_an_export_is_flagged(cc_fpse, spade):
    for exported in (cc_fpse, spade):
        parts = inspect_saved_model(exported.directory)
        assert "Nothing flagged" in format_parts(exported.directory, parts)


def test_only_the_weights_that_signatures_read_are_exported(cc_fpse):
    reader = tf.train.load_checkpoint(
        str(Path(cc_fpse.directory, "variables", "variables"))
    )
    shapes = reader.get_variable_to_shape_map()
    exported = sum(name.startswith("weights/") for name in shapes)
    system = cc_fpse.system
    everything = sum(len(n.weights) for n in system.networks.values())
    discriminator = len(system.discriminator.weights)
    assert 0 < exported <= everything - discriminator


def test_the_users_system_is_not_changed(cc_fpse):
    for value, before in zip(
        weights_of(cc_fpse.system), cc_fpse.weights_before, strict=True
    ):
        np.testing.assert_array_equal(value, before)


@pytest.mark.parametrize("name", ["model", "v1", "1.5", "-1", "١"])
def test_a_name_that_is_no_version_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="whole number"):
        check_version(tmp_path / name)


def test_an_existing_version_is_refused_with_the_next(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "12").mkdir()
    with pytest.raises(OSError, match=f"Try '{tmp_path}/13'"):
        check_version(tmp_path / "1")


def test_a_failed_export_leaves_nothing_behind(tmp_path):
    system = tiny("spade", use_encoder=False)
    system.generator.weights[0].assign(
        np.full(system.generator.weights[0].shape, np.nan)
    )
    with pytest.raises(ValueError, match="finite"):
        export_system(system, tmp_path / "1", warmup=False)
    assert list(tmp_path.iterdir()) == []
