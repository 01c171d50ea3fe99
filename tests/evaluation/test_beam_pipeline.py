"""Evaluations by Apache Beam, beside those of one process."""

import dataclasses
import functools
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("apache_beam", reason="pip install .[beam]")

from tests.evaluation.networks import (  # noqa: E402
    make_scenes,
    save_features,
    save_judge,
)
from tests.evaluation.test_assembly import make_camvid  # noqa: E402
from tests.evaluation.test_runner import files, make_request  # noqa: E402
from tf_semsynth.data import catalog  # noqa: E402
from tf_semsynth.evaluation.beam_pipeline import (  # noqa: E402
    evaluate_with_beam,
)
from tf_semsynth.evaluation.feature_networks import load_features  # noqa: E402
from tf_semsynth.evaluation.judges import load_judge  # noqa: E402
from tf_semsynth.evaluation.protocols import PROTOCOLS  # noqa: E402
from tf_semsynth.evaluation.robustness import (  # noqa: E402
    PerturbedPictures,
)
from tf_semsynth.evaluation.runner import evaluate  # noqa: E402

PROTOCOL = PROTOCOLS["camvid_judges"]


def load(folder):
    """The networks of a worker."""
    return SimpleNamespace(
        judge=load_judge(str(folder / "judge")),
        features=load_features(str(folder / "features"), PROTOCOL),
        perceived_distance=distance,
    )


def distance(x, y):
    return np.abs(x.astype("float64") - y).mean((1, 2, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    save_judge(folder / "judge")
    save_features(folder / "features")
    return folder


@pytest.fixture
def root(tmp_path):
    return make_scenes(tmp_path, count=5)


def run_both(root, folder, beam_options="", **changes):
    """The results of one process, and those of the pipeline."""
    networks = load(folder)
    changes = {
        "judge": networks.judge,
        "features": networks.features,
        "perceived_distance": distance,
        "batch_size": 2,
        **changes,
    }
    alone = make_request(root, {}, output=root / "alone", **changes)
    many = make_request(root, {}, output=root / "many", **changes)
    return evaluate(alone), evaluate_with_beam(
        many, functools.partial(load, folder), beam_options
    )


def assert_equal(alone, many, exact):
    """All that is written, but for the time it took."""
    assert list(many) == list(alone)
    rounded = {"scores", "ceiling", "floors", "robustness", "seconds"}
    for name in set(alone) - rounded:
        assert many[name] == alone[name], name
    for part in ("ceiling", "floors"):
        # The distance of photos from themselves is 0, but for rounding.
        assert flat(many[part]) == pytest.approx(
            flat(alone[part]), rel=1e-9, abs=1e-8
        )
    assert list(many["scores"]) == list(alone["scores"])
    for name, score in alone["scores"].items():
        if name in exact:
            assert many["scores"][name] == score
        else:
            value = many["scores"][name].pop("value")
            assert value == pytest.approx(score.pop("value"), rel=1e-9)
            assert many["scores"][name] == score


def flat(values):
    return {
        f"{name}/{inner}": number
        for name, value in values.items()
        for inner, number in (
            value.items() if isinstance(value, dict) else [("", value)]
        )
    }


EXACT = (
    "pixel_accuracy",
    "mean_iou",
    "kid6",
    "precision",
    "recall",
    "density",
    "coverage",
)


def test_all_numbers_are_those_of_one_process(root, folder, tmp_path):
    training = catalog.open_dataset(
        "camvid", make_camvid(tmp_path / "training"), "train"
    )
    metrics = [
        "pixel_accuracy",
        "mean_iou",
        "fid",
        "kid",
        "precision",
        "coverage",
        "psnr",
        "ssim",
        "lpips",
    ]
    perturbed = {"borders": PerturbedPictures(files(root)["reference"], 0.1)}
    changes = {"training": training, "perturbed": perturbed}
    alone, many = run_both(root, folder, metrics=metrics, **changes)
    assert set(many["robustness"]["borders"]["scores"]) == set(many["scores"])
    assert set(many["floors"]) == {"class_mean_colours", "nearest_layout"}
    assert "psnr" in many["floors"]["nearest_layout"]
    assert "psnr" not in many["ceiling"] and "kid6" in many["ceiling"]
    assert_equal(alone, many, EXACT)
    with (
        np.load(root / "alone" / "evaluation.npz") as expected,
        np.load(root / "many" / "evaluation.npz") as found,
    ):
        assert found.files == expected.files
        for name in found.files:
            np.testing.assert_array_equal(found[name], expected[name])
    # Nothing of the pipeline's stays behind.
    names = {path.name for path in (root / "many").iterdir()}
    assert names == {"metrics.json", "evaluation.npz", "cache"}


def test_moments_alone_travel_for_a_frechet_distance(tmp_path, folder):
    # More pictures than features: their covariance is not singular.
    root = make_scenes(tmp_path, count=12)
    alone, many = run_both(
        root, folder, metrics=["fid"], labels=None, judge=None
    )
    assert_equal(alone, many, ())
    with np.load(root / "many" / "evaluation.npz") as arrays:
        assert "features" not in arrays.files


def test_labels_at_the_pictures_size(root, folder):
    protocol = dataclasses.replace(
        PROTOCOL, labels_at="picture", reference_at="picture"
    )
    changes = {"protocol": protocol, "metrics": ["mean_iou", "kid"]}
    alone, many = run_both(root, folder, **changes)
    assert_equal(alone, many, EXACT)


def test_damaged_files_are_told_in_one_message(root, folder):
    for name in ("images/scene1.png", "labels/scene3.png"):
        path = root / name
        path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"scene1.*damaged.*\(And 1 more"):
        request = make_request(root, vars(load(folder)), output=root / "out")
        evaluate_with_beam(request, functools.partial(load, folder))
    assert not (root / "out" / "metrics.json").exists()


def test_networks_that_a_worker_lacks_are_told_in_words(root, folder):
    request = make_request(root, vars(load(folder)), output=root / "out")
    with pytest.raises(ValueError, match="there is no such folder"):
        evaluate_with_beam(request, functools.partial(load, folder / "no"))


@pytest.mark.slow
def test_workers_may_be_processes(root, folder):
    options = "--direct_num_workers=2 --direct_running_mode=multi_processing"
    alone, many = run_both(root, folder, options)
    assert many["confusion"] == alone["confusion"]
    # Other processes optimize their graphs, which this one does not.
    for name, score in alone["scores"].items():
        value = many["scores"][name]["value"]
        assert value == pytest.approx(score["value"], rel=1e-4)
