"""Pairing of a request's files."""

import dataclasses

import pytest
from PIL import Image

from tests.evaluation.networks import make_scenes
from tf_semsynth.evaluation.found_files import FoundFiles
from tf_semsynth.evaluation.picture_files import find_files
from tf_semsynth.evaluation.pictures import ReducedPictures
from tf_semsynth.evaluation.protocols import PROTOCOLS
from tf_semsynth.evaluation.request import Request

CAMVID = PROTOCOLS["camvid_judges"]
AT_PICTURE = dataclasses.replace(
    CAMVID, labels_at="picture", reference_at="picture", keeps_ratio=False
)


@pytest.fixture
def root(tmp_path):
    return make_scenes(tmp_path)


def find(root, **changes):
    fields = {
        "images": find_files(root / "images", "--images"),
        "labels": find_files(root / "labels", "--labels"),
        "reference": find_files(root / "photos", "--reference"),
        "output": root / "out",
        "protocol": CAMVID,
        "metrics": ["mean_iou", "kid"],
        **changes,
    }
    return FoundFiles(Request(**fields))


def test_sizes_are_told_where_they_are_common(root):
    found = find(root)
    assert found.pictures.size == found.label_size == (32, 24)
    assert found.own.keys == found.pictures.keys
    path = root / "labels" / "scene0.png"
    Image.open(path).resize((16, 12)).save(path)
    assert find(root, protocol=AT_PICTURE).label_size is None
    with pytest.raises(ValueError, match="label files differ"):
        find(root)


def test_the_reference_goes_to_the_network_as_the_protocol_says(root):
    for path in (root / "photos").iterdir():
        Image.open(path).resize((64, 48)).save(path)
    found = find(root)
    assert found.reference_pictures() is found.photos
    found = find(root, protocol=AT_PICTURE)
    assert isinstance(found.reference_pictures(), ReducedPictures)
    assert found.reference_pictures().size == (32, 24)


def test_grey_photos_are_fine_where_photos_are_resized_anyway(root):
    path = root / "photos" / "scene0.png"
    Image.open(path).convert("L").save(path)
    assert find(root, protocol=AT_PICTURE).photos.read("scene0").shape[2] == 3
    with pytest.raises(ValueError, match="scene0.png .L.*without alpha"):
        find(root)


def test_photos_of_other_scenes_are_a_reference_but_no_partners(root):
    path = root / "photos" / "scene0.png"
    path.rename(root / "photos" / "other.png")
    found = find(root)
    assert found.own is None and "other" in found.photos.keys
    with pytest.raises(ValueError, match="its layout's own photo"):
        find(root, metrics=["psnr"])
    photos = {key: root / "photos" / "scene1.png" for key in
              found.pictures.keys}  # fmt: skip
    assert find(root, metrics=["psnr"], own_photos=photos).own is not None


def test_orphans_are_refused(root):
    (root / "labels" / "scene0.png").unlink()
    with pytest.raises(ValueError, match="no label .--labels.: scene0"):
        find(root)
