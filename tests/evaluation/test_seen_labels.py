"""Judges do not judge what they were trained on."""

from types import SimpleNamespace

import pytest

from tests.evaluation.networks import make_scenes, save_judge
from tests.evaluation.test_assembly import make_camvid
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.protocols import find_protocol
from tf_semsynth.evaluation.request import Request
from tf_semsynth.evaluation.runner import evaluate
from tf_semsynth.evaluation.seen_labels import (
    check_unseen,
    describe_training,
    label_digest,
)


@pytest.fixture
def reader(tmp_path):
    return open_dataset("camvid", make_camvid(tmp_path), "train")


@pytest.fixture
def judge(reader):
    return SimpleNamespace(name="mine", trained_on=describe_training(reader))


def labels_of(reader):
    return {e.name: e.label_path for e in reader.examples}


def test_it_remembers_data_set_split_and_files(reader, judge):
    seen = judge.trained_on
    assert (seen["dataset"], seen["split"]) == ("camvid", "train")
    assert seen["num_pictures"] == len(set(seen["labels"])) == 4


def test_the_split_it_was_trained_on_is_refused(judge):
    protocol = find_protocol("camvid_judges_validation")
    judge.trained_on["split"] = "validation"
    judge.trained_on["labels"] = []
    with pytest.raises(ValueError, match="mine was trained on.*validation"):
        check_unseen(judge, protocol, {})
    check_unseen(judge, find_protocol("camvid_judges"), {})


def test_its_label_files_are_refused_wherever_they_lie(reader, judge, tmp_path):
    protocol = find_protocol("camvid_judges")
    with pytest.raises(ValueError, match="on 4 of the 4 layouts"):
        check_unseen(judge, protocol, labels_of(reader))
    labels = labels_of(reader)
    changed = tmp_path / "other"
    changed.mkdir()
    for name, path in labels.items():
        content = path.read_bytes()
        # One keeps its content under a new name, one its name, two all.
        if name == "scene0":
            name = "renamed"
        if name == "scene1":
            content += b"\0"
        (changed / f"{name}.png").write_bytes(content)
    labels = {p.stem: p for p in changed.iterdir()}
    with pytest.raises(ValueError, match="on 2 of the 4 layouts"):
        check_unseen(judge, protocol, labels)
    fresh = {name: labels[name] for name in ("renamed", "scene1")}
    check_unseen(judge, protocol, fresh)


def test_an_evaluation_with_such_a_judge_is_refused(tmp_path):
    make_scenes(tmp_path)
    labels = {p.stem: p for p in (tmp_path / "labels").iterdir()}
    judge = load_judge(str(save_judge(tmp_path / "judge")))
    judge.trained_on = {
        "dataset": "camvid",
        "split": "train",
        "labels": [label_digest(labels["scene0"])],
    }
    request = Request(
        images={p.stem: p for p in (tmp_path / "images").iterdir()},
        output=tmp_path / "out",
        protocol=find_protocol("camvid_judges"),
        metrics=["mean_iou"],
        labels=labels,
        judge=judge,
        show=False,
    )
    with pytest.raises(ValueError, match="1 of the 4 layouts.*scene0.png"):
        evaluate(request)
    assert not (tmp_path / "out").exists()


def test_judges_that_say_nothing_pass(reader):
    other = SimpleNamespace(name="other")
    check_unseen(other, find_protocol("camvid_judges"), labels_of(reader))


def test_procedural_scenes_have_no_files_to_remember():
    seen = describe_training(open_dataset("scenes"))
    assert seen["labels"] == [] and seen["dataset"] == "scenes"
