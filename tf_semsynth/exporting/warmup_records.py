"""Warm-up records: the requests that TensorFlow Serving runs at start.

Without them the first request of each form waits while TensorFlow prepares
its graph. See https://www.tensorflow.org/tfx/serving/saved_model_warmup.
"""

import tensorflow as tf

from tf_semsynth.core import storage
from tf_semsynth.exporting.example_requests import make_request
from tf_semsynth.systems.registry import system_name

FILE = "tf_serving_warmup_requests"
MAX_RECORDS = 1000  # TensorFlow Serving reads no more.
NUM_VARIANTS = 4


def check_serving_api():
    """Checks that the protos of TensorFlow Serving are installed.

    Raises:
        ImportError: They are not.
    """
    try:
        from tensorflow_serving.apis import prediction_log_pb2  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "Warm-up records need the package tensorflow-serving-api, which "
            "is not installed. Install it with `pip install "
            "'tf_semsynth[serving]'`, or export without them: --nowarmup "
            "(`warmup=False`). The first requests to a server are slow then."
        ) from error


def write_warmup(folder, signatures, system, batch_sizes):
    """Writes one record for each signature and batch size.

    Args:
        folder: str, the model's `assets.extra`.
        signatures: names of the signatures.
        system: the `System`, for its name and sizes.
        batch_sizes: sequence of ints.

    Returns:
        dict, what the records cover, for `export.json`.

    Raises:
        ValueError: A batch size is impossible, or there are too many.
    """
    batch_sizes = sorted(set(batch_sizes))
    num_records = len(signatures) * len(batch_sizes)
    if not batch_sizes or batch_sizes[0] < 1 or num_records > MAX_RECORDS:
        raise ValueError(
            "The batch sizes of the warm-up records must be at least 1, and "
            f"few enough for {MAX_RECORDS} records, which is what TensorFlow "
            f"Serving reads. Received: {batch_sizes} for {len(signatures)} "
            "signatures."
        )
    with tf.io.TFRecordWriter(storage.join(folder, FILE)) as writer:
        for name in signatures:
            for batch_size in batch_sizes:
                request = make_request(
                    name, system, batch_size, num_variants=NUM_VARIANTS
                )
                log = _make_log(system_name(system), name, request)
                writer.write(log.SerializeToString())
    return {
        "records": num_records,
        "batch_sizes": batch_sizes,
        "num_variants": NUM_VARIANTS,
        "image_height": system.config.image_height,
        "image_width": system.config.image_width,
    }


def _make_log(model, signature, request):
    from tensorflow_serving.apis import model_pb2, predict_pb2
    from tensorflow_serving.apis.prediction_log_pb2 import (
        PredictionLog,
        PredictLog,
    )

    predict = predict_pb2.PredictRequest(
        model_spec=model_pb2.ModelSpec(name=model, signature_name=signature),
        inputs={k: tf.make_tensor_proto(v) for k, v in request.items()},
    )
    return PredictionLog(predict_log=PredictLog(request=predict))
