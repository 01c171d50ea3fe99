"""Small SavedModels with the signatures of an export, made in a second.

Their pictures are sums, so that a test can say what must come out.
"""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

NUM_CLASSES = 8
CLASSES = {"format": 1, "num_classes": NUM_CLASSES, "classes": ["Grün"]}


def save_model(folder, offset=0, warm_up=()):
    """Writes a SavedModel.

    | signature | inputs | output |
    | --- | --- | --- |
    | serving_default | class_ids, seed | image: id + seed + offset |
    | synthesize_png | layout_png, seed | image_png_bytes: PNG, then "/seed" |
    | describe | version | classes_json |
    | slow | spins int32 (B,) | spins, after that many matrix products |
    | total | x float (B,) | sum (), which has no rows |

    Args:
        folder: path of the version.
        offset: int, tells versions from each other.
        warm_up: dicts (signature, inputs) of the warm-up records.

    Returns:
        `Path` of the folder.
    """
    module = tf.Module()
    module.offset = tf.Variable(offset, dtype=tf.int32)
    signatures = {
        "serving_default": _serving_default(module),
        "synthesize_png": _synthesize_png(),
        "describe": _describe(),
        "slow": _slow(),
        "total": _total(),
    }
    tf.saved_model.save(module, str(folder), signatures)
    if warm_up:
        write_warm_up(folder, warm_up)
    return Path(folder)


def write_warm_up(folder, requests):
    """Writes warm-up records: (signature, inputs) each."""
    path = Path(folder, "assets.extra", "tf_serving_warmup_requests")
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for name, inputs in requests:
            log = prediction_log_pb2.PredictionLog()
            request = log.predict_log.request
            request.model_spec.signature_name = name
            for key, value in inputs.items():
                request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
            writer.write(log.SerializeToString())


def expected_image(class_ids, seed, offset=0):
    """What `serving_default` answers, with NumPy."""
    values = np.asarray(class_ids) + np.asarray(seed)[:, None, None] + offset
    return np.repeat(values[..., None], 3, axis=-1).astype("uint8")


def _signature(**specs):
    specs = [
        tf.TensorSpec(shape, dtype, name)
        for name, (shape, dtype) in specs.items()
    ]
    return tf.function(input_signature=specs, autograph=False)


def _serving_default(module):
    @_signature(
        class_ids=((None, None, None), tf.int32), seed=((None,), tf.int64)
    )
    def serving_default(class_ids, seed):
        in_range = tf.debugging.Assert(
            tf.reduce_all(class_ids < NUM_CLASSES),
            ["Class id", tf.reduce_max(class_ids), "is out of range."],
        )
        with tf.control_dependencies([in_range]):
            seed = tf.cast(seed, tf.int32)[:, None, None]
            values = class_ids + seed + module.offset
        image = tf.repeat(values[..., None], 3, axis=-1)
        return {"image": tf.cast(image, tf.uint8)}

    return serving_default


def _synthesize_png():
    @_signature(layout_png=((None,), tf.string), seed=((None,), tf.int64))
    def synthesize_png(layout_png, seed):
        is_png = tf.strings.substr(layout_png, 1, 3) == "PNG"
        words = tf.strings.join(
            ["row ", tf.as_string(tf.argmin(tf.cast(is_png, tf.int32)))]
        )
        checked = tf.debugging.Assert(
            tf.reduce_all(is_png), [tf.strings.join([words, " is no PNG."])]
        )
        with tf.control_dependencies([checked]):
            joined = tf.strings.join([layout_png, tf.as_string(seed)], "/")
        return {"image_png_bytes": joined}

    return synthesize_png


def _describe():
    @_signature(version=((None,), tf.int32))
    def describe(version):
        text = json.dumps(CLASSES, ensure_ascii=False)
        return {"classes_json": tf.fill(tf.shape(version), text)}

    return describe


def _slow():
    @_signature(spins=((None,), tf.int32))
    def slow(spins):
        def spin(i, x):
            return i + 1, tf.linalg.matmul(x, x) / 100.0

        matrix = tf.fill((100, 100), 0.5)
        _, matrix = tf.while_loop(
            lambda i, _: i < tf.reduce_max(spins), spin, (0, matrix)
        )
        # Used, so that it is not optimized away.
        zero = tf.cast(tf.reduce_sum(matrix) * 0, tf.int32)
        return {"spins": spins + zero}

    return slow


def _total():
    @_signature(x=((None,), tf.float32))
    def total(x):
        return {"sum": tf.reduce_sum(x)}

    return total
