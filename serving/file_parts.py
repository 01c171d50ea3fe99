"""The parts of PNG and JPEG files: walked through, none decoded.

PNG: https://www.w3.org/TR/png/#5Chunk-layout. JPEG: annex B of
https://www.w3.org/Graphics/JPEG/itu-t81.pdf. `serving/` has the same file: it
depends on nothing of this package.
"""

import io
import struct
import zlib

START_OF_SCAN = 0xDA
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}  # Markers that stand alone.
# What says nothing about pixels: EXIF and XMP, profiles, Photoshop, comments.
_WORDS_OF_JPEG = {0xE1, 0xE2, 0xED, 0xFE}
_ORIENTATION = 0x0112


def walk_png(file):
    """Goes from chunk to chunk; `file.read` gives the body of the last one.

    Args:
        file: binary file of a PNG.

    Yields:
        kind: bytes of length 4.
        length: int, bytes of the body.
    """
    file.seek(8)
    while len(start := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", start)
        place = file.tell()
        yield kind, length
        if kind == b"IEND":
            return
        file.seek(place + length + 4)


def walk_jpeg(file):
    """Goes from segment to segment, to the first scan.

    Args:
        file: binary file of a JPEG.

    Yields:
        code: int, the second byte of the marker.
        length: int, bytes of the body, which `file.read` gives.
    """
    file.seek(2)
    while len(marker := file.read(2)) == 2 and marker[0] == 0xFF:
        code = marker[1]
        if code == 0xFF:  # A fill byte: the marker starts one byte later.
            file.seek(-1, io.SEEK_CUR)
            continue
        if code in _NO_LENGTH:
            continue
        size = file.read(2)
        if len(size) < 2:
            return
        length = max(0, struct.unpack(">H", size)[0] - 2)
        place = file.tell()
        yield code, length
        if code == START_OF_SCAN:
            return
        file.seek(place + length)


def read_orientation(exif):
    """The orientation that a camera noted.

    Args:
        exif: bytes, a TIFF header and its tags.

    Returns:
        int, 1 (upright) to 8; 1 where nothing sound is noted.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    (place,) = struct.unpack(order + "I", exif[4:8])
    if len(exif) < place + 2:
        return 1
    (count,) = struct.unpack(order + "H", exif[place : place + 2])
    for start in range(place + 2, place + 2 + 12 * count, 12):
        if len(exif) < start + 12:
            return 1
        tag, kind = struct.unpack(order + "HH", exif[start : start + 4])
        if tag == _ORIENTATION:
            form = {1: "B", 3: "H", 4: "I"}.get(kind)
            if form is None:
                return 1
            (value,) = struct.unpack_from(order + form, exif, start + 8)
            return value if 1 <= value <= 8 else 1
    return 1


def without_words(data):
    """A file without the parts that do not touch its pixels.

    Pillow has limits of its own on such parts, and warns of some.

    Args:
        data: bytes of a PNG or JPEG.

    Returns:
        bytes.

    Raises:
        ValueError: A checksum of what was left out is wrong.
    """
    if data.startswith(b"\xff\xd8"):
        return _jpeg_without_words(data)
    return _png_without_words(data)


def _png_without_words(data):
    kept, end = [data[:8]], 8
    file = io.BytesIO(data)
    for kind, length in walk_png(file):
        start, end = end, file.tell() + length + 4
        chunk = data[start:end]
        if kind[0] & 0x20 and kind != b"tRNS":  # In small letters: words.
            if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
                raise ValueError(f"wrong checksum of chunk {kind!r}")
            continue
        kept.append(chunk)
    return b"".join([*kept, data[end:]])


def _jpeg_without_words(data):
    kept, end = [data[:2]], 2
    file = io.BytesIO(data)
    for code, length in walk_jpeg(file):
        start, end = end, file.tell() + length
        if code not in _WORDS_OF_JPEG:
            kept.append(data[start:end])
    return b"".join([*kept, data[end:]])
