"""Reference pictures from PNG or JPEG bytes inside the graph."""

import tensorflow as tf

from tf_semsynth.exporting.pillow_resize import resize_bicubic
from tf_semsynth.exporting.png_header import read_png_headers
from tf_semsynth.exporting.request_checks import require

MAX_PIXELS = 4096 * 4096


def decode_style_images(files, height, width):
    """Decodes pictures and resizes them to the model's size.

    The whole picture is resized (Pillow's bicubic, as the training data was),
    whatever its shape. The EXIF orientation of a JPEG is ignored: a picture
    that viewers turn upright by it is used as it is stored.

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
        number, file, is_png, png_height, png_width = row
        size = tf.cond(
            is_png,
            lambda: tf.stack([png_height, png_width]),
            lambda: _jpeg_size(number, file),
        )
        with tf.control_dependencies([_check_size(number, size)]):
            file = tf.identity(file)
        image = tf.cond(
            is_png,
            lambda: tf.io.decode_png(file, channels=3),
            # The slow integer transform is the one that Pillow uses.
            lambda: tf.io.decode_jpeg(
                file, channels=3, dct_method="INTEGER_ACCURATE"
            ),
        )
        return resize_bicubic(image, height, width)

    rows = tf.range(tf.shape(files, tf.int64)[0], dtype=tf.int64)
    return tf.map_fn(
        decode,
        (rows, files, header.is_png, header.height, header.width),
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
    return tf.cast(shape[:2], tf.int64)


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
