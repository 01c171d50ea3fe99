"""Runs the warm-up records of an export, so that first requests are quick."""

import os

import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from tf_semsynth_serving.server.request_checks import PREDICT_METHOD

DEFAULT_SIGNATURE = "serving_default"
MAX_RECORDS = 1000  # TensorFlow Serving reads no more.
_FRAME_BYTES = 16  # A TFRecord's length and two checksums.


def warm_up(model):
    """Runs the records in the model's `assets.extra`.

    Args:
        model: `Model`.

    Returns:
        int, how many were run; 0 if there is no file.

    Raises:
        ValueError: A record cannot be read or fails: the version is broken.
    """
    path = model.warm_up_file()
    if not os.path.isfile(path):
        return 0
    count = 0
    try:
        for record in _read_records(path):
            _run(model, record)
            count += 1
        if not count:
            raise ValueError("the file is empty.")
    except Exception as error:
        raise ValueError(
            f"Warm-up record {count} in {path} failed: {error}"
        ) from error
    return count


def _read_records(path):
    dataset = tf.data.TFRecordDataset(path).take(MAX_RECORDS)
    count, size = 0, 0
    for data in dataset.as_numpy_iterator():
        yield prediction_log_pb2.PredictionLog.FromString(data)
        count += 1
        size += len(data) + _FRAME_BYTES
    # TensorFlow takes a part of a record's head for the end of the file.
    if count < MAX_RECORDS and size != os.path.getsize(path):
        raise ValueError("the file ends within the record's head.")


def _run(model, record):
    if record.WhichOneof("log_type") != "predict_log":
        return  # Other methods are not served.
    request = record.predict_log.request
    name = request.model_spec.signature_name or DEFAULT_SIGNATURE
    signature = model.signatures[name]
    if signature.method_name == PREDICT_METHOD:
        model.run(
            name, {k: tf.make_ndarray(v) for k, v in request.inputs.items()}
        )
