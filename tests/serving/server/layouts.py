"""Layout PNGs for the tiny export, good ones and bad ones."""

import io

import numpy as np
from PIL import Image

from tests.exporting.pngs import make_png

SIZE = 64
NUM_CLASSES = 8


def make_layout(seed=0):
    """The bytes of a grey PNG with random class ids in blocks."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(NUM_CLASSES, size=(8, 8), dtype="uint8")
    return encode(Image.fromarray(blocks.repeat(8, 0).repeat(8, 1)))


def encode(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def bad_layouts():
    """dict, what is wrong -> (bytes, words of the refusal)."""
    good = make_layout()
    zeros = np.zeros((SIZE, SIZE), "uint8")
    grey = Image.fromarray(zeros)
    out_of_range = zeros.copy()
    out_of_range[3, 5] = NUM_CLASSES
    return {
        "id out of range": (
            encode(Image.fromarray(out_of_range)),
            "Class id 8 is out of range",
        ),
        "wrong size": (encode(grey.resize((32, 64))), "64 x 32"),
        "empty": (b"", "is no PNG"),
        "no png": (b"GIF89a" + bytes(40), "is no PNG"),
        "gigantic": (
            make_png(zeros, size=(2**31 - 1, 2**31 - 1)),
            "Nothing was unpacked",
        ),
        "larger than the limit": (
            make_png(zeros, size=(4097, 4096)),
            "4097 x 4096 pixels",
        ),
        "no pixels": (make_png(zeros, size=(0, 64)), "without pixels"),
        "palette": (encode(grey.convert("P")), "palette"),
        "rgb": (encode(grey.convert("RGB")), "RGB"),
        "with alpha": (encode(grey.convert("LA")), "grey with alpha"),
        "1 bit": (make_png(zeros, depth=1), "1 bits"),
        "4 bits": (make_png(zeros, depth=4), "4 bits"),
        "truncated": (good[:-20], "is truncated"),
        "bytes after the end": (good + b"more", "is truncated or has bytes"),
        "damaged": (good[:60] + b"zz" + good[62:], "Invalid PNG data"),
    }
