"""Requests put together from options and folders."""

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.networks import make_scenes, save_features, save_judge
from tests.evaluation.test_synthesis import build
from tests.workdirs import make_workdir
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.evaluation.assembly import (
    request_for_pictures,
    request_for_workdir,
)
from tf_semsynth.evaluation.options import EvaluationOptions


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    root = tmp_path_factory.mktemp("networks")
    return {
        "judge": str(save_judge(root / "judge", size=(32, 16))),
        "features": str(save_features(root / "features")),
    }


def make_camvid(root):
    """A CamVid of 4 scenes of 128 x 64, the same in all splits."""
    make_scenes(root, size=(128, 64))
    for part in ("train", "val", "test"):
        for name, source in (("", "photos"), ("annot", "labels")):
            folder = root / "camvid" / f"{part}{name}"
            folder.mkdir(parents=True)
            for path in (root / source).iterdir():
                (folder / path.name).write_bytes(path.read_bytes())
    return root / "camvid"


def make_trained(root, data_dir, **fields):
    """A work directory of CC-FPSE, as if trained on CamVid."""
    system = build("cc_fpse", 12, image_width=128, image_height=64, **fields)
    path = make_workdir(root / "workdir", system)
    config = WorkDir(path).read_config()
    config["data"] = {"dataset": "camvid", "data_dir": str(data_dir)}
    WorkDir(path).create(config)
    return path


def test_a_trained_system_makes_its_pictures(networks, tmp_path):
    path = make_trained(tmp_path, make_camvid(tmp_path), use_encoder=True)
    options = EvaluationOptions(**networks)
    request = request_for_workdir(options, path)
    assert request.protocol.name == "camvid_judges"
    assert request.output.endswith("evaluation/camvid_judges")
    assert list(request.images) == [f"scene{k}" for k in range(4)]
    images = {
        key: np.asarray(Image.open(file))
        for key, file in request.images.items()
    }
    assert images["scene0"].shape == (64, 128, 3)
    assert request.labels["scene1"].parent.name == "testannot"
    assert request.reference["scene1"].parent.name == "test"
    assert request.training.split == "train"
    assert len(request.samples) == 4 and len(request.samples["scene0"]) == 6
    # Another seed, other pictures; another folder, other files.
    other = EvaluationOptions(seed=1, **networks)
    request = request_for_workdir(other, path, tmp_path / "other")
    image = np.asarray(Image.open(request.images["scene0"]))
    assert (image != images["scene0"]).any()


def test_a_protocol_of_another_split_and_data_set(networks, tmp_path):
    data_dir = make_camvid(tmp_path)
    path = make_trained(tmp_path, data_dir, use_encoder=False)
    options = EvaluationOptions(
        protocol="camvid_judges_validation", metrics="kid", **networks
    )
    request = request_for_workdir(options, path)
    assert request.labels["scene1"].parent.name == "valannot"
    assert request.metrics == ["kid"] and request.judge is None
    assert request.samples is None  # It draws no noise.
    options = EvaluationOptions(protocol="ade20k_spade", **networks)
    with pytest.raises(ValueError, match="for the data set ade20k.*camvid"):
        request_for_workdir(options, path)
    with pytest.raises(ValueError, match="local folder with --output"):
        request_for_workdir(
            EvaluationOptions(**networks), path, "gs://bucket/out"
        )


def test_what_the_folders_lack_comes_from_the_data_set(networks, tmp_path):
    data_dir = make_camvid(tmp_path)
    options = EvaluationOptions(
        protocol="camvid_judges", data_dir=str(data_dir), **networks
    )
    images, out = tmp_path / "images", tmp_path / "out"
    request = request_for_pictures(options, images, out)
    assert request.labels["scene0"].parent.name == "testannot"
    assert request.own_photos == request.reference
    labels, photos = tmp_path / "labels", tmp_path / "photos"
    request = request_for_pictures(options, images, out, labels, photos)
    assert request.labels["scene0"].parent == labels
    assert request.reference["scene0"].parent == photos
    assert request.own_photos is None and request.training is not None


def test_networks_that_are_not_named_are_said(networks, tmp_path):
    make_camvid(tmp_path)
    options = EvaluationOptions(
        protocol="camvid_judges", features=networks["features"]
    )
    request = request_for_pictures(
        options, tmp_path / "images", tmp_path / "out"
    )
    assert request.judge is None and request.metrics == ["fid", "kid"]
    assert "pixel_accuracy, mean_iou" in request.warnings[0]


def test_what_an_older_training_passed_over_is_said(networks, tmp_path):
    path = make_trained(tmp_path, make_camvid(tmp_path), use_encoder=False)
    config = WorkDir(path).read_config()
    config["data"]["unknown_id"] = 0
    WorkDir(path).create(config)
    request = request_for_workdir(EvaluationOptions(**networks), path)
    assert any("--unknown_id=0" in words for words in request.warnings)
    assert request.training.classes.unknown_id == 11


def test_painted_scenes_have_no_folder(networks, tmp_path):
    path = make_trained(tmp_path, "/gone", use_encoder=False)
    config = WorkDir(path).read_config()
    config["data"] = {}
    WorkDir(path).create(config)
    options = EvaluationOptions(data_dir=str(tmp_path), **networks)
    with pytest.raises(ValueError, match="--data_dir=.* is not read.*scenes"):
        request_for_workdir(options, path)


def test_pictures_in_one_folder_are_those_of_labels_in_folders(
    networks, tmp_path
):
    make_scenes(tmp_path, size=(128, 64))
    for kind in ("labels", "photos"):
        city = tmp_path / "nested" / kind / "ulm"
        city.mkdir(parents=True)
        for path in (tmp_path / kind).iterdir():
            path.rename(city / path.name)
    options = EvaluationOptions(protocol="camvid_judges", **networks)
    request = request_for_pictures(
        options,
        tmp_path / "images",
        tmp_path / "out",
        tmp_path / "nested" / "labels",
        tmp_path / "nested" / "photos",
    )
    assert request.images.keys() == request.labels.keys()
    assert request.labels["scene0"].parent.name == "ulm"
