"""The batch contract, checked."""

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.core import backend
from tf_semsynth.core.batch import check_batch

KEYS = ("class_ids", "edges", "image", "noise_seed")
B, H, W, K = 2, 4, 6, 3


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    return {
        "class_ids": rng.integers(0, K, (B, H, W), dtype="int32"),
        "edges": rng.integers(0, 2, (B, H, W, 1)).astype("float32"),
        "image": rng.uniform(-1, 1, (B, H, W, 3)).astype("float32"),
        "noise_seed": rng.integers(-(2**62), 2**62, B),
    }


def test_a_batch_as_agreed_passes_as_arrays_and_tensors(batch):
    check_batch(batch, KEYS, K)
    check_batch({k: tf.constant(v) for k, v in batch.items()}, KEYS, K)
    check_batch(batch, ("class_ids",))


def test_a_missing_key_is_named(batch):
    del batch["edges"]
    with pytest.raises(ValueError, match="lacks 'edges'"):
        check_batch(batch, KEYS)


@pytest.mark.parametrize(
    "key, value, words",
    [
        ("class_ids", np.zeros((B, H, W, K), "int32"), "argmax"),
        ("class_ids", np.zeros((B, H, W), "float32"), "must be int32.*float32"),
        ("class_ids", np.zeros((B, H, W + 1), "int32"), "same W.*: 7"),
        ("class_ids", np.full((B, H, W), K, "int32"), "0 to 2.*3"),
        ("class_ids", np.full((B, H, W), -1, "int32"), "0 to 2"),
        ("edges", np.full((B, H, W, 1), 255.0, "float32"), "0 or 1.*255"),
        ("edges", np.zeros((B, H, W), "float32"), r"\(B, H, W, 1\)"),
        ("image", np.full((B, H, W, 3), 255.0, "float32"), "-1 to 1.*255"),
        ("image", np.full((B, H, W, 3), np.nan, "float32"), "-1 to 1"),
        ("image", np.zeros((B, H, W, 1), "float32"), r"\(B, H, W, 3\)"),
        ("image", np.zeros((B, H, W, 3), "uint8"), "must be float32"),
        ("noise_seed", np.zeros((B + 1,), "int64"), "same B"),
        ("noise_seed", np.zeros((B,), "float32"), "must be int64"),
    ],
)
def test_a_fault_is_told_with_its_numbers(batch, key, value, words):
    with pytest.raises(ValueError, match=f"(?s){words}"):
        check_batch({**batch, key: value}, KEYS, K)


def test_an_empty_batch_is_refused(batch):
    empty = {key: value[:0] for key, value in batch.items()}
    with pytest.raises(ValueError, match="empty"):
        check_batch(empty, KEYS, K)


def test_a_traced_batch_is_checked_for_what_is_known(batch):
    @tf.function
    def traced(batch):
        return check_batch(batch, ("class_ids",), K)["class_ids"]

    np.testing.assert_array_equal(traced(batch), batch["class_ids"])
    batch["class_ids"] = batch["class_ids"].astype("float32")
    with pytest.raises(ValueError, match="int32"):
        traced(batch)


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


def test_a_size_is_checked_where_it_is_known(batch):
    for size, fits in (((H, W), True), ((H, W + 1), False)):
        if fits:
            check_batch(batch, KEYS, K, size)
            continue
        with pytest.raises(ValueError, match=r"4 x 7 pixels.*\(2, 4, 6\)"):
            check_batch(batch, KEYS, K, size)


def test_unknown_sizes_are_checked_in_the_graph_and_known_after(batch):
    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.int32)])
    def checked(ids):
        ids = check_batch({"class_ids": ids}, ("class_ids",), K, (H, W))
        assert ids["class_ids"].shape.as_list() == [None, H, W]
        return ids["class_ids"]

    ids = batch["class_ids"]
    np.testing.assert_array_equal(checked(ids), ids)
    with pytest.raises(tf.errors.InvalidArgumentError, match="4 x 6 pixels"):
        checked(ids[:, :, :-1])


def test_an_unknown_rank_names_the_remedy():
    @tf.function(input_signature=[tf.TensorSpec(None, tf.int32)])
    def checked(ids):
        return check_batch({"class_ids": ids}, ("class_ids",))

    words = r"`class_ids` has no static shape.*set_shape\(\(H, W\)\)"
    with pytest.raises(ValueError, match=words):
        checked.get_concrete_function()


def test_what_is_no_dictionary_is_described():
    with pytest.raises(ValueError, match=r"dictionary.*int32 of shape \(2, 4"):
        check_batch(np.zeros((2, 4, 6), "int32"), ("class_ids",))
