"""Seeds of `predict`: row i of the data draws from seed i.

They travel with the rows, so that neither the batch size nor
`steps_per_execution` nor the number of devices changes a picture.
"""

import keras
import numpy as np


def with_row_seeds(data):
    """Data for `predict` whose batches bring their "noise_seed".

    Args:
        data: What `keras.Model.predict` takes: a dictionary of arrays, a
            `tf.data.Dataset`, a `PyDataset`, or a generator of batches.
            Batches that have a "noise_seed" keep it.

    Returns:
        Data of the same rows in the same order.
    """
    if isinstance(data, dict):
        return _numbered(data, 0)
    if isinstance(data, keras.utils.PyDataset):
        # One after the other: where a row stands follows from those before.
        return _number_batches(data[i] for i in range(data.num_batches))
    if hasattr(data, "element_spec") and hasattr(data, "scan"):
        return _number_dataset(data)
    if hasattr(data, "__next__"):
        return _number_batches(data)
    return data


def _number_batches(batches):
    start = 0
    for data in batches:
        batch, rest = _take_apart(data)
        if _wants_seeds(batch):
            yield (_numbered(batch, start), *rest)
            start += len(batch["class_ids"])
        else:
            yield data


def _number_dataset(dataset):
    import tensorflow as tf

    if not _wants_seeds(_take_apart(dataset.element_spec)[0]):
        return dataset

    def number(start, data):
        batch, rest = _take_apart(data)
        rows = tf.shape(batch["class_ids"], out_type=tf.int64)[0]
        seeds = tf.range(start, start + rows)
        return start + rows, ({**batch, "noise_seed": seeds}, *rest)

    return dataset.scan(tf.constant(0, tf.int64), number)


def _take_apart(data):
    """The batch, and what Keras' form has beside it."""
    return (data[0], data[1:]) if isinstance(data, tuple) else (data, ())


def _wants_seeds(batch):
    # What is no batch at all gets its words from `predict`.
    if not isinstance(batch, dict) or "class_ids" not in batch:
        return False
    return batch.get("noise_seed") is None


def _numbered(batch, start):
    if not _wants_seeds(batch):
        return batch
    rows = len(batch["class_ids"])
    return {**batch, "noise_seed": np.arange(start, start + rows)}
