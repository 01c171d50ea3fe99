"""PNG files made by hand, the broken ones too."""

import struct
import zlib

import numpy as np


def make_png(values, depth=8, colour_type=0, size=None, chunks=b""):
    """Writes a PNG chunk by chunk.

    Args:
        values: int array `(H, W)`; below 8 bits, one sample a byte is packed.
        depth: int, bits for each sample.
        colour_type: int, as the header shall say; grey data for all.
        size: (height, width) that the header claims, default the true one.
        chunks: bytes put between header and data.
    """
    values = np.asarray(values)
    height, width = size or values.shape
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + _pack(row, depth) for row in values)
    return (
        b"\x89PNG\r\n\x1a\n"
        + make_chunk(b"IHDR", header)
        + chunks
        + make_chunk(b"IDAT", zlib.compress(rows))
        + make_chunk(b"IEND", b"")
    )


def make_chunk(kind, data):
    checksum = zlib.crc32(kind + data)
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
    )


def _pack(row, depth):
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype("u1").tobytes()
    bits = [f"{value:0{depth}b}" for value in row]
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
