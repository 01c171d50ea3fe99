"""Decodes photos and label maps, and refuses what would decode wrongly."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from tf_semsynth.data import file_header, file_marks, file_parts
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import MAX_PIXELS

# Not `Image.open`, which has a limit of its own on the number of pixels.
_PLUGINS = {"PNG": PngImageFile, "JPEG": JpegImageFile}
# What Pillow raises on damaged files.
_PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    struct.error,
    zlib.error,
)


def read_bytes(path):
    """The bytes of a file."""
    return Path(path).read_bytes()


def decode_photo(data, name, max_pixels=MAX_PIXELS):
    """Decodes a photo.

    Args:
        data: bytes of a PNG or JPEG.
        name: str for messages, the file.
        max_pixels: int, the largest width x height allowed.

    Returns:
        uint8 array `(H, W, 3)`, RGB. Colour profiles (ICC) are not applied,
        as in the official code.

    Raises:
        DataError: The file is damaged or too large, or it is not seen as its
            values are: turned, animated, transparent, CMYK, not of 8 bits.
    """
    header = file_header.read_header(data, name, max_pixels)
    if header.depth > 8:
        raise DataError(
            name,
            f"is a picture of {header.depth} bits, not a photo of 8.",
            "Save photos with 8 bits for each channel.",
        )
    if header.colour_type == file_header.CMYK:
        raise DataError(
            name,
            "holds the four inks of a printer (CMYK), not RGB.",
            "Save it as RGB.",
        )
    fault = file_marks.find_other_values(header.marks)
    if fault:
        raise DataError(name, *fault)
    picture = _load(data, name, header.format)
    _refuse_transparent(
        picture,
        _grey_values(picture, header.depth),
        name,
        "so what is behind it would be seen.",
    )
    return np.asarray(picture.convert("RGB"))


def decode_values(data, name, max_pixels=MAX_PIXELS):
    """Decodes a label or instance map to the values that the file holds.

    Args:
        data: bytes of a PNG.
        name: str for messages, the file.
        max_pixels: int, the largest width x height allowed.

    Returns:
        values: Integer array `(H, W)` of grey values (1 to 16 bits) or palette
            indices, or uint8 `(H, W, 3)` of colours.
        palette: uint8 array `(N, 3)` of a palette PNG, else None.

    Raises:
        DataError: The file is damaged, too large, no PNG, transparent,
            turned or animated.
    """
    header = file_header.read_header(data, name, max_pixels)
    if header.format != "PNG":
        raise DataError(
            name,
            "is a JPEG, which changes label values at every border.",
            "Labels must be PNG; make them again from their source.",
        )
    if header.depth > 8 and header.colour_type != file_header.GREY:
        raise DataError(
            name,
            f"is a colour PNG of {header.depth} bits for each channel.",
            "Save colour labels with 8 bits, or class ids as a grey PNG.",
        )
    picture = _load(data, name, header.format)
    values = _grey_values(picture, header.depth)
    _refuse_transparent(picture, values, name, "so its labels are not certain.")
    if header.colour_type == file_header.PALETTE:
        palette = np.array(picture.getpalette("RGB"), "uint8").reshape(-1, 3)
        return values, palette
    if picture.mode == "LA":
        return values[..., 0], None
    return (values[..., :3] if values.ndim == 3 else values), None


def _load(data, name, format):
    try:
        data = file_parts.without_words(data)
        picture = _PLUGINS[format](io.BytesIO(data))
        picture.load()
    except _PILLOW_ERRORS as error:
        raise DataError(
            name,
            f"is damaged: {error}.".replace("..", "."),
            "Copy it again from its source, or remove it with its partner.",
        ) from error
    return picture


def _grey_values(picture, depth):
    """The values of a picture; grey ones of 1, 2, 4 bits not stretched."""
    values = np.asarray(picture)
    if values.dtype == bool:
        return values.astype("uint8")
    if picture.mode == "L" and depth in (2, 4):
        return values // (255 // (2**depth - 1))
    return values if values.dtype == np.uint8 else values.astype("int32")


def _refuse_transparent(picture, values, name, reason):
    """Refuses a picture that is not opaque, by alpha channel or by tRNS.

    Args:
        picture: `PIL.Image.Image`, loaded; its mark of transparent values is
            taken off where none of them occurs.
        values: its values, as `_grey_values` gives them.
        name: str for messages, the file.
        reason: str, why it is refused.
    """
    clear = picture.info.pop("transparency", None)
    if picture.mode in ("LA", "RGBA"):
        is_opaque = (values[..., -1] == 255).all()
    elif clear is None:
        return
    elif isinstance(clear, bytes):  # The alpha of the first palette colours.
        used = np.unique(values)
        is_opaque = all(clear[i] == 255 for i in used[used < len(clear)])
    elif values.ndim == 3:
        is_opaque = not (values == np.array(clear)).all(-1).any()
    else:  # Of 1 bit, Pillow says 255 for 1.
        clear = min(clear, 1) if picture.mode == "1" else clear
        is_opaque = not (values == clear).any()
    if not is_opaque:
        raise DataError(
            name,
            f"is partly transparent, {reason}",
            "Save it without transparency (alpha channel, tRNS).",
        )
