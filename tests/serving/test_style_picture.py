"""Style pictures are sent as they are, where that is how they are seen."""

import io

import numpy as np
import pytest
from PIL import Image

from tf_semsynth_serving.errors import InvalidRequest
from tf_semsynth_serving.style_picture import read_style


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(256, size=(6, 8, 3), dtype="uint8"))


def encode(picture, format, **options):
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_bytes_of_a_file_are_sent(picture, format, mode, tmp_path):
    data = encode(picture.convert(mode), format)
    path = tmp_path / "style"
    path.write_bytes(data)
    assert read_style(data) == read_style(path) == read_style(str(path)) == data


def test_a_picture_is_sent_as_a_png(picture):
    sent = Image.open(io.BytesIO(read_style(picture.convert("RGBA"))))
    np.testing.assert_array_equal(np.asarray(sent), np.asarray(picture))


def test_an_opaque_alpha_channel_is_no_matter(picture):
    data = encode(picture.convert("RGBA"), "PNG")
    assert read_style(data) == data


def test_what_is_seen_otherwise_is_refused_in_words(picture):
    exif = Image.Exif()
    exif[0x0112] = 8
    clear = picture.convert("RGBA")
    clear.putpixel((2, 1), (1, 2, 3, 254))
    colour = picture.getpixel((3, 3))
    large = Image.new("1", (4097, 4096))
    deep = Image.fromarray(np.zeros((4, 4), "uint16"))
    frames = {"save_all": True, "append_images": [picture.rotate(180)]}
    cases = [
        ("EXIF orientation 8", encode(picture, "JPEG", exif=exif)),
        ("EXIF orientation 8", encode(picture, "PNG", exif=exif)),
        (
            "EXIF orientation",
            Image.open(io.BytesIO(encode(picture, "JPEG", exif=exif))),
        ),
        ("partly transparent", encode(clear, "PNG")),
        ("partly transparent", clear),
        ("partly transparent", encode(picture, "PNG", transparency=colour)),
        ("CMYK", encode(picture.convert("CMYK"), "JPEG")),
        ("CMYK", picture.convert("CMYK")),
        ("16 bits", encode(deep, "PNG")),
        ("at most 4096 x 4096", encode(large, "PNG")),
        ("animation of 2 pictures", encode(picture, "PNG", **frames)),
        ("no PNG and no JPEG", encode(picture, "GIF")),
    ]
    for words, style in cases:
        with pytest.raises(InvalidRequest, match=words):
            read_style(style)
