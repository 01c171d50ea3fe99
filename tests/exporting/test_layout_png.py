"""Layouts from PNG bytes: exact, or refused with the reason."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.exporting.pngs import make_chunk, make_png
from tf_semsynth.exporting.layout_png import decode_layouts

H, W = 6, 9
IDS = np.arange(H * W).reshape(H, W)


@tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
def decode(files):
    return decode_layouts(files, H, W)


def refusal_of(file):
    """The message for a request whose second row is `file`."""
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        decode(tf.constant([make_png(IDS), file]))
    return caught.value.message


def pillow_png(mode):
    file = io.BytesIO()
    Image.fromarray(IDS.astype("uint8")).convert(mode).save(file, "PNG")
    return file.getvalue()


def test_eight_and_sixteen_bits_in_one_request_are_exact():
    wide = IDS + 40000  # The high byte alone would be 156.
    result = decode(tf.constant([make_png(IDS), make_png(wide, depth=16)]))
    assert result.dtype == tf.int32
    np.testing.assert_array_equal(result, [IDS, wide])


@pytest.mark.parametrize(
    "chunk",
    [
        make_chunk(b"tRNS", b"\0\5"),
        make_chunk(b"gAMA", b"\0\0\xb1\x8f"),
        make_chunk(b"sBIT", b"\5"),
    ],
)
@pytest.mark.parametrize("depth", [8, 16])
def test_chunks_about_colour_change_no_id(chunk, depth):
    result = decode(tf.constant([make_png(IDS, depth, chunks=chunk)]))
    np.testing.assert_array_equal(result[0], IDS)


@pytest.mark.parametrize("length", [0, 5, 20, 32])
def test_bytes_without_a_png_header_are_refused(length):
    message = refusal_of(make_png(IDS)[:length])
    assert "layout_png row 1 is no PNG" in message
    assert f"Received {length} bytes" in message


def test_a_jpeg_is_refused():
    file = io.BytesIO()
    Image.fromarray(IDS.astype("uint8")).save(file, "JPEG")
    assert "is no PNG" in refusal_of(file.getvalue())


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("P", "3, palette"),
        ("RGB", "2, RGB"),
        ("RGBA", "6, RGB with alpha"),
        ("LA", "4, grey with alpha"),
    ],
)
def test_colour_pictures_are_refused_by_name(mode, name):
    message = refusal_of(pillow_png(mode))
    assert f"its colour type is {name}" in message


def test_an_unknown_colour_type_is_refused():
    assert "5, unknown" in refusal_of(make_png(IDS, colour_type=5))


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_less_than_eight_bits_are_refused(depth):
    message = refusal_of(make_png(IDS % 2**depth, depth))
    assert f"has {depth} bits for each pixel" in message


def test_another_size_is_refused_with_both_sizes():
    message = refusal_of(make_png(IDS.T))
    assert "its header says 9 x 6" in message
    assert "6 x 9 pixels" in message


def test_a_gigantic_picture_is_refused_by_its_header():
    message = refusal_of(make_png(IDS, size=(2**31, 2**31)))
    assert "its header says 2147483648 x 2147483648" in message


@pytest.mark.parametrize("cut", [1, 12, 20])
def test_a_truncated_file_is_refused(cut):
    assert "is truncated" in refusal_of(make_png(IDS)[:-cut])


def test_damaged_data_are_refused():
    file = bytearray(make_png(IDS))
    file[50] ^= 255
    assert "Invalid PNG data" in refusal_of(bytes(file))
