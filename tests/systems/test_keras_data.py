import numpy as np
import pytest
import tensorflow as tf

from tests.training.painter import make_batch
from tf_semsynth.systems.keras_data import batch_of, check_data, refuse_given


@pytest.mark.parametrize("more", [(), (None,), (None, None)])
def test_a_batch_alone_is_found_in_what_keras_hands_over(more):
    batch = make_batch(0)
    assert batch_of(batch) is batch
    assert batch_of((batch, *more)) is batch


def test_a_none_that_tf_data_holds_is_none():
    batch = make_batch(0)
    check_data(tf.data.Dataset.from_tensors((batch, None)))
    assert batch_of((batch, tf.experimental.Optional.empty(None))) is batch


def test_targets_and_weights_are_refused_with_what_came():
    batch, numbers = make_batch(0), np.zeros((4, 2), "float32")
    with pytest.raises(ValueError, match=r"y = float32 of shape \(4, 2\)"):
        batch_of((batch, numbers))
    with pytest.raises(ValueError, match="sample_weight = float32"):
        batch_of((batch, None, numbers))
    with pytest.raises(ValueError, match="class_weight = a dict"):
        refuse_given({"x": batch, "class_weight": {0: 1.0}})


@pytest.mark.parametrize("data", [np.zeros((4, 8, 12)), [1], "batch", None, ()])
def test_what_is_no_dictionary_is_refused(data):
    with pytest.raises(ValueError, match='dictionary with "class_ids"'):
        batch_of(data)


def test_of_a_generator_nothing_can_be_known():
    check_data(x for x in [1])
    check_data(None)
