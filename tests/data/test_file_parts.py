"""PNG and JPEG files are walked through part by part."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.data import makers
from tf_semsynth.data import file_parts

ROWS = (b"\0" + bytes(5)) * 3


def _decode(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def test_the_chunks_of_a_png_come_in_order_with_their_bodies():
    mark = makers.chunk(b"gAMA", b"abcd")
    data = makers.png_by_hand(
        5, 3, 8, 0, ROWS, mark, makers.chunk(b"tIME", b"")
    )
    file = io.BytesIO(data + b"what comes after the end")
    found = {}
    for kind, length in file_parts.walk_png(file):
        found[kind] = file.read(length)
    assert list(found) == [b"IHDR", b"gAMA", b"IDAT", b"tIME", b"IEND"]
    assert found[b"gAMA"] == b"abcd" and found[b"tIME"] == b""


def test_the_segments_of_a_jpeg_end_with_its_first_scan():
    file = io.BytesIO()
    picture = Image.fromarray(makers.photo())
    picture.save(file, "JPEG", comment=b"hello", progressive=True)
    # Fill bytes may stand before a marker.
    data = file.getvalue().replace(b"\xff\xfe", b"\xff\xff\xff\xfe", 1)
    file, bodies = io.BytesIO(data), {}
    for code, length in file_parts.walk_jpeg(file):
        bodies[code] = file.read(length)
    assert bodies[0xFE] == b"hello"
    assert list(bodies)[-1] == file_parts.START_OF_SCAN


@pytest.mark.parametrize("length", range(2, 60))
def test_files_that_end_too_soon_end_the_walk(length):
    png = makers.png(makers.photo())[:length]
    assert len(list(file_parts.walk_png(io.BytesIO(png)))) <= 2
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60)
    assert len(list(file_parts.walk_jpeg(io.BytesIO(jpeg[:length])))) <= 1


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind, form", [(1, "B"), (3, "H"), (4, "I")])
def test_orientations_are_read_in_every_form(order, kind, form):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    other = struct.pack(order + "HHII", 0x010F, 2, 4, 0)
    value = struct.pack(order + form, 6).ljust(4, b"\0")
    entry = struct.pack(order + "HHI", 0x0112, kind, 1) + value
    place = struct.pack(order + "IH", 8, 2)
    assert file_parts.read_orientation(mark + place + other + entry) == 6
    assert file_parts.read_orientation(mark + place + other) == 1


def test_a_photo_without_words_has_the_same_pixels():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    words = PngImagePlugin.PngInfo()
    words.add_itxt("prompt", "a street", zip=True)
    exif = Image.Exif()
    exif[0x010E] = "a description"
    both = {"icc_profile": profile.tobytes(), "exif": exif}
    picture = Image.fromarray(makers.photo())
    for format, options in (
        ("PNG", {"pnginfo": words, **both}),
        ("JPEG", {"comment": b"hello", **both}),
    ):
        file = io.BytesIO()
        picture.save(file, format, **options)
        short = file_parts.without_words(file.getvalue())
        assert not Image.open(io.BytesIO(short)).info.keys() & {
            "icc_profile",
            "exif",
            "comment",
            "prompt",
        }
        np.testing.assert_array_equal(_decode(short), _decode(file.getvalue()))


def test_transparency_is_no_word():
    data = makers.png(makers.photo(), transparency=(1, 2, 3))
    assert b"tRNS" in file_parts.without_words(data)
