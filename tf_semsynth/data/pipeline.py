"""Batches for training and evaluation, as `tf.data` data sets.

Which examples step k sees, and how they are cropped and mirrored, is a pure
function of (seed, epoch, step): a run that starts at step k continues exactly
as an unbroken one. Pictures are decoded and resized by Pillow, in threads, for
TensorFlow's own resize gives other values.
"""

import os
import re

import numpy as np
import tensorflow as tf

from tf_semsynth.core import pixels
from tf_semsynth.data import options as data_options
from tf_semsynth.data import randomness
from tf_semsynth.data.source import ExampleSource

_FLOATS = pixels.to_float(np.arange(256, dtype="uint8"))
_BEGIN, _END = "[data: ", " :data]"


def make_training_dataset(
    reader,
    options,
    batch_size,
    seed,
    *,
    image_height,
    image_width,
    use_edges=False,
    start_step=0,
):
    """Endless batches, shuffled in each epoch.

    Args:
        reader: `DatasetReader`, such as `open_dataset` returns.
        options: `DataOptions`.
        batch_size: int, examples in a batch over all devices.
        seed: int; another seed gives another order and other crops.
        image_height, image_width: int, the system's size in pixels.
        use_edges: bool; adds `edges` if the data set has instances.
        start_step: int, the number of batches that were used already.

    Returns:
        `tf.data.Dataset` of batches as in `core/batch.py`: `class_ids`,
        `image`, `noise_seed`, perhaps `edges`.

    Raises:
        ValueError: The data set is too small or has faults, or an option
            contradicts the system's size. A file that turns out wrong later
            ends the iteration; see `as_data_error`.
    """
    reader.require_sound()
    steps = steps_per_epoch(reader, batch_size)
    plan = data_options.make_plan(
        options, reader.defaults, image_height, image_width, training=True
    )
    source = ExampleSource(reader, plan, options, use_edges)

    def load(row):
        step, place = divmod(int(row), batch_size)
        epoch, step_in_epoch = divmod(step, steps)
        position = step_in_epoch * batch_size + place
        order = randomness.epoch_order(seed, epoch, len(reader))
        rng = randomness.generator(seed, epoch, position)
        example = source.for_training(int(order[position]), rng)
        return example, randomness.noise_seed(seed, epoch, position)

    rows = tf.data.Dataset.range(start_step * batch_size, tf.int64.max)
    return _make_batches(rows, load, source, batch_size, drop_remainder=True)


def make_evaluation_dataset(
    reader,
    options,
    batch_size,
    *,
    image_height,
    image_width,
    use_edges=False,
    seed=0,
    rows=None,
):
    """Batches of examples in the reader's order, the last one partial.

    Nothing is mirrored or jittered; crops are taken from the centre.
    `reader.names` names the rows.

    Args and errors: as in `make_training_dataset`, and `rows`, the numbers of
    the examples to take; None: all.

    Returns:
        `tf.data.Dataset` of the same batches.
    """
    reader.require_sound()
    plan = data_options.make_plan(
        options, reader.defaults, image_height, image_width, training=False
    )
    source = ExampleSource(reader, plan, options, use_edges)

    def load(row):
        row = int(row)
        example = source.for_evaluation(row)
        return example, randomness.noise_seed(seed, 0, row)

    rows = range(len(reader)) if rows is None else rows
    rows = tf.data.Dataset.from_tensor_slices(np.array(rows, "int64"))
    return _make_batches(rows, load, source, batch_size, drop_remainder=False)


def steps_per_epoch(reader, batch_size):
    """How many whole batches an epoch has.

    Raises:
        ValueError: There are fewer examples than rows in a batch.
    """
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be positive, not {batch_size}.")
    if len(reader) < batch_size:
        raise ValueError(
            f"data set {reader.name!r} has {len(reader)} examples in split "
            f"{reader.split!r}, fewer than one batch of {batch_size}. Lower "
            "--batch_size or add examples."
        )
    return len(reader) // batch_size


def as_data_error(error):
    """The fault behind an error that iterating a data set raised.

    Args:
        error: Exception, such as `tf.errors.InvalidArgumentError`.

    Returns:
        ValueError in the data's own words, or `error` itself where it came
        from elsewhere.
    """
    found = re.search(
        re.escape(_BEGIN) + "(.*?)" + re.escape(_END), str(error), re.DOTALL
    )
    return ValueError(found[1]) if found else error


def _make_batches(rows, load, source, batch_size, drop_remainder):
    height, width = source.plan.crop_height, source.plan.crop_width

    def load_in_words(row):
        try:
            example, noise_seed = load(row)
        except (ValueError, OSError) as error:
            raise ValueError(f"{_BEGIN}{error}{_END}") from error
        return *example, np.int64(noise_seed)

    def load_example(row):
        class_ids, image, edges, noise_seed = tf.numpy_function(
            load_in_words,
            [row],
            (tf.int32, tf.uint8, tf.uint8, tf.int64),
            stateful=False,
        )
        example = {
            "class_ids": tf.ensure_shape(class_ids, (height, width)),
            "image": tf.ensure_shape(image, (height, width, 3)),
            "noise_seed": tf.ensure_shape(noise_seed, ()),
        }
        if source.use_edges:
            example["edges"] = tf.ensure_shape(edges, (height, width, 1))
        return example

    def to_floats(batch):
        # A table, for x / 255 may become x * (1 / 255) in the graph.
        image = tf.gather(_FLOATS, tf.cast(batch["image"], tf.int32))
        batch = {**batch, "image": image}
        if source.use_edges:
            batch["edges"] = tf.cast(batch["edges"], tf.float32)
        return batch

    threads = min(8, os.cpu_count() or 1)
    dataset = rows.map(load_example, threads, deterministic=True)
    dataset = dataset.batch(batch_size, drop_remainder=drop_remainder)
    dataset = dataset.map(to_floats).prefetch(2)
    options = tf.data.Options()
    # By file, the default, fails: a batch is split between the workers.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )
    return dataset.with_options(options)
