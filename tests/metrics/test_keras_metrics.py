"""The Keras metrics give what their states give."""

import keras
import numpy as np
import pytest

from tf_semsynth.metrics import keras_metrics
from tf_semsynth.metrics.frechet import FrechetDistance
from tf_semsynth.metrics.kernel_distance import KernelDistance

tf = pytest.importorskip("tensorflow")

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(14, 4)).astype("float32")
FAKE = RNG.normal(size=(11, 4)).astype("float32")
LABELS = RNG.integers(0, 4, (6, 7))
PICTURES = RNG.integers(0, 256, (2, 3, 12, 12, 3))

METRICS = {
    "frechet": (keras_metrics.FrechetDistanceMetric(), (REAL, FAKE)),
    "kernel": (keras_metrics.KernelDistanceMetric(3, 5, 1), (REAL, FAKE)),
    "precision": (keras_metrics.PrecisionRecallMetric(2), (REAL, FAKE)),
    "inception": (keras_metrics.InceptionScoreMetric(2), (FAKE,)),
    "segmentation": (
        keras_metrics.SegmentationMetric(3, ignore=3, variant="mit"),
        (LABELS, LABELS.T.reshape(6, 7)),
    ),
    "quality": (keras_metrics.ImageQualityMetric(), PICTURES),
    "diversity": (
        keras_metrics.ClassDiversityMetric(3),
        (1, np.array([1.0, 2.0]), np.array([0.5, 0.0])),
    ),
}


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_survives_its_config_and_a_reset(name):
    metric, inputs = METRICS[name]
    config = keras.saving.serialize_keras_object(metric)
    assert config["registered_name"].startswith("tf_semsynth>")
    again = keras.saving.deserialize_keras_object(config)
    tensors = [keras.ops.convert_to_tensor(x) for x in inputs]
    again.update_state(*tensors)
    first = again.result()
    again.reset_state()
    with pytest.raises(ValueError):
        again.result()
    again.update_state(*inputs)
    metric.reset_state()
    metric.update_state(*inputs)
    for other in (again.result(), metric.result()):
        if isinstance(first, dict):
            np.testing.assert_equal(other, first)
        else:
            assert other == first


def test_the_state_is_one_of_ours():
    metric = keras_metrics.FrechetDistanceMetric()
    metric.update_state(REAL[:5], None)
    metric.update_state(REAL[5:], FAKE)
    state = FrechetDistance()
    state.update(REAL, True)
    state.update(FAKE, False)
    np.testing.assert_allclose(metric.result(), state.result(), rtol=1e-9)
    assert metric.state.real.count == 14


def test_rows_are_kept_in_the_order_of_calls():
    metric = keras_metrics.KernelDistanceMetric(3, 5)
    for i in range(14):
        metric.update_state(REAL[i : i + 1], FAKE[i : i + 1])
    state = KernelDistance(3, 5)
    state.update(REAL, True, [f"{i:02d}" for i in range(14)])
    state.update(FAKE, False, [f"{i:02d}" for i in range(11)])
    assert metric.result() == state.result()


def test_a_graph_is_refused_with_the_remedy():
    metric = keras_metrics.FrechetDistanceMetric()

    @tf.function
    def step(features):
        metric.update_state(features, features)

    with pytest.raises(RuntimeError, match="eagerly"):
        step(tf.constant(REAL))
