"""Judges from the files that `train_judge` writes."""

import json

import keras
import numpy as np
import pytest

from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.keras_judge import (
    KerasJudge,
    TrainedJudge,
    write_judge,
)

ABOUT = {
    "judge": "tiny",
    "class_names": ["red", "green"],
    "label_png_to_class_id": [2, 0, 1],
    "working_width": 32,
    "working_height": 16,
    "trained_on": {
        "dataset": "folder",
        "split": "train",
        "num_pictures": 1,
        "labels": ["0123456789ab"],
    },
}


@pytest.fixture
def model():
    model = TrainedJudge(json.dumps(ABOUT), num_classes=2, filters=2)
    model.build((None, 16, 32, 3))
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.uniform(0.1, 1.0, weight.shape))
        if weight.name == "kernel":
            weight.assign(rng.normal(0, 0.3, weight.shape))
    return model


def test_a_written_judge_is_the_same_when_loaded(model, tmp_path):
    write_judge(model, tmp_path)
    judge = KerasJudge(tmp_path)
    assert judge.name == "tiny"
    assert judge.class_names == ("red", "green")
    assert judge.label_table == (2, 0, 1)
    assert judge.working_size == (32, 16)
    assert judge.trained_on == ABOUT["trained_on"]
    assert len(judge.fingerprint) == 16
    images = np.random.default_rng(1).integers(
        256, size=(2, 16, 32, 3), dtype="uint8"
    )
    logits = model(images / 127.5 - 1, training=False)
    predicted = judge.predict(images, (32, 16))
    np.testing.assert_array_equal(predicted, np.argmax(logits, -1))
    assert set(np.unique(predicted)) == {0, 1}
    assert judge.predict(images, (40, 20)).shape == (2, 20, 40)


def test_the_file_alone_is_enough_and_the_json_is_for_people(model, tmp_path):
    write_judge(model, tmp_path)
    about = json.loads((tmp_path / "judge.json").read_text())
    assert "labels" not in about["trained_on"]
    assert about["class_names"] == ["red", "green"]
    (tmp_path / "judge.json").unlink()
    (tmp_path / "judge.keras").rename(tmp_path / "moved.keras")
    judge = KerasJudge(tmp_path / "moved.keras")
    assert judge.trained_on["labels"] == ["0123456789ab"]


def test_it_is_named_by_its_folder_or_its_file(model, tmp_path):
    write_judge(model, tmp_path)
    for spec in (tmp_path, tmp_path / "judge.keras"):
        assert isinstance(load_judge(str(spec)), KerasJudge)


def test_other_weights_have_another_fingerprint(model, tmp_path):
    write_judge(model, tmp_path)
    before = KerasJudge(tmp_path).fingerprint
    write_judge(model, tmp_path)
    assert KerasJudge(tmp_path).fingerprint == before
    model.score.bias.assign([1.0, 2.0])
    write_judge(model, tmp_path)
    assert KerasJudge(tmp_path).fingerprint != before


def test_what_is_no_judge_is_refused(model, tmp_path):
    with pytest.raises(OSError, match="train_judge"):
        KerasJudge(tmp_path / "no.keras")
    with pytest.raises(OSError, match="train_judge"):
        KerasJudge(tmp_path)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    other.save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match="does not say judge, class_names"):
        KerasJudge(tmp_path / "other.keras")
    write_judge(model, tmp_path)
    content = (tmp_path / "judge.keras").read_bytes()
    (tmp_path / "judge.keras").write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="no judge.*damaged"):
        KerasJudge(tmp_path)
