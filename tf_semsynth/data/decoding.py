"""Decodes photos and label maps, and refuses what would decode wrongly."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from tf_semsynth.data import file_header
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import MAX_PIXELS

# What Pillow raises on damaged files.
_PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
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
        uint8 array `(H, W, 3)`, RGB. The orientation that a camera noted in
        the file is not applied, as in the official code.

    Raises:
        DataError: The file is damaged or too large.
    """
    header = file_header.read_header(data, name, max_pixels)
    if header.depth > 8 and header.colour_type == file_header.GREY:
        raise DataError(
            name,
            f"is a grey picture of {header.depth} bits, not a photo.",
            "Save photos with 8 bits for each channel.",
        )
    return np.asarray(_load(data, name).convert("RGB"))


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
        DataError: The file is damaged, too large, no PNG, or transparent.
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
    picture = _load(data, name)
    if header.colour_type == file_header.PALETTE:
        palette = np.array(picture.getpalette("RGB"), "uint8").reshape(-1, 3)
        return np.asarray(picture), palette
    if header.colour_type == file_header.GREY:
        return _grey_values(picture, header.depth), None
    return _opaque(picture, name), None


def _load(data, name):
    try:
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        picture.load()
    except _PILLOW_ERRORS as error:
        raise DataError(
            name,
            f"is damaged: {error}.".replace("..", "."),
            "Copy it again from its source, or remove it with its partner.",
        ) from error
    return picture


def _grey_values(picture, depth):
    """Undoes the stretch of 1-, 2- and 4-bit values to 0..255."""
    values = np.asarray(picture)
    if values.dtype == bool:
        return values.astype("uint8")
    if depth in (2, 4):
        return values // (255 // (2**depth - 1))
    if values.dtype == np.uint8:
        return values
    return values.astype("int32")


def _opaque(picture, name):
    """Grey or RGB values of a picture whose alpha channel says nothing."""
    if picture.mode in ("LA", "RGBA", "PA"):
        alpha = np.asarray(picture)[..., -1]
        if (alpha != 255).any():
            raise DataError(
                name,
                "is partly transparent, so its labels are not certain.",
                "Save it without an alpha channel.",
            )
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
    return np.asarray(picture)
