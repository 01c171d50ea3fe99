"""An export that differs from its system is found out."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.exporting.conftest import tiny
from tf_semsynth.exporting.verification import verify_export
from tf_semsynth.exporting.writer import export_system


def test_other_pictures_are_noticed(tmp_path, spade):
    config = spade.system.config
    size = config.image_height, config.image_width
    module = tf.Module()

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, *size), tf.int32, name="class_ids"),
            tf.TensorSpec((None,), tf.int64, name="seed"),
        ]
    )
    def black(class_ids, seed):
        shape = [tf.shape(class_ids)[0], *size, 3]
        return {"image": tf.zeros(shape, tf.uint8)}

    tf.saved_model.save(module, str(tmp_path), {"serving_default": black})
    with pytest.raises(ValueError, match="grey levels"):
        verify_export(
            str(tmp_path), ("serving_default",), spade.system, spade.system, ""
        )


def test_a_model_that_cannot_be_loaded_is_noticed(tmp_path, spade):
    system = spade.system
    with pytest.raises(ValueError, match="without this package"):
        verify_export(str(tmp_path), ("describe",), system, system, "{}")


@pytest.mark.slow
def test_the_export_of_a_bfloat16_system_with_averages_verifies(tmp_path):
    """The comparison is with what is exported: averages, in float32."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        system = tiny("spade")
    finally:
        keras.config.set_dtype_policy("float32")
    system.compile(steps_per_epoch=10, ema_decay=0.9)
    for weight in system.generator.trainable_weights:
        weight.assign(np.array(weight) + 0.1)
    record = export_system(system, tmp_path / "1", warmup=False)
    assert record["verification"]["max_grey_levels"] <= 1
