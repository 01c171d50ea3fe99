"""The command `train`, in this process, on procedural scenes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import tf_semsynth as ss
from tests.evaluation.networks import save_features, save_judge
from tests.training import painter  # noqa: F401  Registers itself.
from tf_semsynth import train
from tf_semsynth.core import checkpoint, command, ownership

ROOT = Path(__file__).resolve().parents[1]
SIZE = ("--system=painter", "--image_height=32", "--image_width=48")
PAINTER = (
    *SIZE,
    "--num_scenes=6",
    "--batch_size=2",
    "--num_samples=2",
    "--log_every=1",
)


def run(*arguments):
    return command.execute(train.main, train.define_flags, arguments)


def run_painter(workdir, *arguments):
    return run(*PAINTER, f"--workdir={workdir}", *arguments)


def read_config(workdir):
    return json.loads((Path(workdir) / "config.json").read_text())


def checkpoints_in(workdir):
    return sorted(p.name for p in (Path(workdir) / "checkpoints").iterdir())


def weights_in(workdir):
    return ss.load_system(str(workdir)).generator.get_weights()


def assert_same_weights(workdir, other):
    pairs = zip(weights_in(workdir), weights_in(other), strict=True)
    for expected, value in pairs:
        np.testing.assert_array_equal(value, expected)


def test_a_training_fills_its_work_directory(tmp_path, capsys):
    assert run_painter(tmp_path, "--num_steps=3") == 0
    assert checkpoints_in(tmp_path) == ["step_00000003"]
    grids = sorted(p.name for p in (tmp_path / "samples").iterdir())
    assert grids == ["step_00000000.png", "step_00000003.png"]
    assert list((tmp_path / "logs").iterdir())
    out = capsys.readouterr().out
    assert "painter on scenes: 6 pictures of 32 x 48" in out
    assert "step 3/3 (100%)" in out and "Done: 3 of 3 steps" in out


def test_the_config_has_all_that_later_commands_need(tmp_path):
    run_painter(
        tmp_path, "--num_steps=1", "--noflip", "--seed=5", "--ema_decay=0.5"
    )
    config = read_config(tmp_path)
    assert config["system"] == "painter"
    assert config["config"]["image_width"] == 48
    assert config["config"]["num_classes"] == len(config["classes"]["names"])
    assert config["data"]["dataset"] == "scenes"
    assert config["data"]["flip"] is False
    assert config["training"]["seed"] == 5
    assert config["training"]["ema_decay"] == 0.5
    assert config["training"]["num_examples"] == 6
    assert config["plugins"] == []
    assert config["versions"]["keras"] == keras.__version__


def test_the_work_directory_gives_the_system_back(tmp_path):
    run_painter(tmp_path, "--num_steps=2")
    system = ss.load_system(str(tmp_path))
    assert system.classes.names == tuple(
        read_config(tmp_path)["classes"]["names"]
    )
    ids = np.zeros((1, 32, 48), "int32")
    assert system.synthesize({"class_ids": ids}).shape == (1, 32, 48, 3)


def test_a_second_run_goes_on_bit_for_bit(tmp_path):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    run_painter(unbroken, "--num_steps=5")
    run_painter(broken, "--num_steps=2")
    assert run_painter(broken, "--num_steps=5", "--checkpoint_every=2") == 0
    assert_same_weights(unbroken, broken)
    assert read_config(broken)["training"]["num_steps"] == 5


def test_other_settings_are_refused_by_name(tmp_path, capsys):
    run_painter(tmp_path, "--num_steps=1")
    before = (tmp_path / "config.json").read_text()
    code = run_painter(
        tmp_path, "--num_steps=2", "--seed=1", "--learning_rate=0.5"
    )
    assert code == 1
    words = capsys.readouterr().err
    assert "training.seed: 0 there, 1 now" in words
    assert "config.learning_rate: 0.05 there, 0.5 now" in words
    assert (tmp_path / "config.json").read_text() == before


def test_a_first_start_that_died_is_gone_on_with_by_its_settings_alone(
    tmp_path, capsys
):
    run_painter(tmp_path, "--num_steps=1", "--seed=3")
    shutil.rmtree(tmp_path / "checkpoints")  # As if it had died before.
    before = (tmp_path / "config.json").read_text()
    assert run_painter(tmp_path, "--num_steps=1", "--seed=7") == 1
    words = capsys.readouterr().err
    assert "no checkpoint yet" in words
    assert "training.seed: 3 there, 7 now" in words
    assert (tmp_path / "config.json").read_text() == before
    assert run_painter(tmp_path, "--num_steps=2", "--seed=3") == 0
    assert checkpoints_in(tmp_path) == ["step_00000002"]


def test_one_training_at_a_time_owns_a_work_directory(tmp_path, capsys):
    run_painter(tmp_path, "--num_steps=1")
    unfinished = tmp_path / "checkpoints/.tmp-12345678-step_00000002"
    unfinished.mkdir()
    with ownership.owned(str(tmp_path), "training"):
        before = sorted(tmp_path.rglob("*"))
        for seed in (0, 7):
            flags = ("--num_steps=2", f"--seed={seed}")
            assert run_painter(tmp_path, *flags) == 1
            words = capsys.readouterr().err
            assert f"{tmp_path} is in use by another training" in words
        assert run_painter(tmp_path / "best", "--num_steps=1") == 1
        assert sorted(tmp_path.rglob("*")) == before
        # Reading is free.
        assert weights_in(tmp_path)
        assert run_painter(tmp_path, "--num_steps=2", "--dry_run") == 0
    assert run_painter(tmp_path, "--num_steps=2") == 0
    assert not (tmp_path / ownership.FILE).exists()


def test_files_behind_options_are_compared_by_what_they_say(tmp_path, capsys):
    workdir, first = tmp_path / "w", tmp_path / "map.csv"
    moved = tmp_path / "place" / "map.csv"
    moved.parent.mkdir()
    first.write_text("".join(f"{k},{min(k, 2)}\n" for k in range(10)))
    assert run_painter(workdir, "--num_steps=1", f"--label_map={first}") == 0
    moved.write_bytes(first.read_bytes().replace(b"\n", b"\r\n\r\n"))
    first.unlink()
    flag = f"--label_map={moved}"
    assert run_painter(workdir, "--num_steps=2", flag) == 0
    assert "Resuming from" in capsys.readouterr().out
    names = read_config(workdir)["classes"]["names"]
    text = moved.read_text().replace("9,2", f"9,1,{names[1]}")
    moved.write_text(text)
    assert run_painter(workdir, "--num_steps=3", flag) == 1
    words = capsys.readouterr().err
    assert f"--label_map: 9,2 there, 9,1,{names[1]} now" in words
    assert checkpoints_in(workdir)[-1] == "step_00000002"


def test_a_work_directory_from_before_an_option_goes_on(tmp_path, capsys):
    run_painter(tmp_path, "--num_steps=1")
    config = read_config(tmp_path)
    del config["data"]["colour_jitter"], config["config"]["kernel_size"]
    del config["training"]["precision"], config["training"]["contents"]
    config["training"]["no_more"] = 3
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert run_painter(tmp_path, "--num_steps=2", "--colour_jitter=0.5") == 1
    words = capsys.readouterr().err
    assert "data.colour_jitter: 0.0 there, 0.5 now" in words
    assert "precision" not in words and "kernel_size" not in words
    assert run_painter(tmp_path, "--num_steps=2") == 0
    out = capsys.readouterr().out
    assert "Resuming from" in out and "training.no_more=3" in out
    assert "names and order of the examples: taken as unchanged" in out


def test_epochs_become_steps(tmp_path):
    run_painter(tmp_path, "--num_epochs=2")  # 6 pictures, batches of 2.
    assert checkpoints_in(tmp_path) == ["step_00000006"]


def test_without_a_length_the_system_says_how_long(tmp_path):
    run_painter(tmp_path, "--constant_epochs=1", "--decay_epochs=1")
    assert checkpoints_in(tmp_path) == ["step_00000006"]


def test_the_time_limit_leaves_checkpoint_and_samples(tmp_path, capsys):
    code = run_painter(tmp_path, "--num_steps=99999999", "--max_minutes=0.03")
    assert code == 0
    assert len(checkpoints_in(tmp_path)) == 1
    assert len(list((tmp_path / "samples").iterdir())) == 2
    assert "the time is over" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    workdir = tmp_path / "none"
    assert run_painter(workdir, "--dry_run", "--num_steps=1") == 0
    assert not workdir.exists()
    out = capsys.readouterr().out
    for word in ("Parameters", "Multiply-adds", "Memory", "class_ids"):
        assert word in out
    assert run(*PAINTER, "--dry_run") == 0  # Without a work directory.


def test_fine_tuning_takes_weights_and_options_over(tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    run_painter(first, "--num_steps=3", "--kernel_size=5")
    merge = tmp_path / "merge.csv"
    names = read_config(first)["classes"]["names"]
    merge.write_text(
        "old id,new id,name\n"
        + "".join(
            f"{k},{max(k - 1, 0)},{'open' if k < 2 else name}\n"
            for k, name in enumerate(names)
        )
    )
    code = run_painter(
        second,
        f"--init_from={first}",
        f"--label_map={merge}",
        "--learning_rate=0",
        "--num_steps=1",
    )
    assert code == 0
    out = capsys.readouterr().out
    num_classes = len(names)
    kept = num_classes - 2
    assert f"Classes: {kept} of {num_classes - 1} are kept" in out
    assert "New, at random: open." in out
    assert read_config(second)["config"]["kernel_size"] == 5
    old, new = weights_in(first)[0], weights_in(second)[0]
    np.testing.assert_array_equal(new[:, :, 1:], old[:, :, 2:])


def test_fine_tuning_goes_on_when_its_source_is_gone(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    run_painter(first, "--num_steps=1", "--kernel_size=5")
    arguments = (f"--init_from={first}", "--num_steps=2")
    assert run_painter(second, *arguments) == 0
    first.rename(tmp_path / "gone")
    assert run_painter(second, f"--init_from={first}", "--num_steps=3") == 0
    assert "step_00000003" in checkpoints_in(second)


def test_converted_weights_are_no_training_to_go_on_with(tmp_path, capsys):
    run_painter(tmp_path / "trained", "--num_steps=1")
    system = ss.load_system(str(tmp_path / "trained"))
    workdir = ss.WorkDir(tmp_path / "converted")
    workdir.create(read_config(tmp_path / "trained"))
    roots = {"system": system.checkpoint_roots()["system"]}
    checkpoint.save(workdir.checkpoints, 0, roots, ["generator"])
    assert run_painter(workdir.path, "--num_steps=2") == 1
    assert f"--init_from={workdir.path}" in capsys.readouterr().err
    init_from = f"--init_from={workdir.path}"
    assert run_painter(tmp_path / "new", init_from, "--num_steps=1") == 0


def test_validation_layouts_are_scored_and_the_best_is_kept(tmp_path, capsys):
    features = save_features(tmp_path / "features")
    judge = save_judge(
        tmp_path / "judge", label_png_to_class_id=[0, 1, 2, *[3] * 7]
    )
    scored, plain = tmp_path / "scored", tmp_path / "plain"
    flags = (
        "--eval_every=2",
        "--eval_pictures=3",
        f"--eval_features={features}",
        f"--eval_judge={judge}",
        "--ema_decay=0.9",
    )
    # Stopped, gone on, and scored: the weights of a run that was neither.
    assert run_painter(scored, "--num_steps=3", *flags) == 0
    out = capsys.readouterr().out
    for step in (2, 3):
        assert re.search(rf"step {step}: val_kid6 .* val_mean_iou 0", out)
    assert run_painter(scored, "--num_steps=5", *flags) == 0
    run_painter(plain, "--num_steps=5", "--ema_decay=0.9")
    assert_same_weights(plain, scored)
    record = json.loads((scored / "best" / "validation.json").read_text())
    assert checkpoints_in(scored / "best") == [f"step_{record['step']:08d}"]
    assert weights_in(scored / "best")
    # What is scored, and how often, may change.
    assert run_painter(scored, "--num_steps=6", "--ema_decay=0.9") == 0


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--system=painter"], 2, "--workdir is missing"),
        (["--workdir=x"], 2, "--system is missing"),
        (["--system=painter", "--lambda_vgg=1"], 2, "no option --lambda_vgg"),
        (["--system=painter", "--batch_size=many"], 2, "batch_size"),
        (["--unheard_of=1"], 2, "unheard_of"),
        (["--system=nothing"], 1, "no system 'nothing'"),
        (["--system=painter", "--batch_size=0"], 1, "`batch_size` must be"),
        ([*SIZE, "--batch_size=9000"], 1, "fewer than one batch"),
        (["--system=painter", "--dataset=moon"], 1, "'moon'"),
        ([*SIZE, "--eval_every=5"], 1, "--eval_features=<SavedModel"),
        (
            [*SIZE, "--eval_every=5", "--eval_features=no/where"],
            1,
            "--eval_features=no/where: there is no such",
        ),
        ([*SIZE, "--num_classes=99"], 1, "`num_classes` is 99"),
        (["--system=painter", "--strategy=multi_worker"], 1, "TF_CONFIG"),
        (["--system=painter", "--init_from=/none"], 1, "/none"),
        (["--system=cc_fpse", "--image_height=250"], 1, "multiple of 32"),
        (
            ["--system=spade", "--num_scenes=4", "--vgg_weights=/none.npz"],
            1,
            "no file of VGG-19 weights '/none.npz'",
        ),
    ],
)
def test_mistakes_have_their_code_and_words(
    tmp_path, capsys, arguments, code, words
):
    if not any("workdir" in argument for argument in arguments):
        if "--workdir is missing" not in words:
            arguments = [*arguments, f"--workdir={tmp_path / 'new'}"]
    assert run(*arguments) == code
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
    assert not (tmp_path / "new").exists()


def test_a_system_can_start_from_its_own_kind_only(tmp_path, capsys):
    run_painter(tmp_path / "first", "--num_steps=1")
    code = run(
        "--system=spade",
        f"--init_from={tmp_path / 'first'}",
        f"--workdir={tmp_path / 'second'}",
    )
    assert code == 1
    assert "cannot start a 'spade'" in capsys.readouterr().err


def test_a_file_that_breaks_during_training_is_named(tmp_path, capsys):
    """Wrong pixels behind a right header are found when they are read."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for split in ("train", "val"):
        for kind in ("images", "labels"):
            (tmp_path / "data" / kind / split).mkdir(parents=True)
        for k in range(2):
            image = rng.integers(0, 255, (32, 48, 3), "uint8")
            label = rng.integers(0, 2, (32, 48), "uint8")
            folder = tmp_path / "data"
            Image.fromarray(image).save(folder / f"images/{split}/{k}.png")
            Image.fromarray(label).save(folder / f"labels/{split}/{k}.png")
    (tmp_path / "data/classes.csv").write_text("id,name\n0,sky\n1,road\n")
    path = tmp_path / "data/labels/train/1.png"
    path.write_bytes(path.read_bytes()[:-40])
    code = run_painter(
        tmp_path / "work",
        "--dataset=folder",
        f"--data_dir={tmp_path / 'data'}",
        "--num_steps=5",
    )
    words = capsys.readouterr().err
    assert code == 1
    assert "labels/train/1.png" in words and "Traceback" not in words


def start_process(workdir, *arguments, **environment):
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tf_semsynth.train",
            f"--plugin={ROOT / 'tests/training/painter.py'}",
            *PAINTER,
            f"--workdir={workdir}",
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_signal_ends_the_process_in_order(tmp_path, kind, code):
    process = start_process(tmp_path, "--num_steps=99999999")
    for line in process.stdout:
        if line.startswith("step 3/"):
            break
    process.send_signal(kind)
    out, error = process.communicate(timeout=60)
    assert process.returncode == code, error
    assert "The same command goes on." in out
    (name,) = checkpoints_in(tmp_path)
    step = int(name.removeprefix("step_"))
    assert read_config(tmp_path)["plugins"] == [
        str(ROOT / "tests/training/painter.py")
    ]
    # It goes on from there, as if nothing had happened.
    assert run_painter(tmp_path, f"--num_steps={step + 2}") == 0
    run_painter(tmp_path / "unbroken", f"--num_steps={step + 2}")
    assert_same_weights(tmp_path / "unbroken", tmp_path)


@pytest.mark.slow
def test_a_killed_process_loses_only_the_steps_since_its_checkpoint(tmp_path):
    process = start_process(
        tmp_path, "--num_steps=99999999", "--checkpoint_every=2"
    )
    for line in process.stdout:
        if line.startswith("step 9/"):
            break
    process.kill()
    process.wait(timeout=60)
    steps = [
        int(name.removeprefix("step_"))
        for name in checkpoints_in(tmp_path)
        if re.fullmatch(r"step_\d{8}", name)
    ]
    assert max(steps) >= 8
    assert run_painter(tmp_path, f"--num_steps={max(steps) + 3}") == 0
    run_painter(tmp_path / "unbroken", f"--num_steps={max(steps) + 3}")
    assert_same_weights(tmp_path / "unbroken", tmp_path)


@pytest.mark.slow
def test_two_machines_give_the_weights_of_one(tmp_path):
    """Two processes, that is, each with one CPU device."""
    sockets = [socket.socket() for _ in range(2)]
    for free in sockets:
        free.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{free.getsockname()[1]}" for free in sockets]
    for free in sockets:
        free.close()
    arguments = ("--num_steps=4", "--checkpoint_every=2", "--ema_decay=0.9")
    processes = [
        start_process(
            tmp_path / "two",
            *arguments,
            "--strategy=multi_worker",
            TF_CONFIG=json.dumps(
                {
                    "cluster": {"worker": addresses},
                    "task": {"type": "worker", "index": index},
                }
            ),
        )
        for index in range(2)
    ]
    for process in processes:
        _, error = process.communicate(timeout=900)
        assert process.returncode == 0, error
    run_painter(tmp_path / "one", *arguments)
    assert checkpoints_in(tmp_path / "two") == [
        "step_00000002",
        "step_00000004",
    ]
    assert len(list((tmp_path / "two/samples").iterdir())) == 2
    pairs = zip(
        weights_in(tmp_path / "one"), weights_in(tmp_path / "two"), strict=True
    )
    for expected, value in pairs:
        np.testing.assert_allclose(value, expected, atol=1e-5)
