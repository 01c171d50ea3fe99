"""A reader gives photos, class ids and instances of one size."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError


def test_records_hold_what_the_files_hold(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path, instances=True))
    record = reader.read(2)
    np.testing.assert_array_equal(record.image, makers.photo(2))
    np.testing.assert_array_equal(record.class_ids, makers.label(2))
    assert record.class_ids.dtype == np.int32
    assert record.instance_ids.max() > 255
    assert reader.has_instances
    assert reader.names == [f"p{i}" for i in range(6)]


def test_sizes_are_read_from_headers(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path))
    expected = (makers.W, makers.H)
    assert reader.read_sizes(0) == {"photo": expected, "label": expected}


def test_a_size_mismatch_is_found_by_headers_and_by_reading(tmp_path):
    folder = makers.folder(tmp_path)
    makers.save(tmp_path / "labels" / "p1.png", makers.label()[:, :-1])
    reader = open_dataset("folder", folder)
    for read in (reader.read, reader.read_sizes):
        with pytest.raises(DataError, match="p1.png: the label has 29 x 20"):
            read(1)


def test_the_photo_comes_as_its_own_file(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path))
    original = (tmp_path / "images" / "p3.png").read_bytes()
    assert reader.read_photo_bytes(3) == original


def test_faults_of_the_listing_stop_who_asks(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "labels" / "p4.png").unlink()
    reader = open_dataset("folder", folder)
    with pytest.raises(ValueError, match="p4.png: is a photo without a label"):
        reader.require_sound()
