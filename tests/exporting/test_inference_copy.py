"""The copy that is exported."""

import keras
import numpy as np

from tests.exporting.conftest import tiny
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.exporting.inference_copy import copy_system, fold
from tf_semsynth.systems import registry


def pictures(system):
    config = system.config
    rng = np.random.default_rng(0)
    shape = (1, config.image_height, config.image_width)
    ids = rng.integers(config.num_classes, size=shape, dtype="int32")
    return np.asarray(system.synthesize({"class_ids": ids}, seed=[3]))


def test_folding_changes_kernels_but_not_pictures():
    system = tiny("spade")
    expected = pictures(system)
    copy = copy_system(system)
    fold(copy)
    np.testing.assert_allclose(pictures(copy), expected, atol=1e-4)
    pairs = zip(copy.generator.weights, system.generator.weights, strict=True)
    assert any(not np.allclose(a, b) for a, b in pairs)


def test_a_copy_of_a_bfloat16_system_computes_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        system = tiny("spade")
    finally:
        keras.config.set_dtype_policy("float32")
    copy = copy_system(system)
    assert {
        layer.compute_dtype for layer in copy.generator._flatten_layers()
    } == {"float32"}
    assert pictures(copy).dtype == np.float32


def test_averaged_weights_are_copied_where_there_are_any():
    system = tiny("spade")
    system.compile(steps_per_epoch=10, ema_decay=0.9)
    first = system.generator.trainable_weights[0]
    averaged = np.array(first)
    first.assign(averaged + 1.0)
    copy = copy_system(system)
    np.testing.assert_array_equal(copy.generator.trainable_weights[0], averaged)
    np.testing.assert_array_equal(first, averaged + 1.0)


def test_classes_and_absent_networks_are_kept():
    config = registry.get_config_class("spade").tiny()
    table = ClassTable.default(config.num_classes, unknown_id=2)
    system = registry.get_system_class("spade")(config, table)
    system.absent_networks = {"discriminator"}
    copy = copy_system(system)
    assert copy.classes == table
    assert copy.absent_networks == {"discriminator"}
