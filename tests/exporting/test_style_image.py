"""Reference pictures from PNG and JPEG bytes."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.exporting.pngs import make_png
from tf_semsynth.exporting.style_image import decode_style_images

H, W = 16, 24


@tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
def decode(files):
    return decode_style_images(files, H, W)


def encode(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(9, 11, 3), dtype="uint8")
    return Image.fromarray(pixels).resize((45, 40))


def as_pillow_reads(file):
    picture = Image.open(io.BytesIO(file)).convert("RGB")
    return np.asarray(picture.resize((W, H), Image.Resampling.BICUBIC))


def test_png_and_jpeg_in_one_request_equal_pillow(picture):
    png, jpeg = encode(picture, "PNG"), encode(picture, "JPEG", quality=90)
    result = decode(tf.constant([png, jpeg]))
    np.testing.assert_array_equal(result[0], as_pillow_reads(png))
    difference = result[1].numpy().astype(int) - as_pillow_reads(jpeg)
    assert abs(difference).max() <= 1  # Two builds of libjpeg.


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_other_png_modes_become_rgb(picture, mode):
    file = encode(picture.convert(mode), "PNG")
    result = decode(tf.constant([file]))
    np.testing.assert_array_equal(result[0], as_pillow_reads(file))


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_turned_picture_is_refused(picture, kind, order):
    exif = Image.Exif()
    exif.endian = {"little": "<", "big": ">"}[order]
    exif[0x010E] = "a description"
    for orientation in range(1, 9):
        exif[0x0112] = orientation
        file = encode(picture, kind, exif=exif)
        if orientation == 1:
            decode(tf.constant([file]))
        else:
            assert "has an EXIF orientation" in refusal_of(file)


def test_pictures_that_are_seen_otherwise_are_refused(picture):
    clear = picture.convert("RGBA")
    clear.putpixel((2, 1), (1, 2, 3, 254))
    colour = picture.getpixel((3, 3))
    deep = Image.fromarray(np.zeros((4, 4), "uint16"))
    cases = [
        ("is partly transparent", encode(clear, "PNG")),
        ("is partly transparent", encode(picture, "PNG", transparency=colour)),
        ("holds the four inks", encode(picture.convert("CMYK"), "JPEG")),
        ("has 16 bits", encode(deep, "PNG")),
    ]
    for words, file in cases:
        assert f"style_image row 0 {words}" in refusal_of(file)


def refusal_of(file):
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        decode(tf.constant([file]))
    return caught.value.message


@pytest.mark.parametrize("file", [b"", b"GIF89a" + bytes(50), b"\xff\xd8"])
def test_other_files_are_refused(file):
    message = refusal_of(file)
    assert "style_image row 0 is neither PNG nor JPEG" in message


def test_a_gigantic_png_is_refused_by_its_header():
    file = make_png(np.zeros((2, 2)), size=(30000, 30000))
    assert "its header says 30000 x 30000" in refusal_of(file)


def test_a_gigantic_jpeg_is_refused_by_its_header():
    file = encode(Image.new("L", (5000, 4000)), "JPEG")
    assert "its header says 4000 x 5000" in refusal_of(file)


def test_a_truncated_jpeg_is_refused(picture):
    file = encode(picture, "JPEG")
    assert "Invalid JPEG data" in refusal_of(file[: len(file) // 2])
