"""One layout in every form that a PNG can have."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from tf_semsynth.core.classes import ClassTable

H, W, K = 4, 6, 12
TABLE = ClassTable(ClassTable.default(K).names, ClassTable.default(K).colours)
CLASS_IDS = np.arange(H * W).reshape(H, W) % K
COLOURS = np.array(TABLE.colours, "uint8")


def png(array, mode=None):
    picture = Image.fromarray(np.asarray(array))
    return to_bytes(picture if mode is None else picture.convert(mode))


def to_bytes(picture, format="PNG", **options):
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def palette_picture(indices, colours):
    picture = Image.fromarray(np.asarray(indices, "uint8"), "L").copy()
    picture = picture.convert("P")
    picture.putdata(np.asarray(indices).ravel().tolist())
    picture.putpalette(np.asarray(colours, "uint8").ravel().tolist())
    return picture


def png_by_hand(values, depth, palette=None):
    """A grey or palette PNG as Pillow would not write it."""
    height, width = values.shape
    rows = b""
    for row in values:
        bits = "".join(f"{v:0{depth}b}" for v in row)
        bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
        rows += b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")

    def chunk(kind, data):
        size = struct.pack(">I", len(data))
        return size + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    colour_type = 0 if palette is None else 3
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            b"" if palette is None else chunk(b"PLTE", palette.tobytes()),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


FORMS = {
    "grey of 8 bits": png(CLASS_IDS.astype("uint8")),
    "grey of 16 bits": png(CLASS_IDS.astype("uint16")),
    "grey with alpha": png(CLASS_IDS.astype("uint8"), "LA"),
    "grey of 4 bits": png_by_hand(CLASS_IDS, 4),
    "palette": to_bytes(palette_picture(CLASS_IDS, COLOURS)),
    "palette of 4 bits": to_bytes(palette_picture(CLASS_IDS, COLOURS), bits=4),
    "RGB": png(COLOURS[CLASS_IDS]),
    "RGB with alpha": png(COLOURS[CLASS_IDS], "RGBA"),
}
