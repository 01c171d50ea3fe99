"""Reference pictures from PNG or JPEG bytes inside the graph."""

import tensorflow as tf

from tf_semsynth.exporting.pillow_resize import resize_bicubic
from tf_semsynth.exporting.png_header import read_png_headers
from tf_semsynth.exporting.request_checks import require

MAX_PIXELS = 4096 * 4096
# An EXIF orientation of 2 to 8, in either order of bytes; \C is any byte.
_TURNED = (
    r"\C*(?:Exif\x00\x00|eXIf)(?:"
    r"II\*\x00\C*\x12\x01\x03\x00\x01\x00\x00\x00[\x02-\x08]\x00|"
    r"MM\x00\*\C*\x01\x12\x00\x03\x00\x00\x00\x01\x00[\x02-\x08]"
    r")\C*"
)
_EXIF_BYTES = 1 << 17  # It stands before the pixels, in at most 64 kB.


def decode_style_images(files, height, width):
    """Decodes pictures and resizes them to the model's size.

    The whole picture is resized (Pillow's bicubic, as the training data was),
    whatever its shape. Pictures that are not seen as they are stored are
    refused: turned by an EXIF orientation, partly transparent, CMYK, of 16
    bits. Colour profiles are not applied.

    Args:
        files: string tensor `(B,)`, the bytes of a PNG or JPEG in each row.
            Pictures of more than 4096 x 4096 pixels are refused by their
            header, before they are unpacked.
        height, width: ints, the size that the model was exported for.

    Returns:
        uint8 tensor `(B, height, width, 3)`, RGB.
    """
    header = read_png_headers(files)

    def decode(row):
        number, file, is_png, png_height, png_width, png_depth = row
        depth = tf.where(is_png, png_depth, 8)
        size = tf.cond(
            is_png,
            lambda: tf.stack([png_height, png_width]),
            lambda: _jpeg_size(number, file),
        )
        checks = [_check_size(number, size), _check_upright(number, file)]
        with tf.control_dependencies([*checks, _check_depth(number, depth)]):
            file = tf.identity(file)
        image = tf.cond(
            is_png,
            lambda: _decode_opaque(number, file),
            # The slow integer transform is the one that Pillow uses.
            lambda: tf.io.decode_jpeg(
                file, channels=3, dct_method="INTEGER_ACCURATE"
            ),
        )
        return resize_bicubic(image, height, width)

    rows = tf.range(tf.shape(files, tf.int64)[0], dtype=tf.int64)
    return tf.map_fn(
        decode,
        (
            rows,
            files,
            header.is_png,
            header.height,
            header.width,
            header.depth,
        ),
        fn_output_signature=tf.TensorSpec((height, width, 3), tf.uint8),
        parallel_iterations=1,  # One unpacked picture in memory at a time.
    )


def _jpeg_size(number, file):
    is_jpeg = tf.strings.substr(tf.strings.join([file, "..."]), 0, 3) == (
        b"\xff\xd8\xff"
    )
    known = require(
        is_jpeg,
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " is neither PNG nor JPEG. Received ",
                tf.as_string(tf.strings.length(file)),
                " bytes. Send the bytes of a PNG or JPEG file.",
            ]
        ),
    )
    with tf.control_dependencies([known]):
        shape = tf.image.extract_jpeg_shape(file, output_type=tf.int32)
    is_known = require(
        shape[2] < 4,
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " holds the four inks of a printer (CMYK). Save it as RGB.",
            ]
        ),
    )
    with tf.control_dependencies([is_known]):
        return tf.cast(shape[:2], tf.int64)


def _decode_opaque(number, file):
    """A PNG without its alpha channel, which must say nothing."""
    image = tf.io.decode_png(file, channels=4)
    is_opaque = require(
        tf.reduce_all(image[..., 3] == 255),
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " is partly transparent. Save it without transparency.",
            ]
        ),
    )
    with tf.control_dependencies([is_opaque]):
        return image[..., :3]


def _check_upright(number, file):
    start = tf.strings.substr(
        file, 0, tf.minimum(tf.strings.length(file), _EXIF_BYTES)
    )
    return require(
        tf.logical_not(tf.strings.regex_full_match(start, _TURNED)),
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " has an EXIF orientation: viewers turn it, but its pixels "
                "would be used as they are stored. Save it upright.",
            ]
        ),
    )


def _check_depth(number, depth):
    return require(
        depth <= 8,
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " has ",
                tf.as_string(depth),
                " bits for each channel. Save it with 8.",
            ]
        ),
    )


def _check_size(number, size):
    pixels = size[0] * size[1]
    return require(
        (pixels > 0) & (pixels <= MAX_PIXELS),
        lambda: tf.strings.join(
            [
                "style_image row ",
                tf.as_string(number),
                " has a size out of range: its header says ",
                tf.as_string(size[0]),
                " x ",
                tf.as_string(size[1]),
                f". Expected 1 to {MAX_PIXELS} pixels. Make it smaller first.",
            ]
        ),
    )
