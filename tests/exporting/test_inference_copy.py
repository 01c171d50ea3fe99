"""The copy that is exported."""

import keras
import numpy as np

from tests.exporting.conftest import draw, tiny, weights_of
from tf_semsynth.exporting.inference_copy import copy_system, fold


def pictures(system):
    config = system.config
    rng = np.random.default_rng(0)
    shape = (1, config.image_height, config.image_width)
    ids = rng.integers(config.num_classes, size=shape, dtype="int32")
    return draw(system, {"class_ids": ids}, seed=[3])


def test_folding_changes_kernels_but_not_pictures(spade):
    copy = copy_system(spade.system)
    fold(copy)
    expected = pictures(spade.system)
    np.testing.assert_allclose(pictures(copy), expected, atol=1e-4)
    pairs = zip(weights_of(copy), spade.weights_before, strict=True)
    assert any(not np.allclose(a, b) for a, b in pairs)


def test_classes_and_absent_networks_are_kept(spade):
    system = copy_system(spade.system)
    system.absent_networks = {"discriminator"}
    copy = copy_system(system)
    assert copy.classes == spade.system.classes
    assert copy.absent_networks == {"discriminator"}


def test_bfloat16_with_averages_becomes_float32_of_the_averages():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        system = tiny("spade")
    finally:
        keras.config.set_dtype_policy("float32")
    system.compile(steps_per_epoch=10, ema_decay=0.9)
    first = system.generator.trainable_weights[0]
    averaged = np.array(first)
    first.assign(averaged + 1.0)
    copy = copy_system(system)
    layers = copy.generator._flatten_layers()
    assert {layer.compute_dtype for layer in layers} == {"float32"}
    assert pictures(copy).dtype == np.float32
    np.testing.assert_array_equal(copy.generator.trainable_weights[0], averaged)
    np.testing.assert_array_equal(first, averaged + 1.0)
