"""Ceiling and floors, on hand-made data and on CamVid's statistics."""

import csv

import numpy as np
import pytest
from PIL import Image

from tests.shared import shared_path
from tf_semsynth.data import catalog
from tf_semsynth.evaluation.baselines import (
    find_nearest,
    make_ceiling,
    make_floors,
    read_training,
)
from tf_semsynth.evaluation.pictures import FilePictures

W, H = 64, 48


def save(folder, name, array):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array.astype("uint8")).save(folder / f"{name}.png")
    return folder / f"{name}.png"


@pytest.fixture
def camvid(tmp_path):
    """Two training pictures: sky over building, and road over building."""
    for name, upper, colour in (("a", 0, 40), ("b", 3, 200)):
        label = np.ones((H, W))
        label[: H // 2] = upper
        photo = np.full((H, W, 3), colour)
        photo[: H // 2, :, 0] = 100 + upper
        save(tmp_path / "train", name, photo)
        save(tmp_path / "trainannot", name, label)
    return tmp_path


def open_train(folder):
    return catalog.open_dataset("camvid", folder, "train")


def test_mean_colours_are_those_of_the_classes(camvid):
    found = read_training(open_train(camvid), (64, 48), camvid / "c", False)
    colours = found["colours"]
    assert colours.shape == (12, 3)
    np.testing.assert_array_equal(colours[0], [100, 40, 40])
    np.testing.assert_array_equal(colours[1], [120, 120, 120])
    np.testing.assert_array_equal(colours[3], [103, 200, 200])
    np.testing.assert_array_equal(colours[5], [128, 128, 128])  # Nowhere.


def test_the_training_split_is_read_once(camvid):
    reader = open_train(camvid)
    first = read_training(reader, (64, 48), camvid / "c", False)
    reader.read = None  # Would fail.
    again = read_training(reader, (64, 48), camvid / "c", False)
    np.testing.assert_array_equal(first["layouts"], again["layouts"])
    kept = next((camvid / "c").iterdir())
    kept.write_bytes(b"damaged")
    again = read_training(open_train(camvid), (64, 48), camvid / "c", False)
    np.testing.assert_array_equal(first["colours"], again["colours"])


def test_floors_paint_and_look_up(camvid):
    label = np.ones((H, W))
    label[:20] = 3
    path = save(camvid / "testannot", "x", label)
    reader = open_train(camvid)
    labels = FilePictures({"x": path}, (W, H))
    floors = make_floors(reader, labels, (W, H), camvid / "c", show=False)
    painted = floors["class_mean_colours"].read("x")
    np.testing.assert_array_equal(painted[0, 0], [103, 200, 200])
    np.testing.assert_array_equal(painted[-1, 0], [120, 120, 120])
    photo = np.asarray(Image.open(camvid / "train" / "b.png"))
    nearest = floors["nearest_layout"]
    np.testing.assert_array_equal(nearest.read("x"), photo)
    assert nearest.size == (W, H)
    assert nearest.read("x", (8, 6)).shape == (6, 8, 3)


def test_void_is_never_equal():
    layouts = np.array([[[7, 7, 7, 1]], [[0, 2, 2, 2]]])
    layout = np.array([[7, 7, 7, 2]])
    assert find_nearest(layout, layouts) == 0
    assert find_nearest(layout, layouts, unknown_id=7) == 1
    assert find_nearest(np.array([[5, 5, 5, 5]]), layouts) == 0  # A tie.


def test_scenes_without_files_have_floors_too(tmp_path):
    reader = catalog.open_dataset(
        "scenes", split="train", image_height=32, image_width=40
    )
    reader.examples = reader.examples[:5]
    record = reader.read(3)
    path = save(tmp_path, "x", record.class_ids)
    labels = FilePictures({"x": path}, (40, 32))
    floors = make_floors(reader, labels, (40, 32), tmp_path / "c", show=False)
    assert floors["class_mean_colours"].read("x").shape == (32, 40, 3)
    np.testing.assert_array_equal(
        floors["nearest_layout"].read("x"), record.image
    )


def test_the_ceiling_is_the_photo_at_the_pictures_size(camvid):
    photos = FilePictures({"a": camvid / "train" / "a.png"}, (W, H))
    assert make_ceiling(photos, (W, H)) is photos
    small = make_ceiling(photos, (16, 12))
    expected = Image.open(photos.paths["a"]).resize((16, 12), Image.BICUBIC)
    np.testing.assert_array_equal(small.read("a"), np.asarray(expected))


@pytest.mark.slow
def test_mean_colours_of_camvid_are_the_published_statistics(tmp_path):
    folder = shared_path("data", "camvid")
    found = read_training(open_train(folder), (64, 48), tmp_path, False)
    with open(folder / "class_statistics.csv", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["split"] == "train"]
    for row in rows:
        expected = [float(row[f"mean_{c}"]) for c in "rgb"]
        colour = found["colours"][int(row["png_value"])]
        np.testing.assert_allclose(colour, expected, atol=0.51)
