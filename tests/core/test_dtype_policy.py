import keras
import pytest

from tf_semsynth.core.dtype_policy import default_policy


def test_layers_made_inside_take_it_and_others_do_not():
    with default_policy("mixed_bfloat16"):
        inside = keras.layers.Dense(1)
        named = keras.layers.Dense(1, dtype="float32")
    assert inside.compute_dtype == "bfloat16"
    assert named.compute_dtype == "float32"
    assert keras.layers.Dense(1).compute_dtype == "float32"


def test_an_error_inside_puts_the_policy_back():
    with pytest.raises(RuntimeError), default_policy("mixed_bfloat16"):
        raise RuntimeError
    assert keras.config.dtype_policy().name == "float32"
