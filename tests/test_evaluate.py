"""The command `evaluate`."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.evaluation.conftest import quick_graphs  # noqa: F401
from tests.evaluation.networks import make_scenes, save_features, save_judge
from tests.evaluation.test_assembly import make_camvid, make_trained
from tf_semsynth import evaluate
from tf_semsynth.core import command
from tf_semsynth.core.workdir import WorkDir


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """The flags that name the tiny networks."""
    root = tmp_path_factory.mktemp("networks")
    return [
        f"--judge={save_judge(root / 'judge')}",
        f"--features={save_features(root / 'features')}",
    ]


@pytest.fixture(scope="module")
def workdir(tmp_path_factory):
    """A work directory as if trained on a CamVid of 4 scenes of 128 x 64."""
    root = tmp_path_factory.mktemp("workdir")
    return make_trained(root, make_camvid(root), use_encoder=True)


def run(*argv):
    return command.execute(evaluate.main, evaluate.define_flags, list(argv))


def folders(root):
    return [
        f"--images={root / 'images'}",
        f"--labels={root / 'labels'}",
        f"--reference={root / 'photos'}",
        f"--output={root / 'out'}",
        "--protocol=camvid_judges",
    ]


def read_results(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_folders_of_any_method_are_scored(networks, tmp_path, capsys):
    make_scenes(tmp_path)
    assert run(*folders(tmp_path), *networks, "--noreport") == 0
    printed = capsys.readouterr().out
    results = read_results(tmp_path / "out")
    for name, score in results["scores"].items():
        assert name in printed
        assert f"{score['value']:.4f}" in printed
    assert results["protocol"]["hash"] in printed
    assert "4/4 pictures judged" in printed
    # Everything is known now: nothing is judged again.
    assert run(*folders(tmp_path), *networks, "--noreport") == 0
    assert "judged  " not in capsys.readouterr().out
    assert read_results(tmp_path / "out")["scores"] == results["scores"]


def test_a_report_is_written(networks, tmp_path, capsys):
    make_scenes(tmp_path)
    assert run(*folders(tmp_path), *networks) == 0
    assert (tmp_path / "out" / "report.html").is_file()
    assert "report.html" in capsys.readouterr().out


def test_a_work_directory_is_synthesized_and_scored(
    networks, workdir, tmp_path, capsys
):
    # Pictures of 2:1 need a judge that sees this ratio.
    judge = save_judge(tmp_path / "judge", size=(32, 16))
    flags = [f"--workdir={workdir}", f"--judge={judge}", networks[1]]
    flags += ["--noreport", "--metrics=miou,kid"]
    assert run(*flags) == 0
    folder = Path(workdir, "evaluation", "camvid_judges")
    results = read_results(folder)
    assert results["num_images"] == len(list(folder.glob("pictures/*.png")))
    assert set(results["scores"]) == {"mean_iou", "kid6"}
    assert set(results["floors"]) == {"class_mean_colours", "nearest_layout"}
    assert results["ceiling"]["kid6"] < results["scores"]["kid6"]["value"]
    # Their paths lie beside the results, so the folder can be moved.
    assert results["pictures"][0]["image"] == "pictures/scene0.png"
    assert len(results["samples"]) == 4
    assert len(results["samples"][0]["images"]) == 6
    short = json.loads(Path(WorkDir(workdir).metrics_path).read_text())
    assert short["scores"] == results["scores"]
    assert short["folder"] == str(folder)
    # The same weights and seed: no picture is made again.
    capsys.readouterr()
    assert run(*flags) == 0
    assert "pictures made" not in capsys.readouterr().out


def test_perturbed_layouts_are_scored_against_those_asked_for(
    networks, workdir, tmp_path, capsys
):
    judge = save_judge(tmp_path / "judge", size=(32, 16))
    flags = [f"--workdir={workdir}", f"--judge={judge}", networks[1]]
    flags += ["--metrics=accuracy,kid", "--nobaselines"]
    flags += ["--perturb=borders,classes", f"--output={tmp_path / 'out'}"]
    assert run(*flags) == 0
    robustness = read_results(tmp_path / "out")["robustness"]
    assert list(robustness) == ["borders", "classes"]
    printed = capsys.readouterr().out
    assert "perturbed layouts" in printed
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Perturbed layouts" in page
    for kind, entry in robustness.items():
        assert 0 < entry["changed_pixels"] < 1
        assert set(entry["scores"]) == {"pixel_accuracy", "kid6"}
        assert f"{entry['scores']['pixel_accuracy']:.4f}" in printed
        # The same as its pictures scored by themselves.
        alone = [f for f in folders(tmp_path) if "protocol" in f]
        alone += [
            f"--images={tmp_path / 'out' / 'perturbed' / kind / 'pictures'}",
            f"--output={tmp_path / kind}",
            f"--data_dir={Path(workdir).parent / 'camvid'}",
            "--nobaselines",
            "--noreport",
            "--metrics=accuracy,kid",
        ]
        assert run(*alone, f"--judge={judge}", networks[1]) == 0
        scores = read_results(tmp_path / kind)["scores"]
        found = {name: s["value"] for name, s in scores.items()}
        assert found == entry["scores"]


def test_labels_and_photos_come_from_the_data_set(networks, tmp_path):
    make_scenes(tmp_path)
    data = tmp_path / "camvid"
    for part in ("train", "test"):
        for name, source in (("", "photos"), ("annot", "labels")):
            folder = data / f"{part}{name}"
            folder.mkdir(parents=True)
            for path in (tmp_path / source).iterdir():
                (folder / path.name).write_bytes(path.read_bytes())
    flags = [flag for flag in folders(tmp_path) if "--labels" not in flag]
    flags = [flag for flag in flags if "--reference" not in flag]
    assert run(*flags, *networks, f"--data_dir={data}", "--noreport") == 0
    results = read_results(tmp_path / "out")
    assert run(*folders(tmp_path), *networks, "--noreport") == 0
    other = read_results(tmp_path / "out")
    assert results["scores"] == other["scores"]
    assert results["floors"] and not other["floors"]


def test_results_are_put_side_by_side(networks, tmp_path, capsys):
    make_scenes(tmp_path)
    assert run(*folders(tmp_path), *networks, "--noreport") == 0
    other = [f for f in folders(tmp_path) if not f.startswith("--output")]
    other = [f.replace("/images", "/photos", 1) if "--images" in f else f
             for f in other]  # fmt: skip
    output = f"--output={tmp_path / 'photos_out'}"
    assert run(*other, output, *networks, "--noreport") == 0
    capsys.readouterr()
    code = run(
        f"--compare={tmp_path / 'out'},{tmp_path / 'photos_out'}",
        f"--output={tmp_path / 'comparison'}",
    )
    captured = capsys.readouterr()
    if code and "matplotlib" in captured.err:
        pytest.skip("matplotlib is missing")
    assert code == 0, captured.err
    assert "mean_iou" in captured.out
    assert (tmp_path / "comparison" / "comparison.json").is_file()


def assert_refused(code, capsys, *words, expected=1):
    captured = capsys.readouterr()
    assert code == expected
    assert captured.err.count("error:") == 1
    assert "Traceback" not in captured.err
    for word in words:
        assert word in captured.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "--workdir=<a training>"),
        (["--workdir=a", "--images=b"], "not both"),
        (["--images=b", "--protocol=camvid_judges"], "--output is missing"),
        (["--images=b", "--output=c"], "--protocol is missing"),
        (["--workdir=a", "--labels=b"], "belong to --images"),
        (
            [
                "--workdir=a",
                "--perturb=all",
                "--runner=beam",
                "--saved_model=b",
            ],
            "leave out --runner=beam",
        ),
        (["--compare=a,b"], "--output is missing"),
        (["--compare=a", "--output=b"], "two folders"),
        (
            ["--compare=a,b", "--output=c", "--data_dir=d"],
            "--data_dir cannot go with --compare",
        ),
    ],
)
def test_flags_that_do_not_go_together(flags, words, capsys):
    assert_refused(run(*flags), capsys, words, expected=2)


def test_mistakes_are_told_in_words(networks, tmp_path, capsys):
    make_scenes(tmp_path)
    given = folders(tmp_path)
    judge, features = networks

    def refuse(*words, flags=(), networks=networks):
        code = run(*given, *networks, *flags, "--noreport")
        assert_refused(code, capsys, *words)

    refuse("no such protocol", flags=["--protocol=camvid"])
    refuse("no metric 'fidd'", flags=["--metrics=fidd"])
    refuse("--workdir in place of", flags=["--perturb=all"])
    refuse("name a judge", networks=())
    refuse("no such folder", networks=["--judge=no/judge", features])
    refuse("no such folder", networks=[judge, "--features=squeezenet"])
    refuse("does not exist", flags=[f"--images={tmp_path / 'no'}"])
    inception = ["--features=fid_inception", "--fid_weights=no.npz"]
    refuse("does not say how fid_inception", networks=[judge], flags=inception)
    refuse("lpips_trunk", flags=["--metrics=lpips", "--lpips_trunk=no.npz"])
    Image.new("RGB", (32, 24)).save(tmp_path / "images" / "new.png")
    refuse("1 picture has no label", "new")
    assert not (tmp_path / "out" / "metrics.json").exists()


def test_a_protocol_of_another_data_set_is_refused(workdir, capsys, networks):
    code = run(f"--workdir={workdir}", "--protocol=ade20k_spade", *networks)
    assert_refused(code, capsys, "is for the data set ade20k", "camvid")


def test_without_networks_nothing_is_synthesized(workdir, tmp_path, capsys):
    code = run(f"--workdir={workdir}", f"--output={tmp_path / 'out'}")
    assert_refused(code, capsys, "name a judge")
    assert not (tmp_path / "out").exists()


def test_an_unknown_perturbation_is_refused_first(workdir, tmp_path, capsys,
                                                  networks):  # fmt: skip
    flags = [f"--workdir={workdir}", f"--output={tmp_path / 'out'}"]
    code = run(*flags, *networks, "--perturb=edges")
    assert_refused(code, capsys, "no perturbation 'edges'", "borders")
    assert not (tmp_path / "out").exists()


def test_help_lists_the_flags(capsys):
    assert run("--help") == 0
    printed = capsys.readouterr().out
    for flag in ("--workdir", "--protocol", "--judge", "--compare"):
        assert flag in printed
