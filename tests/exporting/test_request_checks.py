"""The checks that each request passes."""

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.exporting.request_checks import (
    check_class_ids,
    check_latent,
    check_row_counts,
)

H, W, K, Z = 4, 5, 7, 3


@tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.int32)])
def check(class_ids):
    return check_class_ids(class_ids, H, W, K)


@tf.function(
    input_signature=[
        tf.TensorSpec((None, None, None), tf.int32),
        tf.TensorSpec((None,), tf.int64),
    ]
)
def count(class_ids, seed):
    return check_row_counts(class_ids=class_ids, seed=seed)


@tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32)])
def check_noise(latent):
    return check_latent(latent, Z)


def message_of(function, *inputs):
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        function(*inputs)
    return caught.value.message


def test_good_ids_pass_unchanged():
    ids = np.random.default_rng(0).integers(K, size=(3, H, W), dtype="int32")
    np.testing.assert_array_equal(check(ids), ids)


@pytest.mark.parametrize("value", [K, 255, -1])
def test_an_id_out_of_range_is_named_with_row_and_place(value):
    ids = np.zeros((3, H, W), "int32")
    ids[2, 1, 3] = value
    message = message_of(check, ids)
    assert f"Class id {value} is out of range" in message
    assert "the ids 0 to 6" in message
    assert "row 2 at y=1, x=3" in message


def test_another_size_is_refused_with_both_sizes():
    message = message_of(check, np.zeros((1, W, H), "int32"))
    assert "4 x 5 pixels" in message
    assert "Received 5 x 4" in message


def test_unequal_rows_are_refused_with_their_numbers():
    ids = np.zeros((3, H, W), "int32")
    message = message_of(count, ids, np.zeros(2, "int64"))
    assert "class_ids has 3. seed has 2." in message


def test_an_empty_request_is_refused():
    ids = np.zeros((0, H, W), "int32")
    message = message_of(count, ids, np.zeros(0, "int64"))
    assert "The request is empty" in message


def test_good_noise_passes_unchanged():
    latent = np.random.default_rng(0).normal(size=(2, Z)).astype("float32")
    np.testing.assert_array_equal(check_noise(latent), latent)


def test_noise_of_another_length_is_refused_with_both_lengths():
    message = message_of(check_noise, np.zeros((Z, 2), "float32"))
    assert "latent must have 3 numbers for each picture. Received 2" in message


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_noise_that_is_not_finite_is_named_with_its_place(value):
    latent = np.zeros((2, Z), "float32")
    latent[1, 2] = value
    message = message_of(check_noise, latent)
    assert "latent must hold finite numbers" in message
    assert f"Received {value} in row 1, number 2" in message
