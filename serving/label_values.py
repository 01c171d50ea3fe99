"""The values that a label picture holds: class ids, or colours.

Pillow alone would stretch some values, and read damaged files without a word.
"""

import io
import struct
import zlib

import numpy as np

# Not `Image.open`, which has a limit of its own on the number of pixels.
from PIL.PngImagePlugin import PngImageFile

from tf_semsynth_serving import file_marks, file_parts
from tf_semsynth_serving.errors import LayoutError

MAX_PIXELS = 4096 * 4096
MAX_VALUE = (1 << 16) - 1  # PNG holds at most 16 bits.

_GREY = 0
_ORIENTATION = 0x0112
_HEADER_BYTES = 33
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


def values_of_png(data, name):
    """The values of a PNG.

    Args:
        data: bytes.
        name: str for messages.

    Returns:
        values: integer array `(H, W)` of grey values or palette indices, or
            uint8 `(H, W, 3)` of colours.
        palette: uint8 array `(N, 3)`, or None.

    Raises:
        LayoutError: It is no PNG, damaged, too large, transparent, turned
            or animated.
    """
    is_png = data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    if not is_png or len(data) < _HEADER_BYTES:
        remedy = "Layouts must be PNG."
        if data.startswith(b"\xff\xd8"):
            remedy = (
                "It is a JPEG, which changes labels at every border; make a "
                "PNG from its source."
            )
        raise LayoutError(
            f"{name} is no PNG. Received {len(data)} bytes that begin with "
            f"{data[:8]!r}. {remedy}"
        )
    width, height, depth, colour_type = struct.unpack(">IIBB", data[16:26])
    if width * height > MAX_PIXELS:  # Before anything is unpacked.
        raise LayoutError(
            f"{name} has {height} x {width} pixels, height x width; at most "
            "4096 x 4096 are read. Make it smaller by nearest first."
        )
    if depth > 8 and colour_type != _GREY:
        raise LayoutError(
            f"{name} is a colour PNG of {depth} bits for each channel. Save "
            "colours with 8 bits, or class ids as a grey PNG."
        )
    marks = file_marks.read_png_marks(io.BytesIO(data))
    fault = file_marks.find_other_view(marks)
    if fault:
        raise LayoutError(f"{name} {' '.join(fault)}")
    try:
        data = file_parts.without_words(data)
        # Loading alone forgives a wrong checksum and a missing end.
        PngImageFile(io.BytesIO(data)).verify()
        picture = PngImageFile(io.BytesIO(data))
        picture.load()
    except _PILLOW_ERRORS as error:
        raise LayoutError(
            f"{name} is damaged: {str(error).rstrip('.')}. Copy it again "
            "from its source."
        ) from error
    return values_of_picture(
        picture, depth if colour_type == _GREY else None, name
    )


def values_of_picture(picture, depth, name):
    """Values and palette of a picture; see `values_of_png`.

    Args:
        picture: `PIL.Image.Image`.
        depth: int, bits of a grey PNG, or None: Pillow stretches 1, 2 and 4
            bits to 0..255.
        name: str for messages.
    """
    if picture.getexif().get(_ORIENTATION, 1) in range(2, 9):
        raise LayoutError(
            f"{name} has an EXIF orientation, which would be lost. Turn it: "
            "PIL.ImageOps.exif_transpose(picture)."
        )
    if not _is_opaque(picture, depth):
        raise LayoutError(
            f"{name} is partly transparent, so its labels are not certain. "
            "Save it without transparency (alpha channel, tRNS)."
        )
    if picture.mode in ("LA", "PA", "RGBA"):
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
    if picture.mode == "P":
        palette = np.array(picture.getpalette("RGB"), "uint8").reshape(-1, 3)
        return np.asarray(picture), palette
    if picture.mode == "RGB":
        return np.asarray(picture), None
    if picture.mode not in ("1", "L", "I", "I;16", "I;16B", "I;16L", "I;16N"):
        raise LayoutError(
            f"{name} has Pillow's mode {picture.mode}. Expected: grey (L, "
            "I;16), palette (P) or RGB."
        )
    values = _grey_values(picture, depth)
    return values_of_array(values.astype("int32"), name), None


def _grey_values(picture, depth):
    """The values of a grey picture; those of 1, 2, 4 bits not stretched."""
    values = np.asarray(picture)
    if depth in (2, 4):
        return values // (255 // (2**depth - 1))
    return values


def _is_opaque(picture, depth):
    """Whether no pixel is transparent, by alpha channel or by tRNS."""
    if picture.mode in ("LA", "PA", "RGBA"):
        return picture.getchannel("A").getextrema() == (255, 255)
    clear = picture.info.get("transparency")
    if clear is None:
        return True
    values = _grey_values(picture, depth)
    if isinstance(clear, bytes):  # The alpha of the first palette colours.
        used = np.unique(values)
        return all(clear[i] == 255 for i in used[used < len(clear)])
    if values.ndim == 3:
        return not (values == np.array(clear)).all(-1).any()
    if picture.mode == "1":  # Of 1 bit, Pillow says 255 for 1.
        clear = min(clear, 1)
    return not (values == clear).any()


def values_of_array(array, name):
    """The values of an array, of class ids or colours; see `values_of_png`."""
    array = np.asarray(array)
    if array.ndim == 3 and array.shape[-1] == 3 and array.dtype == np.uint8:
        values = array
    elif array.ndim == 2 and array.dtype.kind in "iu":
        values = array
        low, high = array.min(initial=0), array.max(initial=0)
        if low < 0 or high > MAX_VALUE:
            raise LayoutError(
                f"{name} holds values from {low} to {high}. Expected: class "
                "ids of the model."
            )
    else:
        raise LayoutError(
            f"{name} must be an integer array (H, W) of class ids or a uint8 "
            f"array (H, W, 3) of class colours. Received: shape "
            f"{array.shape}, {array.dtype}."
        )
    if not array.size:
        raise LayoutError(f"{name} is empty: its shape is {array.shape}.")
    return values
