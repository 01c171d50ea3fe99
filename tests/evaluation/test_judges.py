"""Judges from SavedModels and KerasHub."""

import numpy as np
import pytest
import tensorflow as tf

from tests.evaluation.networks import COLOURS, save_features, save_judge
from tf_semsynth.evaluation.judges import (
    KerasHubJudge,
    SavedModelJudge,
    largest_class,
    load_judge,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_judge(tmp_path_factory.mktemp("judges") / "colours")


def paint(ids):
    return COLOURS[np.asarray(ids)].astype("uint8")


def test_a_saved_model_says_what_it_needs(folder):
    judge = load_judge(str(folder))
    assert isinstance(judge, SavedModelJudge)
    assert judge.name == "colours"
    assert judge.working_size == (16, 12)
    assert judge.class_names == ("red", "green", "blue")
    assert judge.label_table == (0, 1, 2, 3)
    assert len(judge.fingerprint) == 16


def test_it_finds_the_painted_classes(folder):
    ids = np.random.default_rng(0).integers(4, size=(2, 12, 16))
    predicted = load_judge(str(folder)).predict(paint(ids), (16, 12))
    np.testing.assert_array_equal(predicted, ids)
    assert predicted.dtype == np.int32


def test_scores_are_resized_before_the_largest_wins():
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(1, 3, 2, 4)).astype("float32")
    expected = np.zeros((9, 4, 4))
    for y in range(9):  # Half-pixel centres, no antialiasing.
        for x in range(4):
            sy = np.clip((y + 0.5) * 3 / 9 - 0.5, 0, 2)
            sx = np.clip((x + 0.5) * 2 / 4 - 0.5, 0, 1)
            y0, x0 = int(sy), int(sx)
            y1, x1 = min(y0 + 1, 2), min(x0 + 1, 1)
            dy, dx = sy - y0, sx - x0
            top = scores[0, y0, x0] * (1 - dx) + scores[0, y0, x1] * dx
            low = scores[0, y1, x0] * (1 - dx) + scores[0, y1, x1] * dx
            expected[y, x] = top * (1 - dy) + low * dy
    result = largest_class(tf.constant(scores), (4, 9))
    np.testing.assert_array_equal(result[0], expected.argmax(-1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ignored_class_id": 7}, "must be 3.*ignored_class_id=7"),
        ({"label_png_to_class_id": [0, 9]}, "largest label 9"),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(
    tmp_path, changes, words
):
    save_judge(tmp_path / "judge", **changes)
    with pytest.raises(ValueError, match=words):
        load_judge(str(tmp_path / "judge"))


def test_what_is_no_judge_is_refused(tmp_path, folder):
    with pytest.raises(OSError, match="no SavedModel"):
        load_judge(str(tmp_path))
    with pytest.raises(OSError, match="no such folder"):
        load_judge(str(tmp_path / "no"))
    with pytest.raises(OSError, match="train_judge"):
        load_judge(str(tmp_path / "no.keras"))
    features = save_features(tmp_path / "features")
    with pytest.raises(ValueError, match="no entry class_names"):
        load_judge(str(features))
    (features / "assets.extra" / "judge.json").unlink()
    with pytest.raises(OSError, match="judge.json is missing"):
        load_judge(str(features))


def test_without_keras_hub_its_presets_are_refused_with_the_remedy():
    try:
        import keras_hub  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match=r"tf_semsynth\[eval\]"):
            load_judge("segformer_b5_ade20k_640")
    else:
        pytest.skip("keras_hub is installed")


def test_a_segformer_of_keras_hub_judges():
    keras_hub = pytest.importorskip("keras_hub")
    models, layers = keras_hub.models, keras_hub.layers
    encoder = models.MiTBackbone(
        image_shape=(64, 64, 3),
        num_layers=4,
        hidden_dims=[4, 8, 12, 16],
        layerwise_num_heads=[1, 1, 1, 1],
        layerwise_sr_ratios=[8, 4, 2, 1],
        layerwise_depths=[1, 1, 1, 1],
        layerwise_patch_sizes=[7, 3, 3, 3],
        layerwise_strides=[4, 2, 2, 2],
        max_drop_path_rate=0.0,
    )
    backbone = models.SegFormerBackbone(
        image_encoder=encoder, projection_filters=8
    )
    converter = layers.SegFormerImageConverter(
        image_size=(64, 64), scale=1 / 255
    )
    segmenter = models.SegFormerImageSegmenter(
        backbone=backbone,
        num_classes=19,
        preprocessor=models.SegFormerImageSegmenterPreprocessor(converter),
    )
    judge = KerasHubJudge("tiny_cityscapes", segmenter=segmenter)
    assert judge.working_size == (64, 64)
    assert len(judge.class_names) == 19
    images = np.random.default_rng(0).integers(
        256, size=(2, 64, 64, 3), dtype="uint8"
    )
    predicted = judge.predict(images, (40, 20))
    assert predicted.shape == (2, 20, 40)
    assert 0 <= predicted.min() and predicted.max() < 19
