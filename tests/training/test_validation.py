import json

import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.training.painter import assert_equal, build, make_dataset
from tf_semsynth.core.workdir import SECTIONS, WorkDir
from tf_semsynth.training.trainer import train
from tf_semsynth.training.validation import Validation

STRATEGY = tf.distribute.get_strategy()


class Scores:
    """Hands out numbers one after the other, and notes whose they are."""

    def __init__(self, *values):
        self.values = list(values)
        self.weights = []

    def __call__(self, system):
        self.weights.append(system.generator.get_weights()[0])
        return {"kid9": self.values.pop(0), "mean_iou": 0.5}


def run(path, num_steps, *values, every=2, identity="a", **options):
    """Trains the painter; returns it, the words and the scores."""
    workdir = WorkDir(path)
    if not workdir.has_config():
        config = dict.fromkeys(SECTIONS, {})
        workdir.create({**config, "system": "painter"})
    system, words, scores = build(**options), [], Scores(*values)
    action = Validation(
        system, scores, identity, workdir, STRATEGY, every, words.append
    )
    train(
        system,
        make_dataset,
        workdir,
        num_steps,
        4,
        checkpoint_every=2,
        actions=[action],
        report=words.append,
    )
    assert not scores.values
    return system, words, scores


def best_in(path):
    folders = list((path / "best" / "checkpoints").iterdir())
    record = json.loads((path / "best" / "validation.json").read_text())
    assert [f.name for f in folders] == [f"step_{record['step']:08d}"]
    return record


def test_the_state_with_the_lowest_score_is_kept(tmp_path):
    _, words, _ = run(tmp_path, 6, 3.0, 2.0, 2.5)
    assert best_in(tmp_path) == {
        "step": 4,
        "scores": {"kid9": 2.0, "mean_iou": 0.5},
        "identity": "a",
    }
    told = [line for line in words if "val_" in line]
    assert told == [
        "step 2: val_kid9 3 (best so far), val_mean_iou 0.5",
        "step 4: val_kid9 2 (best so far), val_mean_iou 0.5",
        "step 6: val_kid9 2.5 (best so far 2), val_mean_iou 0.5",
    ]
    unbroken = build()
    train(unbroken, make_dataset, WorkDir(tmp_path / "plain"), 4, 4)
    kept = build()
    config = WorkDir(tmp_path / "best")
    assert config.read_config()["system"] == "painter"
    train(kept, make_dataset, config, 4, 4)  # Nothing left to do: restores.
    assert_equal(unbroken, kept)


def test_scoring_leaves_the_training_as_it_is(tmp_path):
    scored, _, _ = run(tmp_path / "a", 5, 3.0, 2.0, 1.0, ema_decay=0.9)
    plain = build(ema_decay=0.9)
    train(plain, make_dataset, WorkDir(tmp_path / "b"), 5, 4)
    assert_equal(plain, scored)


def test_the_last_step_is_scored_too(tmp_path):
    run(tmp_path, 3, 3.0, 2.0)
    assert best_in(tmp_path)["step"] == 3


def test_averaged_weights_are_scored(tmp_path):
    system, _, scores = run(tmp_path, 2, 1.0, ema_decay=0.9)
    raw = system.generator.get_weights()[0]
    assert (scores.weights[0] != raw).any()
    average = tf.convert_to_tensor(system.ema.averages[0]).numpy()
    assert (scores.weights[0] == average).all()


def test_a_resumed_training_knows_the_best(tmp_path):
    run(tmp_path, 4, 1.0, 3.0)
    _, words, _ = run(tmp_path, 6, 2.0)
    assert best_in(tmp_path)["step"] == 2
    assert "step 6: val_kid9 2 (best so far 1), val_mean_iou 0.5" in words


def test_scores_of_other_pictures_do_not_count(tmp_path):
    run(tmp_path, 4, 1.0, 3.0)
    _, words, _ = run(tmp_path, 6, 2.0, identity="b")
    assert best_in(tmp_path)["step"] == 6
    assert any("other pictures or networks" in line for line in words)


def test_a_damaged_record_does_not_count(tmp_path):
    run(tmp_path, 4, 1.0, 3.0)
    (tmp_path / "best" / "validation.json").write_text('{"step": 2')
    _, words, _ = run(tmp_path, 6, 2.0)
    assert best_in(tmp_path)["step"] == 6
    assert any("it is damaged" in line for line in words)


def test_what_was_scored_after_the_checkpoint_is_scored_again(tmp_path):
    run(tmp_path, 6, 3.0, 2.0, 1.0)
    for path in (tmp_path / "checkpoints/step_00000006").iterdir():
        path.unlink()
    run(tmp_path, 6, 1.5)
    assert best_in(tmp_path)["scores"]["kid9"] == 1.5


def test_what_is_no_number_is_never_best(tmp_path):
    run(tmp_path, 4, 3.0, float("nan"))
    assert best_in(tmp_path)["step"] == 2


def test_tensorboard_gets_the_scores(tmp_path):
    run(tmp_path, 4, 3.0, 2.0)
    tags = {}
    for path in (tmp_path / "logs").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                number = tf.make_ndarray(value.tensor)
                tags[value.tag, event.step] = number
    assert tags["val_kid9", 2] == 3 and tags["val_kid9", 4] == 2
    assert tags["val_mean_iou", 2] == pytest.approx(0.5)


def test_it_must_be_a_sensible_number_of_steps(tmp_path):
    with pytest.raises(ValueError, match="every=-1"):
        Validation(
            build(), Scores(), "a", ss.WorkDir(tmp_path), STRATEGY, every=-1
        )
