"""Style pictures: sent as they are, where they are seen as they are stored."""

import io
import os
import struct
import zlib
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from tf_semsynth_serving import file_marks, file_parts
from tf_semsynth_serving.errors import InvalidRequest

MAX_PIXELS = 4096 * 4096  # The models' own limit.
_ORIENTATION = 0x0112
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def read_style(style):
    """A style picture as the bytes of a PNG or JPEG.

    Args:
        style: path, bytes, or `PIL.Image.Image`.

    Raises:
        InvalidRequest: It is neither, or not seen as its values are: turned,
            animated, transparent, CMYK, not of 8 bits.
        OSError: The file cannot be read.
    """
    name = "the style picture"
    if isinstance(style, Image.Image):
        return _encode(style, name)
    if isinstance(style, (str, os.PathLike)):
        name = str(style)
        style = Path(style).read_bytes()
    if style.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(style, name)
    elif style.startswith(b"\xff\xd8\xff"):
        _check_jpeg(style, name)
    else:
        raise InvalidRequest(
            f"{name} is no PNG and no JPEG. Received {len(style)} bytes that "
            f"begin with {style[:8]!r}. Save it as one of them."
        )
    return style


def _encode(picture, name):
    if picture.getexif().get(_ORIENTATION, 1) in range(2, 9):
        raise InvalidRequest(
            f"{name} has an EXIF orientation, which would be lost. Turn it: "
            "PIL.ImageOps.exif_transpose(picture)."
        )
    if picture.mode == "CMYK":
        _refuse(
            name, "holds the four inks of a printer (CMYK).", "Save as RGB."
        )
    _check_opaque(picture, name)
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG")
    return file.getvalue()


def _check_png(data, name):
    if len(data) < 33:
        _refuse(name, "is a PNG that ends too soon.", "Copy it again.")
    width, height, depth, colour_type = struct.unpack(">IIBB", data[16:26])
    _check_size(width, height, depth, name)
    marks = file_marks.read_png_marks(io.BytesIO(data))
    _check_marks(marks, name)
    has_alpha = colour_type in (4, 6) or any(
        kind == b"tRNS" for kind, _ in file_parts.walk_png(io.BytesIO(data))
    )
    if not has_alpha:
        return
    try:
        picture = PngImageFile(io.BytesIO(file_parts.without_words(data)))
        picture.load()
    except (OSError, SyntaxError, ValueError, zlib.error) as error:
        raise InvalidRequest(f"{name} is damaged: {error}.") from error
    _check_opaque(picture, name)


def _check_jpeg(data, name):
    file = io.BytesIO(data)
    for code, _ in file_parts.walk_jpeg(file):
        frame = file.read(6) if code in _JPEG_FRAMES else b""
        if len(frame) == 6:
            depth, height, width, channels = struct.unpack(">BHHB", frame)
            _check_size(width, height, depth, name)
            if channels == 4:
                _refuse(
                    name,
                    "holds the four inks of a printer (CMYK), not RGB.",
                    "Save it as RGB.",
                )
    _check_marks(file_marks.read_jpeg_marks(io.BytesIO(data)), name)


def _check_size(width, height, depth, name):
    if width * height > MAX_PIXELS:
        _refuse(
            name,
            f"has {height} x {width} pixels, height x width; at most 4096 x "
            "4096 are read.",
            "Make it smaller first.",
        )
    if depth > 8:
        _refuse(name, f"has {depth} bits for each channel.", "Save it with 8.")


def _check_marks(marks, name):
    fault = file_marks.find_other_view(marks)
    fault = fault or file_marks.find_other_values(marks)
    if fault:
        _refuse(name, *fault)


def _check_opaque(picture, name):
    if not picture.has_transparency_data:
        return
    alpha = picture.convert("RGBA").getchannel("A")
    if alpha.getextrema() != (255, 255):
        _refuse(
            name,
            "is partly transparent, so what is behind it would be seen.",
            "Save it without transparency (alpha channel, tRNS).",
        )


def _refuse(name, problem, remedy):
    raise InvalidRequest(f"{name} {problem} {remedy}")
