"""Pictures and class ids as the bytes of PNG files."""

import io

import numpy as np
from PIL import Image

from tf_semsynth.core import storage


def encode_png(pixels, optimize=False):
    """Encodes a picture, or a map of small numbers, as a PNG.

    Args:
        pixels: uint8 array `(H, W, 3)` or `(H, W)`, or uint16 `(H, W)`.
        optimize: bool, whether time is spent on a smaller file.

    Returns:
        bytes.
    """
    file = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.save(file, "PNG", optimize=optimize)
    return file.getvalue()


def encode_ids(ids):
    """Encodes class or instance ids as a grey PNG.

    Args:
        ids: int array `(H, W)`, 0..65535.

    Returns:
        bytes, of 8 bits a pixel, or of 16 where 8 do not do.
    """
    return encode_png(ids.astype("uint8" if ids.max() < 256 else "uint16"))


def write_png(path, pixels, optimize=False):
    """Writes a picture that is there whole or not at all; see `encode_png`."""
    storage.write_bytes(path, encode_png(pixels, optimize))
