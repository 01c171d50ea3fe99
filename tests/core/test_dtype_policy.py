import keras
import pytest

from tf_semsynth.core.dtype_policy import check_keras_settings, default_policy


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


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_what_systems_are_made_for_is_allowed(policy):
    check_keras_settings(keras.DTypePolicy(policy))


@pytest.mark.parametrize("policy", ["mixed_float16", "float16", "float64"])
def test_other_policies_are_refused_with_the_remedy(policy):
    with pytest.raises(ValueError, match=f"(?s){policy}.*mixed_bfloat16"):
        check_keras_settings(keras.DTypePolicy(policy))


@pytest.mark.parametrize(
    ("name", "value"),
    [("floatx", "float64"), ("image_data_format", "channels_first")],
)
def test_settings_of_a_whole_project_are_refused_by_name(name, value):
    before = getattr(keras.config, name)()
    change = getattr(keras.config, f"set_{name}")
    change(value)
    try:
        with pytest.raises(ValueError, match=value):
            check_keras_settings(keras.DTypePolicy("float32"))
    finally:
        change(before)
