"""The command `train_judge`."""

import json

import pytest

from tests.evaluation.test_assembly import make_camvid
from tf_semsynth import train_judge
from tf_semsynth.core import command


@pytest.fixture
def run(tmp_path, capsys):
    data = make_camvid(tmp_path)

    def run(*arguments):
        code = command.execute(
            train_judge.main,
            train_judge.define_flags,
            [
                "--dataset=camvid",
                f"--data_dir={data}",
                "--image_width=32",
                "--image_height=16",
                "--filters=2",
                "--batch_size=2",
                "--num_epochs=1",
                *arguments,
            ],
        )
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_judge_is_trained_scored_and_stored(run, tmp_path):
    folder = tmp_path / "judge"
    code, out, err = run(f"--output={folder}", "--colour_jitter=0.1")
    assert (code, err) == (0, "")
    about = json.loads((folder / "judge.json").read_text())
    assert f"mean IoU        {about['held_out']['mean_iou']:.4f}" in out
    assert "bicyclist       never there" in out
    assert f"--judge={folder}" in out
    assert about["options"]["colour_jitter"] == 0.1
    # An old judge is not lost by accident.
    code, _, err = run(f"--output={folder}")
    assert code == 1 and "--overwrite" in err
    code, _, _ = run(f"--output={folder}", "--overwrite")
    assert code == 0


def test_mistakes_are_told_in_words(run, tmp_path):
    code, _, err = run()
    assert code == 2 and "--output is missing" in err
    code, _, err = run(f"--output={tmp_path / 'out'}", "--image_width=30")
    assert code == 1 and "multiple of 16" in err
    code, _, err = run(f"--output={tmp_path / 'out'}", "--batch_size=5")
    assert code == 1 and "fewer than one batch of 5" in err
