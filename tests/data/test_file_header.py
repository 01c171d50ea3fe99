"""Sizes are read from headers, and refused before anything is unpacked."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.data import makers
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import read_header


@pytest.mark.parametrize(
    "array, depth, colour_type",
    [
        (np.zeros((5, 7), "uint8"), 8, 0),
        (np.zeros((5, 7), "uint16"), 16, 0),
        (np.zeros((5, 7), bool), 1, 0),
        (np.zeros((5, 7, 3), "uint8"), 8, 2),
        (np.zeros((5, 7, 4), "uint8"), 8, 6),
    ],
)
def test_png_headers_say_size_depth_and_colour_type(array, depth, colour_type):
    header = read_header(makers.png(array), "file")
    assert header[:5] == ("PNG", 7, 5, depth, colour_type)


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_headers_say_the_size(options, mode):
    file = io.BytesIO()
    picture = Image.fromarray(makers.photo()).convert(mode)
    exif = Image.Exif()
    exif[0x010E] = "a long description " * 500
    picture.save(file, "JPEG", exif=exif, **options)
    header = read_header(file.getvalue(), "file")
    assert (header.format, header.width, header.height) == (
        "JPEG",
        makers.W,
        makers.H,
    )


def test_a_decompression_bomb_is_refused_by_its_header(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(makers.png_header(30000, 30000))
    with pytest.raises(DataError, match=r"bomb.png: would unpack to 30000"):
        read_header(path)
    assert read_header(path, max_pixels=10**9).width == 30000


def test_the_limit_is_4096_squared():
    assert read_header(makers.png_header(4096, 4096), "file").width == 4096
    with pytest.raises(DataError, match="limit is 16777216"):
        read_header(makers.png_header(4097, 4096), "file")


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "empty file"),
        (b"GIF89a" + b"\0" * 40, "neither a PNG nor a JPEG"),
        (makers.png_header(5, 5)[:20], "ends too soon"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG that ends too soon"),
        (makers.png_header(0, 5), "no pixels"),
    ],
    ids=["empty", "gif", "short png", "short jpeg", "no pixels"],
)
def test_what_is_no_picture_is_refused_in_words(data, words):
    with pytest.raises(DataError, match=words):
        read_header(data, "file")
