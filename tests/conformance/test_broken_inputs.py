"""Every command answers broken data with one message and exit code 1."""

import numpy as np
import pytest

from tests.data import makers
from tests.training import painter
from tests.workdirs import make_workdir
from tf_semsynth import export, prepare_data, synthesize, train
from tf_semsynth.core import command
from tf_semsynth.core.classes import ClassTable

H, W = 16, 24


def spoil_file(path, value):
    def spoil(root):
        (root / path).write_bytes(value)

    return spoil


def spoil_label(values):
    def spoil(root):
        makers.save(root / "labels/p1.png", np.asarray(values))

    return spoil


def remove(path):
    def spoil(root):
        (root / path).unlink()

    return spoil


def halve(path):
    def spoil(root):
        whole = (root / path).read_bytes()
        (root / path).write_bytes(whole[: len(whole) // 2])

    return spoil


def empty_folders(root):
    for kind in ("images", "labels"):
        for path in (root / kind).iterdir():
            path.unlink()


# What is done to a sound data set, and what the message must name.
BROKEN_LABELS = {
    "cut off": (halve("labels/p1.png"), "p1.png"),
    "empty file": (spoil_file("labels/p1.png", b""), "p1.png"),
    "text": (spoil_file("labels/p1.png", b"no picture\n" * 99), "p1.png"),
    "unknown id": (spoil_label(np.full((H, W), 77, "uint8")), "77"),
    "16 bits": (spoil_label(np.full((H, W), 4000, "uint16")), "p1.png"),
    "unknown colour": (
        spoil_label(np.full((H, W, 3), (9, 8, 7), "uint8")),
        "p1.png",
    ),
    "gigantic": (
        spoil_file("labels/p1.png", makers.png_header(2**20, 2**20)),
        "p1.png",
    ),
    "no files": (empty_folders, ""),
}
BROKEN_SETS = {
    **BROKEN_LABELS,
    "photo cut off": (halve("images/p1.png"), "p1.png"),
    "photo empty": (spoil_file("images/p1.png", b""), "p1.png"),
    "photo missing": (remove("images/p1.png"), "p1"),
    "label missing": (remove("labels/p1.png"), "p1"),
    "other size": (
        lambda root: makers.save(root / "images/p1.png", makers.photo(1, 5, 9)),
        "p1",
    ),
    "no classes": (remove("classes.csv"), "classes.csv"),
    "classes with a gap": (
        spoil_file("classes.csv", b"id,name\n0,sky\n2,car\n"),
        "classes.csv",
    ),
    "classes in no encoding": (
        spoil_file("classes.csv", b"id,name\n0,\xff\xfe\n"),
        "classes.csv",
    ),
}


def broken(root, spoil):
    makers.folder(root, count=3, height=H, width=W)
    spoil(root)
    return root


def check(code, captured, named):
    """Exit code 1, one message on standard error that names the culprit."""
    assert code == 1, captured.out + captured.err
    everything = captured.out + captured.err
    assert "Traceback" not in everything
    assert captured.err.count("error: ") == 1, captured.err
    message = captured.err[captured.err.index("error: ") :]
    assert named in everything and 20 < len(message) < 1500, message


@pytest.mark.parametrize("name", BROKEN_SETS)
def test_training_refuses(name, tmp_path, capsys):
    spoil, named = BROKEN_SETS[name]
    root = broken(tmp_path / "set", spoil)
    code = command.execute(
        train.main,
        train.define_flags,
        [
            "--system=painter",
            "--dataset=folder",
            f"--data_dir={root}",
            f"--workdir={tmp_path / 'run'}",
            f"--image_height={H}",
            f"--image_width={W}",
            "--preprocess_mode=fixed",
            "--batch_size=1",
            "--num_steps=3",  # Each of the three pictures once.
        ],
    )
    check(code, capsys.readouterr(), named)


@pytest.mark.parametrize("name", BROKEN_SETS)
def test_writing_records_refuses(name, tmp_path, capsys):
    spoil, named = BROKEN_SETS[name]
    root = broken(tmp_path / "set", spoil)
    code = command.execute(
        prepare_data.main,
        prepare_data.define_flags,
        [
            "--dataset=folder",
            f"--data_dir={root}",
            f"--output={tmp_path / 'records'}",
            f"--sheet={tmp_path / 'sheets'}",
        ],
    )
    check(code, capsys.readouterr(), named)


@pytest.fixture(scope="module")
def workdir(tmp_path_factory):
    system = painter.Painter(painter.Config(image_height=H, image_width=W))
    system.classes = ClassTable(
        ("sky", "road", "car"), ((70, 130, 180), (128, 64, 128), (0, 0, 142))
    )
    return make_workdir(tmp_path_factory.mktemp("painter"), system)


@pytest.mark.parametrize("name", BROKEN_LABELS)
def test_synthesizing_refuses(name, tmp_path, capsys, workdir):
    spoil, named = BROKEN_LABELS[name]
    root = broken(tmp_path / "set", spoil)
    arguments = [f"--workdir={workdir}", f"--layouts={root / 'labels'}"]
    code = command.execute(
        synthesize.main,
        synthesize.define_flags,
        [*arguments, f"--output={tmp_path / 'out'}"],
    )
    check(code, capsys.readouterr(), named)
    assert not (tmp_path / "out").exists()


def break_config(root):
    (root / "config.json").write_text("{")


def break_weights(root):
    (path,) = (root / "checkpoints").glob("*/*.data-*")
    path.write_bytes(path.read_bytes()[:-1])


def remove_checkpoints(root):
    (root / "checkpoints").rename(root / "gone")


@pytest.mark.parametrize(
    "spoil, named",
    [
        (break_config, "config.json"),
        (break_weights, "step_00000003 is damaged: "),
        (remove_checkpoints, "checkpoints"),
    ],
)
@pytest.mark.parametrize("verb", [synthesize, export])
def test_a_broken_work_directory_is_refused(
    verb, spoil, named, tmp_path, capsys
):
    system = painter.Painter(painter.Config(image_height=H, image_width=W))
    root = tmp_path / "run"
    make_workdir(root, system)
    spoil(root)
    layouts = makers.save(tmp_path / "labels/a.png", makers.label(0, 3, H, W))
    arguments = [f"--workdir={root}", f"--output={tmp_path / 'out/1'}"]
    if verb is synthesize:
        arguments.append(f"--layouts={layouts}")
    code = command.execute(verb.main, verb.define_flags, arguments)
    check(code, capsys.readouterr(), named)
    assert not (tmp_path / "out/1").exists()
