"""The command `evaluate` with `--runner=beam`."""

import importlib.util
from pathlib import Path

import pytest

from tests.evaluation.conftest import quick_graphs  # noqa: F401
from tests.evaluation.networks import make_scenes, save_features, save_judge
from tests.evaluation.test_assembly import make_camvid, make_trained
from tests.test_evaluate import (
    assert_refused,
    folders,
    read_results,
    run,
)
from tf_semsynth.exporting.writer import export_system
from tf_semsynth.systems import registry

needs_beam = pytest.mark.skipif(
    importlib.util.find_spec("apache_beam") is None,
    reason="apache_beam is missing: pip install .[beam]",
)


@needs_beam
def test_the_numbers_are_those_of_one_process(tmp_path, capsys):
    make_scenes(tmp_path)
    flags = [
        f"--judge={save_judge(tmp_path / 'judge')}",
        f"--features={save_features(tmp_path / 'features')}",
        "--noreport",
    ]
    assert run(*folders(tmp_path), *flags) == 0
    alone = read_results(tmp_path / "out")
    capsys.readouterr()
    assert run(*folders(tmp_path), *flags, "--runner=beam") == 0
    printed = capsys.readouterr().out
    assert "Apache Beam looks at 12 pictures" in printed
    many = read_results(tmp_path / "out")
    assert many["scores"] == alone["scores"]
    assert many["ceiling"] == alone["ceiling"]
    assert many["pictures"] == alone["pictures"]
    # A damaged picture: one message, no traceback.
    path = tmp_path / "images" / "scene2.png"
    path.write_bytes(path.read_bytes()[:-40])
    code = run(*folders(tmp_path), *flags, "--runner=beam")
    assert_refused(code, capsys, "scene2.png", "damaged")
    code = run(
        *folders(tmp_path), *flags, "--runner=beam", "--beam_options=--x='"
    )
    assert_refused(code, capsys, "--beam_options", "does not understand")


@needs_beam
@pytest.mark.slow
def test_a_work_directory_is_synthesized_and_scored(tmp_path):
    workdir = make_trained(tmp_path, make_camvid(tmp_path), use_encoder=True)
    system = registry.load_system(workdir)
    model = str(tmp_path / "export" / "1")
    export_system(system, model, warmup=False, verify=False)
    flags = [
        f"--workdir={workdir}",
        f"--saved_model={model}",
        f"--judge={save_judge(tmp_path / 'judge', size=(32, 16))}",
        f"--features={save_features(tmp_path / 'features')}",
        "--runner=beam",
        "--noreport",
        "--metrics=miou,kid",
    ]
    assert run(*flags) == 0
    folder = Path(workdir, "evaluation", "camvid_judges")
    results = read_results(folder)
    assert set(results["scores"]) == {"mean_iou", "kid6"}
    assert set(results["floors"]) == {"class_mean_colours", "nearest_layout"}
    assert results["pictures"][0]["image"] == "pictures/scene0.png"
    assert len(results["samples"]) == 4


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--workdir=a", "--beam_options=b"], "belong to --runner=beam"),
        (["--images=a", "--saved_model=b"], "belong to --runner=beam"),
        (["--workdir=a", "--runner=beam"], "tf_semsynth.export"),
        (["--images=a", "--runner=beam", "--saved_model=b"], "--images alone"),
    ],
)
def test_flags_that_do_not_go_together(flags, words, capsys):
    assert_refused(run(*flags), capsys, words, expected=2)


def test_a_missing_apache_beam_is_told_in_words(monkeypatch, capsys, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name == "apache_beam" else find(name),
    )
    code = run(*folders(tmp_path), "--runner=beam")
    assert_refused(code, capsys, "tf_semsynth[beam]")
