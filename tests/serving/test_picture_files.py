"""Pictures are written whole, in the format that their name says."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from tf_semsynth_serving.errors import ServingError
from tf_semsynth_serving.picture_files import encode_picture, write_whole


@pytest.fixture
def pixels():
    rng = np.random.default_rng(0)
    coarse = rng.integers(256, size=(4, 6, 3), dtype="uint8")
    return coarse.repeat(8, axis=0).repeat(8, axis=1)


@pytest.fixture
def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_png_stays_as_it_is(png):
    assert encode_picture(png, "png", 50) is png


def test_a_jpeg_is_close_and_has_full_colour(png, pixels):
    picture = Image.open(io.BytesIO(encode_picture(png, "jpg", 95)))
    assert picture.format == "JPEG"
    difference = np.asarray(picture).astype(int) - pixels
    assert np.abs(difference).mean() < 2
    assert {(h, v) for _, h, v, _ in picture.layer} == {(1, 1)}


@pytest.mark.parametrize("format", ["png", "jpg"])
def test_a_damaged_picture_is_refused(png, format):
    with pytest.raises(ServingError, match="is damaged"):
        encode_picture(png[:-40], format, 95)


def test_folders_are_made_and_files_replaced(tmp_path):
    path = tmp_path / "new" / "picture.png"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["picture.png"]


def test_nothing_is_left_of_a_write_that_fails(tmp_path, monkeypatch):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["picture.png"]
