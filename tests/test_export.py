"""The command `export`."""

import json

import pytest

from tests.exporting.conftest import tiny
from tests.workdirs import make_workdir
from tf_semsynth import export
from tf_semsynth.core import command


@pytest.fixture(scope="module")
def workdir(tmp_path_factory):
    return make_workdir(tmp_path_factory.mktemp("spade"), tiny("spade"))


def run(*argv):
    return command.execute(export.main, export.define_flags, argv)


def assert_refused(code, capsys, *words, expected=1):
    captured = capsys.readouterr()
    assert code == expected
    assert captured.err.count("error:") == 1
    assert "Traceback" not in captured.err
    for word in words:
        assert word in captured.err


def test_a_work_directory_becomes_a_version_that_can_be_inspected(
    workdir, tmp_path, capsys
):
    output = tmp_path / "spade" / "1"
    code = run(
        f"--workdir={workdir}", f"--output={output}", "--nowarmup", "--noverify"
    )
    printed = capsys.readouterr()
    assert code == 0, printed.err
    assert "describe, serving_default, synthesize_png" in printed.out
    record = json.loads((output / "assets.extra/export.json").read_text())
    assert record["system"] == "spade"
    assert "warmup" not in record and "verification" not in record
    extra = [path.name for path in (output / "assets.extra").iterdir()]
    assert extra == ["export.json"]

    assert run(f"--inspect={output}") == 0
    printed = capsys.readouterr().out
    assert "signature serving_default" in printed
    assert "Nothing flagged" in printed


def test_an_output_that_is_no_version_is_refused(workdir, tmp_path, capsys):
    code = run(f"--workdir={workdir}", f"--output={tmp_path / 'model'}")
    assert_refused(code, capsys, "whole number", f"{tmp_path}/model/1")


def test_an_existing_version_is_refused(workdir, tmp_path, capsys):
    (tmp_path / "1").mkdir()
    code = run(f"--workdir={workdir}", f"--output={tmp_path / '1'}")
    assert_refused(code, capsys, "exists", f"{tmp_path}/2")


def test_a_missing_work_directory_is_refused(tmp_path, capsys):
    code = run(f"--workdir={tmp_path / 'no'}", f"--output={tmp_path / '1'}")
    assert_refused(code, capsys, "no work directory")
    assert list(tmp_path.iterdir()) == []


def test_inspecting_what_is_no_model_is_refused(tmp_path, capsys):
    assert_refused(run(f"--inspect={tmp_path}"), capsys, "no saved_model.pb")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "--workdir is missing"),
        (["--workdir=x"], "--output is missing"),
        (
            ["--workdir=x", "--output=1", "--warmup_batch_sizes=1,two"],
            "whole numbers separated by commas",
        ),
    ],
)
def test_wrong_usage_is_told(argv, words, capsys):
    assert_refused(run(*argv), capsys, words, expected=2)
