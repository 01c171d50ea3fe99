"""Reads the sizes of PNG and JPEG files without decoding them.

A PNG of 140 kB can unpack to gigabytes, so the header decides what is done
with the rest (https://www.w3.org/TR/png/#11IHDR,
https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B).
"""

import io
import struct
from typing import NamedTuple

from tf_semsynth.data import file_marks, file_parts
from tf_semsynth.data.faults import DataError

MAX_PIXELS = 4096 * 4096
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CMYK = -1  # Only JPEG has it.
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers; C4, C8 and CC are something else.
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COPY_AGAIN = "Copy it again from its source, or remove it with its partner."


class FileHeader(NamedTuple):
    """What a file says of itself.

    Attributes:
        format: "PNG" or "JPEG".
        width, height: int, pixels.
        depth: int, bits for each sample.
        colour_type: int, of PNG; `RGB`, `GREY` or `CMYK` for JPEG.
        marks: `file_marks.Marks`.
    """

    format: str
    width: int
    height: int
    depth: int
    colour_type: int
    marks: file_marks.Marks = file_marks.Marks()


def read_header(source, name=None, max_pixels=MAX_PIXELS):
    """Reads the header of a file.

    Args:
        source: path, or the bytes of the file.
        name: str for messages; the path by default.
        max_pixels: int, the largest width x height allowed.

    Returns:
        A `FileHeader`.

    Raises:
        DataError: It is neither PNG nor JPEG, it ends too soon, it would
            unpack to more than `max_pixels`, or it asks to be seen otherwise
            than it is stored.
        OSError: It cannot be read.
    """
    if isinstance(source, bytes):
        file = io.BytesIO(source)
    else:
        name = source if name is None else name
        file = open(source, "rb")
    with file:
        header = _read(file, name)
        _check_size(header, name, max_pixels)
        if header.format == "PNG":
            # On a disc, stop before the pixels: `decoding` sees all of it.
            in_memory = isinstance(source, bytes)
            marks = file_marks.read_png_marks(file, in_memory)
        else:
            marks = file_marks.read_jpeg_marks(file)
        header = header._replace(marks=marks)
    fault = file_marks.find_other_view(header.marks)
    if fault:
        raise DataError(name, *fault)
    return header


def _check_size(header, name, max_pixels):
    if header.width * header.height > max_pixels:
        raise DataError(
            name,
            f"would unpack to {header.width} x {header.height} pixels; the "
            f"limit is {max_pixels} pixels.",
            "Scale it down (labels by nearest), or raise --max_pixels if the "
            "file can be trusted.",
        )
    if header.width < 1 or header.height < 1:
        raise DataError(name, "has no pixels.", _COPY_AGAIN)


def _read(file, name):
    start = file.read(33)
    if not start:
        raise DataError(name, "is an empty file.", _COPY_AGAIN)
    if start.startswith(_PNG_SIGNATURE):
        if len(start) < 33 or start[12:16] != b"IHDR":
            raise DataError(name, "is a PNG that ends too soon.", _COPY_AGAIN)
        width, height, depth, colour_type = struct.unpack(">IIBB", start[16:26])
        return FileHeader("PNG", width, height, depth, colour_type)
    if start.startswith(b"\xff\xd8"):
        return _read_jpeg(file, name)
    raise DataError(
        name,
        "is neither a PNG nor a JPEG, whatever its name says.",
        "Save it as PNG (photos also as JPEG).",
    )


def _read_jpeg(file, name):
    for code, _ in file_parts.walk_jpeg(file):
        if code not in _JPEG_FRAMES:
            continue
        frame = file.read(6)
        if len(frame) < 6:
            break
        depth, height, width, channels = struct.unpack(">BHHB", frame)
        colour_type = {1: GREY, 4: CMYK}.get(channels, RGB)
        return FileHeader("JPEG", width, height, depth, colour_type)
    raise DataError(name, "is a JPEG that ends too soon.", _COPY_AGAIN)
