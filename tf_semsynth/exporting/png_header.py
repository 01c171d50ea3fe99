"""PNG headers read inside the graph, before anything is decoded.

TensorFlow decodes a palette PNG to the grey level of its colours, cuts a
16-bit PNG to its high byte, and unpacks 140 kB to gigabytes; so the first 33
bytes (signature and IHDR chunk, https://www.w3.org/TR/png/#11IHDR) decide what
is done with the rest.
"""

from typing import NamedTuple

import tensorflow as tf

HEADER_BYTES = 33
_SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]
_IHDR = [0, 0, 0, 13, *b"IHDR"]
_IEND = b"\x00\x00\x00\x00IEND\xaeB`\x82"


class PngHeader(NamedTuple):
    """What the headers of B files say.

    Attributes:
        is_png: bool `(B,)`: signature and IHDR chunk are there. The other
            fields mean nothing in rows where it is False.
        is_whole: bool `(B,)`: the file ends with its IEND chunk.
        height, width: int64 `(B,)`.
        depth: int32 `(B,)`, bits for each sample.
        colour_type: int32 `(B,)`: 0 grey, 2 RGB, 3 palette, 4 grey with
            alpha, 6 RGB with alpha.
    """

    is_png: tf.Tensor
    is_whole: tf.Tensor
    height: tf.Tensor
    width: tf.Tensor
    depth: tf.Tensor
    colour_type: tf.Tensor


def read_png_headers(files):
    """Reads the headers of files that may be anything.

    Args:
        files: string tensor `(B,)`.

    Returns:
        A `PngHeader` with B rows.
    """
    # Short files are filled up with zeros, so that every row has its bytes.
    filled = tf.strings.join([files, tf.constant(b"\0" * HEADER_BYTES)])
    start = tf.strings.substr(filled, 0, HEADER_BYTES)
    header = tf.cast(tf.io.decode_raw(start, tf.uint8), tf.int32)
    header = tf.reshape(header, (-1, HEADER_BYTES))
    begins = tf.reduce_all(header[:, :16] == _SIGNATURE + _IHDR, axis=1)
    length = tf.strings.length(files)
    tail_length = tf.minimum(length, len(_IEND))
    tail = tf.strings.substr(files, -tail_length, tail_length)
    return PngHeader(
        is_png=begins & (length >= HEADER_BYTES),
        is_whole=tail == _IEND,
        width=_big_endian(header[:, 16:20]),
        height=_big_endian(header[:, 20:24]),
        depth=header[:, 24],
        colour_type=header[:, 25],
    )


def _big_endian(four_bytes):
    weights = tf.constant([1 << 24, 1 << 16, 1 << 8, 1], tf.int64)
    return tf.reduce_sum(tf.cast(four_bytes, tf.int64) * weights, axis=1)
