"""Layouts from PNG bytes inside the graph, exactly or not at all."""

import functools

import tensorflow as tf

from tf_semsynth.exporting.png_header import read_png_headers
from tf_semsynth.exporting.request_checks import require_rows

COLOUR_TYPES = {
    0: "grey",
    2: "RGB",
    3: "palette",
    4: "grey with alpha",
    6: "RGB with alpha",
}
_TO_GREY = (
    "Send one grey value for each pixel, the class id; the describe signature "
    "lists ids and colours."
)


def decode_layouts(files, height, width):
    """Decodes grey PNGs of 8 or 16 bits, whose values are class ids.

    Everything else stops the request with INVALID_ARGUMENT before a pixel is
    unpacked: bytes that are no PNG, truncated files, another size than the
    model's, palette and colour pictures, and 1- to 4-bit pictures, whose
    values TensorFlow would stretch to 0..255.

    Args:
        files: string tensor `(B,)`, the bytes of one PNG in each row.
        height, width: ints, the size that the model was exported for.

    Returns:
        int32 tensor `(B, height, width)`. The ids' range is not checked here.
    """
    header = read_png_headers(files)
    with tf.control_dependencies(_refusals(files, header, height, width)):
        files = tf.identity(files)

    def decode(row):
        file, depth = row
        values = tf.cond(
            depth == 16,
            lambda: _decode(file, tf.uint16),
            lambda: _decode(file, tf.uint8),
        )
        return tf.ensure_shape(values[..., 0], (height, width))

    return tf.map_fn(
        decode,
        (files, header.depth),
        fn_output_signature=tf.TensorSpec((height, width), tf.int32),
    )


def _decode(file, dtype):
    return tf.cast(tf.io.decode_png(file, channels=1, dtype=dtype), tf.int32)


def _refusals(files, header, height, width):
    """The checks in order: of several faults the most basic one is named."""
    expected = (
        f" Expected a grey PNG of 8 or 16 bits, {height} x {width} pixels "
        "(height x width)."
    )
    num_bytes = tf.strings.length(files)
    right_size = (header.height == height) & (header.width == width)
    right_depth = (header.depth == 8) | (header.depth == 16)
    # What must hold, and the words that follow the row's number otherwise: a
    # tensor stands for its value in that row.
    checks = [
        (
            header.is_png,
            " is no PNG: it does not start with a PNG header. Received ",
            num_bytes,
            f" bytes.{expected}",
        ),
        (
            right_size,
            " has the wrong size: its header says ",
            header.height,
            " x ",
            header.width,
            f".{expected} Resize the layout by nearest first.",
        ),
        (
            header.colour_type == 0,
            " holds no class ids: its colour type is ",
            header.colour_type,
            ", ",
            _colour_type_names(header.colour_type),
            f".{expected} {_TO_GREY}",
        ),
        (
            right_depth,
            " has ",
            header.depth,
            f" bits for each pixel.{expected} Save it with 8 bits.",
        ),
        (
            header.is_whole,
            " is truncated or has bytes after its end: it does not end with "
            "the IEND chunk. Received ",
            num_bytes,
            " bytes. Write or send the file again.",
        ),
    ]
    done = []
    for good, *words in checks:
        with tf.control_dependencies(done):
            say = functools.partial(_say, words)
            done = [require_rows(good, say)]
    return done


def _colour_type_names(colour_type):
    """The colour types (B,) in words, string `(B,)`."""
    known = tf.equal(colour_type[:, None], list(COLOUR_TYPES))
    index = tf.where(
        tf.reduce_any(known, -1),
        tf.argmax(known, -1),
        tf.constant(len(COLOUR_TYPES), tf.int64),
    )
    return tf.gather([*COLOUR_TYPES.values(), "unknown"], index)


def _say(words, row):
    parts = [
        part if isinstance(part, str) else tf.strings.as_string(part[row])
        for part in words
    ]
    return tf.strings.join(["layout_png row ", tf.as_string(row), *parts])
