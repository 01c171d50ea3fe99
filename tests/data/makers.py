"""Makes small data sets on disc, sound ones and broken ones."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = "id,name,colour\n0,sky,#4682b4\n1,road,#804080\n2,car,#00008e\n"
H, W = 20, 30


def save(path, array, **options):
    """Writes an array as a picture; makes the folders."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


def photo(seed=0, height=H, width=W):
    """A photo-like array: smooth, with some noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (5, 6, 3), dtype="uint8")
    picture = Image.fromarray(coarse).resize((width, height))
    return np.asarray(picture)


def label(seed=0, num_classes=3, height=H, width=W):
    """Class ids in blocks of five pixels."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, num_classes, (-(-height // 5), -(-width // 5)))
    return blocks.repeat(5, 0).repeat(5, 1)[:height, :width].astype("uint8")


def png(array, **options):
    """The bytes of a PNG."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", **options)
    return file.getvalue()


def palette_png(indices, colours):
    """The bytes of a palette PNG."""
    picture = Image.fromarray(indices, "P")
    picture.putpalette([v for colour in colours for v in colour])
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def folder(root, count=6, num_classes=3, instances=False, **size):
    """A data set for the reader `folder`.

    Returns:
        The folder, as a str.
    """
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        save(root / "images" / f"p{i}.png", photo(i, **size))
        save(root / "labels" / f"p{i}.png", label(i, num_classes, **size))
        if instances:
            ids = label(i + 100, 9, **size).astype("uint16") * 1000 + 7
            save(root / "instances" / f"p{i}.png", ids)
    (root / "classes.csv").write_text(CLASSES)
    return str(root)


def png_header(width, height, depth=8, colour_type=0):
    """The first bytes of a PNG that claims a size."""
    body = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    body += bytes([depth, colour_type, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + body + b"\0" * 30


def chunk(kind, body):
    """A chunk of a PNG."""
    crc = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + crc


def png_by_hand(width, height, depth, colour_type, rows, before=b"", after=b""):
    """A PNG as Pillow would not write it.

    Args:
        rows: bytes, each row after its filter byte.
        before, after: bytes, chunks before and after the pixels.
    """
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + before
        + chunk(b"IDAT", zlib.compress(rows))
        + after
        + chunk(b"IEND", b"")
    )
