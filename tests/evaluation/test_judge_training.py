"""A judge learns classes that are colours."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from tests.data import makers
from tests.evaluation.test_assembly import make_camvid
from tf_semsynth.data.options import DataOptions
from tf_semsynth.evaluation.judge_options import JudgeOptions
from tf_semsynth.evaluation.judge_training import train_judge
from tf_semsynth.evaluation.keras_judge import KerasJudge

OPTIONS = JudgeOptions(
    image_height=32,
    image_width=64,
    filters=4,
    num_epochs=30,
    batch_size=2,
    learning_rate=0.02,
    scale_jitter=0.2,
    colour_jitter=0.05,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A CamVid of 4 scenes, whose photos show classes in four colours."""
    root = make_camvid(tmp_path_factory.mktemp("data"))
    return DataOptions(dataset="camvid", data_dir=str(root))


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """What a training returned, its folder, and its lines."""
    folder, lines = tmp_path_factory.mktemp("judge"), []
    return train_judge(OPTIONS, data, folder, lines.append), folder, lines


def test_it_learns_the_colours_of_the_classes(data, trained):
    about, folder, lines = trained
    assert about["held_out"]["pixel_accuracy"] > 0.6
    assert about["held_out"]["split"] == "validation"
    assert "4 pictures of 32 x 64 (H x W), 11 classes, 4" in lines[0]
    judge = KerasJudge(folder)
    photo = Image.open(f"{data.data_dir}/test/scene1.png")
    label = np.asarray(Image.open(f"{data.data_dir}/testannot/scene1.png"))
    small = np.asarray(photo.resize(judge.working_size, Image.BICUBIC))
    predicted = judge.predict(small[None], photo.size)
    assert (predicted[0] == label).mean() > 0.5  # Of four classes.


def test_the_best_epoch_is_the_one_that_is_stored(trained):
    about, folder, lines = trained
    lines = [line for line in lines if "mean IoU" in line]
    scores = [float(line.split("mean IoU ")[1][:6]) for line in lines]
    assert len(scores) == OPTIONS.num_epochs
    best = [k for k, line in enumerate(lines, 1) if "the best" in line]
    assert about["epoch"] == best[-1]
    assert scores[best[-1] - 1] == max(scores)
    assert about["held_out"]["mean_iou"] == pytest.approx(max(scores), abs=1e-4)
    stored = json.loads((folder / "judge.json").read_text())
    assert stored["held_out"] == about["held_out"]
    assert stored["trained_on"]["dataset"] == "camvid"
    assert KerasJudge(folder).about["epoch"] == about["epoch"]


def test_two_runs_are_equal_and_another_seed_is_not(data, tmp_path):
    def fingerprint(**changes):
        options = dataclasses.replace(OPTIONS, num_epochs=1, **changes)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        train_judge(options, data, folder, lambda line: None)
        return KerasJudge(folder).fingerprint

    first = fingerprint()
    assert fingerprint() == first
    assert fingerprint(seed=1) != first


def test_the_clock_ends_it_and_the_judge_is_stored(data, tmp_path):
    options = dataclasses.replace(OPTIONS, num_epochs=10**6, max_minutes=0.001)
    lines = []
    about = train_judge(options, data, tmp_path, lines.append)
    assert about["epoch"] >= 1 and KerasJudge(tmp_path).about == about | {
        "trained_on": KerasJudge(tmp_path).trained_on
    }


def test_a_judge_trained_in_bfloat16_computes_in_float32(data, tmp_path):
    options = dataclasses.replace(
        OPTIONS, num_epochs=1, precision="mixed_bfloat16"
    )
    train_judge(options, data, tmp_path, lambda line: None)
    assert KerasJudge(tmp_path)._model.compute_dtype == "float32"


def test_without_a_split_to_hold_out_nothing_is_trained(tmp_path):
    root = makers.folder(tmp_path / "set")
    options = DataOptions(dataset="folder", data_dir=root)
    with pytest.raises(ValueError, match="6 of the 6 pictures.*say nothing"):
        train_judge(OPTIONS, options, tmp_path / "judge")
    assert not (tmp_path / "judge").exists()


def test_a_training_that_goes_astray_is_refused(data, tmp_path):
    options = dataclasses.replace(OPTIONS, num_epochs=1, learning_rate=1e30)
    with pytest.raises(ValueError, match="Lower --learning_rate"):
        train_judge(options, data, tmp_path / "judge", lambda line: None)


def test_a_damaged_photo_is_named(tmp_path):
    root = make_camvid(tmp_path)
    path = root / "train" / "scene2.png"
    path.write_bytes(path.read_bytes()[:300])
    options = DataOptions(dataset="camvid", data_dir=str(root))
    with pytest.raises(ValueError, match="scene2.png"):
        train_judge(OPTIONS, options, tmp_path / "judge", lambda line: None)
