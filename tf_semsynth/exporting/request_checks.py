"""Refusals inside the exported graph: the checks that every request passes.

A check that fails stops the request with INVALID_ARGUMENT and a sentence that
names the input, the row and the value. The words hold no quotation mark and no
apostrophe: TensorFlow would print them with backslashes.
"""

import tensorflow as tf


def require(condition, words):
    """Stops the request unless `condition` holds.

    Args:
        condition: scalar bool tensor.
        words: scalar string, or a function that returns one. A function is
            only called, in the graph, when the condition does not hold.

    Returns:
        The operation to hang `tf.control_dependencies` on.
    """
    make_words = words if callable(words) else lambda: tf.constant(words)
    text = tf.cond(condition, lambda: tf.constant(""), make_words)
    return tf.debugging.Assert(condition, [text])


def require_rows(good, words):
    """Stops the request at its first bad row.

    Args:
        good: bool tensor `(B,)`, False where a row must be refused.
        words: function from an int64 row number to a scalar string.

    Returns:
        The operation to hang `tf.control_dependencies` on.
    """
    first_bad = tf.argmin(tf.cast(good, tf.int32), output_type=tf.int64)
    return require(tf.reduce_all(good), lambda: words(first_bad))


def check_row_counts(**tensors):
    """Refuses empty requests and inputs with unequal numbers of rows.

    Args:
        **tensors: the request's inputs by name, each with leading axis B.

    Returns:
        The same tensors in the same order, checked, as a list.
    """
    counts = [tf.shape(tensor)[0] for tensor in tensors.values()]
    equal = tf.reduce_all([counts[0] == count for count in counts])
    received = [
        part
        for name, count in zip(tensors, counts, strict=True)
        for part in (f" {name} has ", tf.as_string(count), ".")
    ]
    unequal = require(
        equal,
        lambda: tf.strings.join(
            ["The inputs must have one row for each picture."] + received
        ),
    )
    filled = require(
        counts[0] > 0,
        f"The request is empty: {', '.join(tensors)} must have at least one "
        "row.",
    )
    with tf.control_dependencies([unequal, filled]):
        return [tf.identity(tensor) for tensor in tensors.values()]


def check_class_ids(class_ids, height, width, num_classes):
    """Refuses layouts of another size and class ids out of range.

    Args:
        class_ids: int32 tensor `(B, H, W)`.
        height, width: ints, the size that the model was exported for.
        num_classes: int, the valid ids are `0..num_classes - 1`.

    Returns:
        `class_ids`, checked, with the static shape `(B, height, width)`.
    """
    class_ids = check_size(class_ids, "class_ids", height, width)
    good = (class_ids >= 0) & (class_ids < num_classes)

    def words(row):
        bad = tf.where(~good[row])[0]  # (y, x)
        return tf.strings.join(
            [
                "Class id ",
                tf.as_string(class_ids[row, bad[0], bad[1]]),
                " is out of range: this model has the ids 0 to "
                f"{num_classes - 1}. Found in row ",
                tf.as_string(row),
                " at y=",
                tf.as_string(bad[0]),
                ", x=",
                tf.as_string(bad[1]),
                ". The describe signature lists the classes.",
            ]
        )

    in_range = require_rows(tf.reduce_all(good, axis=(1, 2)), words)
    with tf.control_dependencies([in_range]):
        return tf.identity(class_ids)


def check_size(ids, name, height, width):
    """Refuses id maps that do not have the model's one size.

    Args:
        ids: tensor `(B, H, W)`.
        name: str, the input's name for the message.
        height, width: ints, the size that the model was exported for.

    Returns:
        `ids`, checked, with the static shape `(B, height, width)`.
    """
    received = tf.shape(ids)
    right = require(
        tf.reduce_all(received[1:] == [height, width]),
        lambda: tf.strings.join(
            [
                f"{name} has the wrong size: this model makes pictures of "
                f"{height} x {width} pixels, height x width. Received ",
                tf.as_string(received[1]),
                " x ",
                tf.as_string(received[2]),
                ". Resize the layout by nearest first.",
            ]
        ),
    )
    with tf.control_dependencies([right]):
        # Not `ensure_shape`, which TensorFlow Lite lacks.
        return tf.reshape(ids, (-1, height, width))


def check_latent(latent, size):
    """Refuses noise of another length and numbers that are not finite.

    Args:
        latent: float32 tensor `(B, Z)`.
        size: int, the Z of the model.

    Returns:
        `latent`, checked, with the static shape `(B, size)`.
    """
    received = tf.shape(latent)[1]
    right = require(
        received == size,
        lambda: tf.strings.join(
            [
                f"latent must have {size} numbers for each picture. Received ",
                tf.as_string(received),
                ".",
            ]
        ),
    )
    with tf.control_dependencies([right]):
        latent = tf.reshape(latent, (-1, size))
    good = tf.math.is_finite(latent)

    def words(row):
        bad = tf.where(~good[row])[0, 0]
        return tf.strings.join(
            [
                "latent must hold finite numbers. Received ",
                tf.as_string(latent[row, bad]),
                " in row ",
                tf.as_string(row),
                ", number ",
                tf.as_string(bad),
                ".",
            ]
        )

    finite = require_rows(tf.reduce_all(good, axis=1), words)
    with tf.control_dependencies([finite]):
        return tf.identity(latent)
