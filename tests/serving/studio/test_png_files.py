"""The studio's own PNG writer and reader, against Pillow."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.serving.studio.browser import run_module, to_text
from tests.serving.studio.user import png

READ = """
    const { fromBase64 } = await import('/files/base64.js');
    try {
      const png = await m.readPng(fromBase64(argument));
      return { ...png, values: Array.from(png.values), palette:
        png.palette && Array.from(png.palette) };
    } catch (error) { return `${error.name}: ${error.message}`; }
"""


def write(page, ids, how="m.encodeGreyPng(ids, width, height)"):
    """The bytes that the writer makes of an array."""
    kind = "Uint16Array" if ids.dtype == np.uint16 else "Uint8Array"
    text = run_module(
        page,
        "files/png_writer.js",
        f"const ids = {kind}.from(argument.ids); "
        "const { width, height } = argument; "
        "const { toBase64 } = await import('/files/base64.js'); "
        "const { store } = await import('/files/zlib.js'); "
        f"return toBase64(await {how});",
        {
            "ids": ids.ravel().tolist(),
            "width": ids.shape[1],
            "height": ids.shape[0],
        },
    )
    return base64.b64decode(text)


def read(page, data):
    return run_module(page, "files/png_reader.js", READ, to_text(data))


def chunks_of(data):
    """(type, content) of each chunk; checks the checksums."""
    place = 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        body = data[place + 4 : place + 8 + length]
        (crc,) = struct.unpack(">I", data[place + 8 + length :][:4])
        assert crc == zlib.crc32(body)
        yield body[:4], body[4:]
        place += 12 + length


def make_png(depth, colour_type, rows, width, height, extra=b"", interlace=0):
    """A PNG from unfiltered rows of bytes, each with its filter byte."""

    def chunk(name, content):
        body = name + content
        size = struct.pack(">I", len(content))
        return size + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(
        ">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace
    )
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("dtype, highest", [("uint8", 182), ("uint16", 60_000)])
@pytest.mark.parametrize("size", [(48, 64), (1, 1), (3, 257)])
def test_pillow_reads_the_ids_that_were_written(
    module_page, dtype, highest, size
):
    rng = np.random.default_rng(0)
    ids = rng.integers(0, highest, size).astype(dtype)
    data = write(module_page, ids)
    image = Image.open(io.BytesIO(data))
    assert image.mode == ("L" if dtype == "uint8" else "I;16")
    np.testing.assert_array_equal(np.asarray(image), ids)
    header, *_ = chunks_of(data)
    depth = 8 if dtype == "uint8" else 16
    assert header[1][8:] == bytes([depth, 0, 0, 0, 0])
    assert [name for name, _ in chunks_of(data)] == [b"IHDR", b"IDAT", b"IEND"]


def test_stored_blocks_serve_browsers_without_compression(module_page):
    ids = np.random.default_rng(1).integers(0, 255, (300, 400)).astype("uint8")
    data = write(module_page, ids, "m.encodeGreyPng(ids, width, height, store)")
    assert len(data) > ids.size  # More than one block of 65,535 bytes.
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), ids)


def test_layouts_are_small_files(module_page):
    ids = np.zeros((256, 256), "uint8")
    ids[128:] = 7
    assert len(write(module_page, ids)) < 1000


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA", "LA", "I;16", "1"])
def test_the_reader_gives_the_values_in_the_file(module_page, mode):
    rng = np.random.default_rng(2)
    grey = rng.integers(0, 256, (21, 34)).astype("uint8")
    if mode == "I;16":
        array = rng.integers(0, 65_536, (21, 34)).astype("uint16")
        image = Image.fromarray(array)
    elif mode == "P":
        image = Image.fromarray(grey)
        image.putpalette(rng.integers(0, 256, 768).tolist())
    else:
        image = Image.fromarray(grey).convert(mode)
    file = io.BytesIO()
    image.save(file, "PNG")
    found = read(module_page, file.getvalue())
    expected = np.asarray(image).astype(int)
    assert found["values"] == expected.ravel().tolist()
    assert (found["width"], found["height"]) == (34, 21)
    if mode == "P":
        assert found["palette"] == image.getpalette()


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_are_not_stretched(module_page, depth):
    width, height = 11, 3
    values = np.arange(width * height).reshape(height, width) % 2**depth
    bits = (values[..., None] >> np.arange(depth)[::-1]) & 1
    packed = np.packbits(bits.reshape(height, -1), axis=1)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    found = read(module_page, make_png(depth, 0, rows, width, height))
    assert found["values"] == values.ravel().tolist()


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone(module_page, kind):
    rng = np.random.default_rng(kind)
    image = rng.integers(0, 256, (9, 7, 3))
    rows, above = b"", np.zeros(21, int)
    for line in image.reshape(9, 21):
        left = np.concatenate([[0] * 3, line[:-3]])
        corner = np.concatenate([[0] * 3, above[:-3]])
        estimate = left + above - corner
        near = np.stack([abs(estimate - v) for v in (left, above, corner)])
        paeth = np.choose(near.argmin(0), (left, above, corner))
        guess = (0 * line, left, above, (left + above) // 2, paeth)[kind]
        rows += bytes([kind]) + ((line - guess) % 256).astype("uint8").tobytes()
        above = line
    data = make_png(8, 2, rows, 7, 9)
    np.testing.assert_array_equal(  # The file is a good one.
        np.asarray(Image.open(io.BytesIO(data))), image
    )
    assert read(module_page, data)["values"] == image.ravel().tolist()


def test_what_is_no_png_or_damaged_is_refused_in_words(module_page):
    good = png(np.zeros((8, 8), "uint8"))
    broken = bytearray(good)
    broken[-20] ^= 1
    jpeg = io.BytesIO()
    Image.new("L", (8, 8)).save(jpeg, "JPEG")
    cases = {
        b"": "no PNG",
        b"hello": "no PNG",
        jpeg.getvalue(): "no PNG",
        good[:30]: "ends too soon",
        good[:-6]: "ends too soon",
        bytes(broken): "checksum",
        make_png(8, 0, b"\0" * 5, 8, 8): "came out",
        make_png(8, 0, b"\0" * 999, 8, 8): "came out",
        make_png(8, 0, b"\7" + b"\0" * 8, 8, 1): "filter 7",
        make_png(8, 0, b"\0" * 9, 8, 1, interlace=1): "interlaced",
        make_png(3, 0, b"\0" * 9, 8, 1): "3 bits",
        make_png(8, 3, b"\0" * 9, 8, 1): "no palette",
        make_png(8, 0, b"", 0, 8): "0 × 8",
    }
    for data, words in cases.items():
        found = read(module_page, data)
        assert isinstance(found, str), words
        assert found.startswith("FileError: ") and words in found


def test_a_small_file_of_gigabytes_is_refused_by_its_header(module_page):
    data = make_png(8, 0, b"", 60_000, 60_000)
    assert "60000 × 60000" in read(module_page, data)


def test_unpacking_stops_at_the_size_in_the_header(module_page):
    data = make_png(8, 0, bytes(50_000_000), 8, 8)
    assert len(data) < 100_000
    assert "more than 72 bytes" in read(module_page, data)
