"""Whole evaluations of tiny pictures with tiny networks."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.networks import make_scenes, save_features, save_judge
from tests.evaluation.test_judging import judge_slowly
from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.feature_networks import load_features
from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.pictures import FilePictures
from tf_semsynth.evaluation.protocols import PROTOCOLS
from tf_semsynth.evaluation.request import Request
from tf_semsynth.evaluation.runner import evaluate

CAMVID = PROTOCOLS["camvid_judges"]


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    root = tmp_path_factory.mktemp("networks")
    judge = load_judge(str(save_judge(root / "judge")))
    features = load_features(str(save_features(root / "features")), CAMVID)
    return {"judge": judge, "features": features}


@pytest.fixture
def root(tmp_path):
    return make_scenes(tmp_path)


def files(root):
    return {
        "images": picture_files.find_files(root / "images", "--images"),
        "labels": picture_files.find_files(root / "labels", "--labels"),
        "reference": picture_files.find_files(root / "photos", "--reference"),
    }


def make_request(root, networks, **changes):
    fields = {
        **files(root),
        **networks,
        "output": root / "out",
        "protocol": CAMVID,
        "metrics": ["pixel_accuracy", "mean_iou", "fid", "kid"],
        "batch_size": 3,
        "show": False,
        **changes,
    }
    return Request(**fields)


def test_scores_are_those_of_loops(root, networks):
    found = evaluate(make_request(root, networks))
    pictures, labels = (FilePictures(files(root)[n]) for n in
                        ("images", "labels"))  # fmt: skip
    counts = judge_slowly(pictures, labels, (32, 24))
    hits = np.diag(counts)
    iou = hits / (counts.sum(1) + counts[:, :3].sum(0) - hits)
    scores = {name: s["value"] for name, s in found["scores"].items()}
    assert scores["pixel_accuracy"] == hits.sum() / counts.sum()
    assert scores["mean_iou"] == pytest.approx(iou.mean(), rel=1e-12)
    assert found["confusion"] == counts.tolist()
    assert found["confusion_columns"] == ["red", "green", "blue", "other"]
    assert [c["iou"] for c in found["per_class"]] == pytest.approx(iou.tolist())
    assert [c["pixels"] for c in found["per_class"]] == counts.sum(1).tolist()
    assert {"frechet6", "kid6"} < set(scores)
    # The photos show what their labels say; the pictures do not.
    assert found["ceiling"]["mean_iou"] > scores["mean_iou"] + 0.02
    assert found["ceiling"]["frechet6"] == pytest.approx(0, abs=1e-6)


def test_results_are_complete_and_on_disk(root, networks):
    found = evaluate(make_request(root, networks, seed=5))
    on_disk = json.loads((root / "out" / "metrics.json").read_text())
    assert on_disk == json.loads(json.dumps(found))
    assert found["schema"] == 1
    assert found["protocol"]["name"] == "camvid_judges"
    assert found["protocol"]["hash"] == CAMVID.hash
    assert found["num_images"] == found["num_reference"] == 4
    assert found["image_size"] == found["label_size"] == [32, 24]
    assert found["label_table"] == [0, 1, 2, 3]
    assert found["networks"]["judge"]["name"] == "colours"
    assert found["networks"]["features"]["official"] is False
    picture = found["pictures"][0]
    assert picture["key"] == "scene0"
    assert picture["image"] == str(root / "images" / "scene0.png")
    assert 0 < picture["mean_iou"] < 1
    with np.load(root / "out" / "evaluation.npz") as arrays:
        np.testing.assert_array_equal(
            arrays["confusions"].sum(0), found["confusion"]
        )
        assert arrays["features"].shape == (4, 6)
        assert arrays["kernel_scale"] == 0.5


def test_a_second_run_gives_the_same(root, networks):
    first = evaluate(make_request(root, networks))
    again = evaluate(make_request(root, networks, batch_size=1))
    for name in ("scores", "ceiling", "pictures", "confusion"):
        assert first[name] == again[name]


def test_a_damaged_cache_is_told_and_mended(root, networks):
    first = evaluate(make_request(root, networks))
    shard = next((root / "out" / "cache").glob("judge_*/shard_*.npz"))
    shard.write_bytes(shard.read_bytes()[:50])
    again = evaluate(make_request(root, networks))
    assert again["scores"] == first["scores"]
    assert any(shard.name in w for w in again["warnings"])


def test_floors_are_made_of_the_training_split(root, networks, tmp_path):
    from tf_semsynth.data import catalog

    data = tmp_path / "camvid"
    for name in ("train", "trainannot"):
        (data / name).mkdir(parents=True)
    for index in range(2):
        key = f"scene{index}"
        photo = root / "photos" / f"{key}.png"
        label = root / "labels" / f"{key}.png"
        (data / "train" / f"t{key}.png").write_bytes(photo.read_bytes())
        (data / "trainannot" / f"t{key}.png").write_bytes(label.read_bytes())
    reader = catalog.open_dataset("camvid", data, "train")
    found = evaluate(make_request(root, networks, training=reader))
    floors = found["floors"]
    assert list(floors) == ["class_mean_colours", "nearest_layout"]
    # Flat colours are all that the judge looks for.
    assert floors["class_mean_colours"]["pixel_accuracy"] > 0.9
    assert set(floors["nearest_layout"]) == set(found["scores"])
    assert not any("no floors" in w for w in found["warnings"])


def test_without_a_judge_no_labels_are_needed(root, networks):
    found = evaluate(
        make_request(root, networks, metrics=["kid"], labels=None, judge=None)
    )
    assert list(found["scores"]) == ["kid6"]
    assert found["per_class"] == [] and "judge" not in found["networks"]
    assert found["pictures"][0]["label"] is None


def test_without_features_no_reference_is_needed(root, networks):
    found = evaluate(
        make_request(
            root,
            networks,
            metrics=["mean_iou"],
            reference=None,
            features=None,
        )
    )
    assert list(found["scores"]) == ["mean_iou"]
    assert found["ceiling"] == {} and found["num_reference"] == 0
    assert any("no ceiling" in w for w in found["warnings"])


def test_closeness_to_the_photo(root, networks):
    for name in ("images", "photos"):
        for path in (root / name).iterdir():
            pixels = 90 if name == "images" else 100
            Image.new("RGB", (32, 24), (pixels,) * 3).save(path)

    def distance(x, y):
        return np.abs(x.astype(float) - y).mean((1, 2, 3))

    found = evaluate(
        make_request(
            root,
            networks,
            metrics=["psnr", "ms_ssim", "lpips"],
            perceived_distance=distance,
        )
    )
    scores = {name: s["value"] for name, s in found["scores"].items()}
    # A difference of 10 everywhere; too small for five scales.
    assert scores == pytest.approx(
        {"psnr": 20 * np.log10(255 / 10), "lpips": 10}
    )


def test_labels_of_other_sizes_are_brought_to_the_pictures(root, networks):
    protocol = dataclasses.replace(
        CAMVID, labels_at="picture", keeps_ratio=False, reference_at="picture"
    )
    metrics = ["pixel_accuracy", "kid"]
    first = evaluate(
        make_request(root, networks, protocol=protocol, metrics=metrics)
    )
    path = root / "labels" / "scene1.png"
    Image.open(path).resize((96, 72), Image.NEAREST).save(path)
    path = root / "photos" / "scene2.png"
    Image.open(path).resize((64, 48), Image.NEAREST).save(path)
    again = evaluate(
        make_request(root, networks, protocol=protocol, metrics=metrics)
    )
    accuracy = first["scores"]["pixel_accuracy"]
    assert again["scores"]["pixel_accuracy"] == accuracy
    assert again["label_size"] is None
    with pytest.raises(ValueError, match="label files differ in size"):
        evaluate(make_request(root, networks))


def test_what_readers_must_know_is_said(root, networks):
    found = evaluate(make_request(root, networks, warnings=["Left out."]))
    text = "\n".join(found["warnings"])
    for words in (
        "Left out.",
        "frechet6 is too large with 6 pictures or fewer",
        "The protocol's features are squeezenet11's; these are means's",
        "judge espnet_camvid; judged here by colours",
        "Only 4 pictures",
        "split has 117 pictures, these are 4",
        "There are no floors",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": None}, "--labels"),
        ({"reference": None}, "--reference"),
        ({"metrics": ["psnr"], "reference": {}}, "its layout's own photo"),
        ({"metrics": ["lpips_diversity"]}, "--workdir"),
    ],
)
def test_what_is_missing_is_named(root, networks, change, words):
    if change.get("reference") == {}:
        change = {**change, "reference": {"x": root / "photos" / "scene0.png"}}
    with pytest.raises(ValueError, match=words):
        evaluate(make_request(root, networks, **change))
    assert not (root / "out" / "metrics.json").exists()


def test_one_picture_has_no_distance(root, networks):
    for index in (1, 2, 3):
        (root / "images" / f"scene{index}.png").unlink()
        (root / "labels" / f"scene{index}.png").unlink()
    with pytest.raises(ValueError, match="--images holds 1 file"):
        evaluate(make_request(root, networks))
