"""The command checks, draws and writes data sets; bad ones give exit code 1."""

import numpy as np
import pytest
from PIL import Image

from tests.architecture import ROOT
from tests.data import makers
from tf_semsynth import prepare_data
from tf_semsynth.core import command
from tf_semsynth.data.catalog import open_from_options
from tf_semsynth.data.options import DataOptions


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the command; returns exit code, standard output and error."""

    def run(*arguments):
        code = command.execute(
            prepare_data.main,
            prepare_data.define_flags,
            [*arguments, f"--sheet={tmp_path / 'sheets'}"],
        )
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def folder(tmp_path):
    return makers.folder(tmp_path / "set", instances=True)


def _of(folder):
    return "--dataset=folder", f"--data_dir={folder}"


def test_a_sound_set_gives_a_table_and_a_contact_sheet(run, folder, tmp_path):
    code, out, err = run(*_of(folder), "--check")
    assert (code, err) == (0, "")
    assert "folder, split train: 6 pairs, with instances, 3 classes" in out
    assert "0 faults; 6 headers read, 6 examples decoded" in out
    sheet = Image.open(tmp_path / "sheets" / "folder_train.png")
    assert np.asarray(sheet).std() > 10
    # Without folders for splits the same examples are not checked twice.
    assert "split validation" not in out


def test_scenes_are_the_default(run, tmp_path):
    code, out, _ = run("--check", "--num_scenes=3")
    assert code == 0
    assert "scenes, split train: 3 pairs" in out
    assert "scenes, split validation: 100 pairs" in out
    assert (tmp_path / "sheets" / "scenes_validation.png").exists()


BROKEN = {
    "missing partner": (
        lambda root: [
            (root / kind / "p2.png").unlink()
            for kind in ("labels", "instances")
        ],
        "p2.png: is a photo without a label",
    ),
    "size mismatch": (
        lambda root: makers.save(
            root / "labels" / "p2.png", makers.label()[:, :-3]
        ),
        "p2.png: the label has 27 x 20 pixels, its photo 30 x 20",
    ),
    "id out of range": (
        lambda root: makers.save(
            root / "labels" / "p2.png", makers.label() + np.uint8(40)
        ),
        "p2.png: holds values that are no class: 40",
    ),
    "mask": (
        lambda root: makers.save(
            root / "labels" / "p2.png", (makers.label() > 0) * np.uint8(255)
        ),
        "p2.png: is a mask: it holds only 0 and 255",
    ),
    "palette": (
        lambda root: (root / "labels" / "p2.png").write_bytes(
            makers.palette_png(
                makers.label(), [(0, 0, 142), (128, 64, 128), (70, 130, 180)]
            )
        ),
        "p2.png: is a palette PNG whose index 0 has the colour of class 2",
    ),
    "unknown colour": (
        lambda root: makers.save(root / "labels" / "p2.png", makers.photo()),
        "p2.png: has the colour (",
    ),
    "truncated": (
        lambda root: (root / "images" / "p2.png").write_bytes(
            makers.png(makers.photo())[:300]
        ),
        "p2.png: is damaged",
    ),
    "bomb": (
        lambda root: (root / "labels" / "p2.png").write_bytes(
            makers.png_header(60000, 60000)
        ),
        "p2.png: would unpack to 60000 x 60000 pixels",
    ),
    "not a picture": (
        lambda root: (root / "images" / "p2.png").write_text("hello"),
        "p2.png: is neither a PNG nor a JPEG",
    ),
    "instance size": (
        lambda root: makers.save(
            root / "instances" / "p2.png", makers.label()[1:]
        ),
        "p2.png: the label has 30 x 20 pixels, its instance map 30 x 19",
    ),
}


@pytest.mark.parametrize("spoil, words", BROKEN.values(), ids=BROKEN)
def test_each_fault_is_told_once_and_gives_exit_code_1(
    run, folder, tmp_path, spoil, words
):
    spoil(tmp_path / "set")
    output = tmp_path / "shards"
    code, _, err = run(*_of(folder), f"--output={output}")
    assert code == 1
    lines = err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("fault: ") and words in lines[0]
    assert lines[1] == (
        "error: the data set has 1 fault, listed above. Nothing was written."
    )
    assert not output.exists()


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda root: None, "images: expected a folder"),
        (
            lambda root: [(root / n).mkdir() for n in ("images", "labels")],
            "no examples for split 'train'",
        ),
    ],
    ids=["nothing there", "empty folders"],
)
def test_empty_folders_are_told(run, tmp_path, spoil, words):
    root = tmp_path / "empty"
    root.mkdir()
    (root / "classes.csv").write_text(makers.CLASSES)
    spoil(root)
    code, _, err = run(*_of(root), "--check")
    assert code == 1
    assert err.startswith("error: ") and words in err
    assert "Traceback" not in err


def test_what_was_written_is_read_again(run, folder, tmp_path):
    output = tmp_path / "shards"
    code, out, _ = run(*_of(folder), f"--output={output}")
    assert code == 0 and f"--tfrecords={output}" in out
    assert (output / "classes.json").exists()
    code, out, _ = run(f"--tfrecords={output}", "--check")
    assert code == 0 and "folder, split train: 6 pairs, with instances" in out


def test_shards_are_not_read_in_another_way_than_they_were_written(
    run, folder, tmp_path
):
    output = tmp_path / "shards"
    assert run(*_of(folder), f"--output={output}")[0] == 0
    code, _, err = run(f"--tfrecords={output}", "--check", "--unknown_id=2")
    assert code == 1 and "--unknown_id=2 is not read by --tfrecords=" in err


def test_a_folder_without_its_data_set_is_refused(run, folder):
    code, _, err = run(f"--data_dir={folder}", "--check")
    assert code == 1 and "--dataset=ade20k" in err
    code, _, err = run("--data_dir=no/such/folder", "--check")
    assert code == 1 and "--data_dir=no/such/folder is not read" in err


def test_train_without_validation_is_refused_where_pictures_are_listed(
    run, folder
):
    with open(f"{folder}/train.txt", "w") as file:
        file.write("p0\np1\n")
    code, _, err = run(*_of(folder), "--check")
    assert code == 1
    assert "train.txt names 2 of 6 pictures" in err and "--splits=train" in err
    code, out, _ = run(*_of(folder), "--check", "--splits=train")
    assert code == 0 and "2 pairs" in out
    for name in ("val.txt", "validation.txt"):
        with open(f"{folder}/{name}", "w") as file:
            file.write("p2\n")
    code, _, err = run(*_of(folder), "--check")
    assert code == 1 and "both mean the split validation" in err


def test_names_in_folders_are_kept_in_shards(run, tmp_path):
    for day in ("day1", "day2"):
        root = tmp_path / "set"
        makers.save(root / "images" / day / "a.png", makers.photo())
        makers.save(root / "labels" / day / "a.png", makers.label())
    (root / "classes.csv").write_text(makers.CLASSES)
    output = tmp_path / "shards"
    assert run(*_of(root), f"--output={output}")[0] == 0
    reader = open_from_options(DataOptions(tfrecords=str(output)), "train")
    assert reader.names == ["day1/a", "day2/a"]


def test_the_size_after_preprocessing_is_checked_if_it_is_given(run, folder):
    mode = "--preprocess_mode=scale_width"
    size = "--image_height=20", "--image_width=30"
    code, _, _ = run(*_of(folder), "--check", mode, *size)
    assert code == 0
    size = "--image_height=32", "--image_width=32"
    code, _, err = run(*_of(folder), "--check", mode, *size)
    assert code == 1
    assert "p0.png: comes to 32 x 21 pixels" in err and "6 faults" in err


def test_a_label_map_changes_what_is_counted(run, folder, tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("0,0,sky\n1,1,ground\n2,1\n")
    code, out, _ = run(*_of(folder), "--check", f"--label_map={path}")
    assert code == 0
    assert "2 classes" in out and "ground" in out


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        ((), 2, "nothing to do"),
        (("--check", "--image_width=64"), 2, "--image_height needs"),
        (("--check", "--dataset=nothing"), 1, "no data set 'nothing'"),
        (("--check", "--splits=dev"), 1, "`splits` must be of train"),
        (("--check", "--no_such_flag"), 2, "no_such_flag"),
        (("--check", "--dataset=camvid"), 1, "--data_dir=<folder>"),
    ],
)
def test_wrong_calls_are_answered_in_words(run, arguments, code, words):
    got, _, err = run(*arguments)
    assert got == code and words in err


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "configs" / "data").glob("*.cfg")),
    ids=lambda path: path.stem,
)
def test_the_data_configs_are_understood(run, path, tmp_path):
    code, _, err = run(
        f"--flagfile={path}", f"--data_dir={tmp_path}", "--splits=dev"
    )
    assert code == 2 and "nothing to do" in err
