"""Files are decoded to what they hold, or refused."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from tests.data import makers
from tf_semsynth.data.decoding import decode_photo, decode_values
from tf_semsynth.data.faults import DataError


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_are_values_and_not_grey_levels(bits):
    values = makers.label(0, 2**bits)
    data = _grey_png(values, bits)
    decoded, palette = decode_values(data, "file")
    np.testing.assert_array_equal(decoded, values)
    assert palette is None


def test_16_bits_keep_all_their_values():
    values = np.array([[0, 300], [40000, 65535]], "uint16")
    np.testing.assert_array_equal(
        decode_values(makers.png(values), "file")[0], values
    )


def test_a_palette_png_gives_indices_and_colours():
    values = makers.label(0, 4)
    colours = [(90, 0, 0), (0, 119, 0), (70, 70, 70), (9, 108, 8)]
    decoded, palette = decode_values(makers.palette_png(values, colours), "f")
    np.testing.assert_array_equal(decoded, values)
    assert palette[:4].tolist() == [list(c) for c in colours]


def test_an_opaque_alpha_channel_is_no_matter_and_another_is_refused():
    values = np.full((4, 4, 4), 255, "uint8")
    assert decode_values(makers.png(values), "file")[0].shape == (4, 4, 3)
    values[0, 0, 3] = 254
    with pytest.raises(DataError, match="transparent"):
        decode_values(makers.png(values), "file")


def test_labels_in_a_jpeg_are_refused():
    file = io.BytesIO()
    Image.fromarray(makers.label()).save(file, "JPEG")
    with pytest.raises(DataError, match="JPEG, which changes label values"):
        decode_values(file.getvalue(), "file")


def test_grey_and_palette_photos_become_rgb():
    grey = makers.photo()[..., 0]
    photo = decode_photo(makers.png(grey), "file")
    np.testing.assert_array_equal(photo, np.stack([grey] * 3, -1))


@pytest.mark.parametrize("colour_type, channels", [(0, 1), (2, 3)])
def test_a_picture_of_16_bits_is_no_photo(colour_type, channels):
    rows = (b"\0" + bytes(2 * channels * 4)) * 4
    data = makers.png_by_hand(4, 4, 16, colour_type, rows)
    with pytest.raises(DataError, match="16 bits, not a photo"):
        decode_photo(data, "file")


def test_a_cmyk_photo_is_refused():
    file = io.BytesIO()
    Image.fromarray(makers.photo()).convert("CMYK").save(file, "JPEG")
    with pytest.raises(DataError, match="CMYK.*Save it as RGB"):
        decode_photo(file.getvalue(), "photo.jpg")


def test_an_opaque_photo_may_have_an_alpha_channel_and_no_other():
    photo = makers.photo()
    alpha = np.full((makers.H, makers.W, 1), 255, "uint8")
    data = makers.png(np.concatenate([photo, alpha], -1))
    np.testing.assert_array_equal(decode_photo(data, "file"), photo)
    alpha[3, 4] = 0
    data = makers.png(np.concatenate([photo, alpha], -1))
    with pytest.raises(DataError, match="photo.png: is partly transparent"):
        decode_photo(data, "photo.png")


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_grey_value_marked_as_transparent_may_not_occur(bits):
    """The mark (tRNS) is a value as stored, not as Pillow stretches it."""
    values = np.array([[0, 1]], "uint8")
    row = {1: 0b01000000, 2: 0b00010000, 4: 0b00000001, 8: 0}[bits]
    rows = b"\0" + bytes([row] if bits < 8 else [0, 1])
    for clear, is_refused in ((1, True), (2**bits - 2, bits == 1)):
        mark = makers.chunk(b"tRNS", clear.to_bytes(2, "big"))
        data = makers.png_by_hand(2, 1, bits, 0, rows, mark)
        for decode in (decode_values, decode_photo):
            if is_refused:
                with pytest.raises(DataError, match="transparent"):
                    decode(data, "file")
            else:
                decode(data, "file")
    data = makers.png_by_hand(2, 1, bits, 0, rows)
    np.testing.assert_array_equal(decode_values(data, "file")[0], values)


@pytest.mark.parametrize("clear", [b"\xff\xff\x00", b"\xff\xff\x80", 2])
def test_a_palette_colour_that_is_used_may_not_be_transparent(clear):
    colours = [(9, 0, 0), (0, 9, 0), (0, 0, 9), (9, 9, 9)]
    for used, is_refused in ((3, True), (2, False)):
        picture = Image.fromarray(makers.label(0, used), "P")
        picture.putpalette([v for colour in colours for v in colour])
        file = io.BytesIO()
        picture.save(file, "PNG", transparency=clear)
        for decode in (decode_values, decode_photo):
            if is_refused:
                with pytest.raises(DataError, match="transparent"):
                    decode(file.getvalue(), "file")
            else:
                decode(file.getvalue(), "file")


def test_a_colour_marked_as_transparent_may_not_occur():
    colours = np.zeros((4, 4, 3), "uint8")
    colours[1, 2] = (1, 2, 3)
    decode_photo(makers.png(colours, transparency=(1, 2, 4)), "file")
    with pytest.raises(DataError, match="transparent"):
        decode_photo(makers.png(colours, transparency=(1, 2, 3)), "file")


def test_pillows_limits_and_warnings_are_not_ours(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    words = PngImagePlugin.PngInfo()
    words.add_text("workflow", "a" * 3_000_000, zip=True)
    exif = b"Exif\0\0II*\0" + b"\xff" * 40  # Of no sense.
    photo = makers.photo()
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=95, exif=exif)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = makers.png(photo, pnginfo=words)
        np.testing.assert_array_equal(decode_photo(data, "file"), photo)
        data = makers.png(makers.label(), pnginfo=words)
        assert decode_values(data, "file")[0].shape == (makers.H, makers.W)
        assert decode_photo(file.getvalue(), "file").shape == photo.shape
        with pytest.raises(DataError, match="limit is 599 pixels"):
            decode_photo(file.getvalue(), "file", makers.H * makers.W - 1)
    assert Image.MAX_IMAGE_PIXELS == 10


def test_damage_in_the_words_of_a_file_is_found():
    words = PngImagePlugin.PngInfo()
    words.add_text("author", "somebody")
    data = makers.png(makers.photo(), pnginfo=words)
    with pytest.raises(DataError, match="damaged: wrong checksum.*tEXt"):
        decode_photo(data.replace(b"somebody", b"anybodyy"), "file")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_truncated_files_are_refused_by_name(share):
    rng = np.random.default_rng(0)
    array = rng.integers(0, 255, (64, 64, 3), dtype="uint8")
    data = makers.png(array)
    with pytest.raises(DataError, match="photo.png: is damaged"):
        decode_photo(data[: int(len(data) * share)], "photo.png")


def test_every_flipped_byte_of_a_png_is_decoded_or_refused():
    data = bytearray(makers.png(makers.label()))
    for place in range(33, len(data), 3):
        broken = bytes(
            data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        )
        try:
            values, _ = decode_values(broken, "file")
        except DataError:
            continue
        assert values.shape == (makers.H, makers.W)


def _grey_png(values, bits):
    """Pillow writes no grey PNG of 2 or 4 bits, so it is written by hand."""
    rows = []
    for row in values:
        text = "".join(f"{value:0{bits}b}" for value in row)
        text += "0" * (-len(text) % 8)
        row = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        rows.append(b"\0" + row)
    height, width = values.shape
    return makers.png_by_hand(width, height, bits, 0, b"".join(rows))
