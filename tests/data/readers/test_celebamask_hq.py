"""CelebAMask-HQ: photos may be larger than their labels."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError


def _folder(tmp_path, height, width):
    photo = makers.photo(0, height, width)
    makers.save(tmp_path / "images" / "0.jpg", photo)
    makers.save(tmp_path / "labels" / "0.png", makers.label())
    return tmp_path


def test_a_photo_twice_as_large_is_right(tmp_path):
    folder = _folder(tmp_path, 2 * makers.H, 2 * makers.W)
    reader = open_dataset("celebamask_hq", folder)
    record = reader.read(0)
    assert record.image.shape[:2] == (2 * makers.H, 2 * makers.W)
    assert record.class_ids.shape == (makers.H, makers.W)
    assert reader.read_sizes(0)["photo"] == (2 * makers.W, 2 * makers.H)


def test_another_ratio_is_not(tmp_path):
    folder = _folder(tmp_path, makers.H, makers.H)
    with pytest.raises(DataError, match="its photo 20 x 20"):
        open_dataset("celebamask_hq", folder).read(0)
