"""Values are looked at where they are known, or by the graph."""

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.core import backend
from tf_semsynth.core.batch import check_batch

KEYS = ("class_ids", "edges", "image")
B, H, W, K = 2, 4, 6, 3


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    return {
        "class_ids": rng.integers(0, K, (B, H, W), dtype="int32"),
        "edges": rng.integers(0, 2, (B, H, W, 1)).astype("float32"),
        "image": rng.uniform(-1, 1, (B, H, W, 3)).astype("float32"),
    }


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("class_ids", K, r"0 to 2.*from\] \[0\] \[to\] \[3\]"),
        ("class_ids", -1, r"0 to 2.*from\] \[-1\] \[to\]"),
        ("edges", 0.5, "`edges` must be 0 or 1"),
        ("image", 1.5, r"-1 to 1.*\[1.5\]"),
        ("image", -255.0, r"-1 to 1.*\[-255\]"),
    ],
)
def test_a_graph_stops_at_values_out_of_range(batch, key, value, words):
    checked = tf.function(lambda batch: check_batch(batch, KEYS, K)[key])
    batch[key][0, 0, :2] = 0
    batch[key][-1, -1, -1] = value
    with pytest.raises(tf.errors.InvalidArgumentError, match=words):
        checked({k: tf.constant(v) for k, v in batch.items()})
    with pytest.raises(ValueError, match=str(value)):
        check_batch(batch, KEYS, K)


def test_pixels_may_be_a_rounding_beyond(batch):
    batch["image"][:] = 1.0005
    check_batch(batch, KEYS, K)
    tf.function(lambda batch: check_batch(batch, KEYS, K)["image"])(batch)


def test_an_export_has_no_checks_but_its_own(batch):
    with backend.exporting():
        traced = tf.function(
            lambda ids: check_batch({"class_ids": ids}, ("class_ids",), K)
        ).get_concrete_function(tf.TensorSpec((None, H, W), tf.int32))
    types = {operation.type for operation in traced.graph.get_operations()}
    assert not types & {"Assert", "If", "StatelessIf"}


def test_a_graph_leaves_what_is_not_a_number_to_the_losses(batch):
    batch["image"][0, 0, 0, 0] = np.nan
    tf.function(lambda batch: check_batch(batch, KEYS, K)["image"])(batch)
    with pytest.raises(ValueError, match="Received: nan"):
        check_batch(batch, KEYS, K)
