"""Files are decoded to what they hold, or refused."""

import io

import numpy as np
import pytest
from PIL import Image

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


def test_16_bit_grey_is_no_photo():
    with pytest.raises(DataError, match="16 bits, not a photo"):
        decode_photo(makers.png(np.zeros((4, 4), "uint16")), "file")


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
    import struct
    import zlib

    def chunk(kind, body):
        crc = zlib.crc32(kind + body)
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)
        )

    rows = []
    for row in values:
        text = "".join(f"{value:0{bits}b}" for value in row)
        text += "0" * (-len(text) % 8)
        row = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        rows.append(b"\0" + row)
    height, width = values.shape
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )
