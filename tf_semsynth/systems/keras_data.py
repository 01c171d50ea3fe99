"""What Keras' loops hand over: a batch alone, or words."""

import keras

from tf_semsynth.core import backend
from tf_semsynth.core.batch import describe_value

_KEYS = '"class_ids" and "image" (to `predict`, "class_ids" alone)'


def batch_of(data):
    """Returns the batch within what a data set or Keras' loops hold.

    Args:
        data: Dictionary of arrays or tensors, or a tuple that holds it in
            its first place and nothing behind it, as Keras hands it over.

    Returns:
        The dictionary.

    Raises:
        ValueError: There are targets or weights beside the batch, or it is
            no dictionary.
    """
    if isinstance(data, tuple) and data:
        data, *more = data
        for value, name in zip(more, ("y", "sample_weight"), strict=False):
            refuse_given({name: None if _is_nothing(value) else value})
    if not isinstance(data, dict):
        raise ValueError(
            f"A system's batch is one dictionary with {_KEYS}: "
            'fit({"class_ids": ids, "image": images}), or a data set of such '
            f"dictionaries. Received: {describe_value(data)}."
        )
    return data


def refuse_given(arguments):
    """Refuses what Keras' loops take and a system has no use for.

    Args:
        arguments: Mapping from the names of Keras' arguments to values.

    Raises:
        ValueError: Names the argument and what to do instead.
    """
    if arguments.get("y") is not None:
        raise ValueError(
            "A system has no targets `y` beside its batch: the batch is one "
            f"dictionary with {_KEYS}. Received: y = "
            f"{describe_value(arguments['y'])}."
        )
    for name in ("sample_weight", "class_weight"):
        if arguments.get(name) is not None:
            raise ValueError(
                "A system's losses take no weights of samples or classes, "
                "since each is a mean over all pictures, and the batch is "
                f"one dictionary with {_KEYS}. Received: {name} = "
                f"{describe_value(arguments[name])}. Leave it out; to let some "
                "pictures count more, let the data set repeat them."
            )


def check_data(data):
    """Checks what can be known of data before they are read.

    Args:
        data: What Keras' loops take: arrays, a tuple of them, a
            `tf.data.Dataset`, a `PyDataset`. Of a generator nothing can be
            known.

    Raises:
        ValueError: As `batch_of`.
    """
    if isinstance(data, (tuple, dict)):
        batch_of(data)
    elif hasattr(data, "element_spec"):
        batch_of(data.element_spec)
    elif isinstance(data, keras.utils.PyDataset):
        batch_of(data[0])


def _is_nothing(value):
    """Whether this stands for None, also where `tf.data` holds it."""
    if value is None or not backend.on_tensorflow():
        return value is None
    import tensorflow as tf

    nothing = tf.NoneTensorSpec, tf.OptionalSpec, tf.experimental.Optional
    return isinstance(value, nothing)
