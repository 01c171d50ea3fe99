"""What every layer keeps to, whatever it does."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.conformance.layer_cases import CASES
from tf_semsynth.core import backend

pytestmark = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def case(name):
    return CASES[name]


def built(case, **kwargs):
    """The layer with random weights, none of them zero or one."""
    layer = case.make(**kwargs)
    layer.build(*(x.shape for x in case.arrays()))
    randomise(layer)
    return layer


def randomise(layer):
    rng = np.random.default_rng(1)
    for weight in layer.weights:
        weight.assign(rng.uniform(0.5, 1.5, weight.shape))


def flat(outputs):
    return [np.asarray(x, "float32") for x in keras.tree.flatten(outputs)]


def test_the_symbolic_shape_equals_the_eager_shape(case):
    layer = case.make()
    symbolic = keras.tree.flatten(layer(*case.symbols()))
    eager = keras.tree.flatten(layer(*case.arrays()))
    for symbol, value in zip(symbolic, eager, strict=True):
        assert symbol.shape == (None, *value.shape[1:])
        assert symbol.dtype == keras.backend.standardize_dtype(value.dtype)


def test_building_makes_every_weight_before_the_first_call(case):
    layer = built(case)
    before = [id(weight) for weight in layer.weights]
    layer(*case.arrays())
    assert [id(weight) for weight in layer.weights] == before


def test_it_runs_on_unknown_sizes(case):
    layer = built(case)
    arrays = case.arrays()
    signature = [
        tf.TensorSpec([None] * (3 if x.ndim > 2 else 1) + list(x.shape[3:]))
        for x in arrays
    ]
    if arrays[0].ndim == 2:
        signature = [tf.TensorSpec([None, arrays[0].shape[1]])]
    signature = [
        tf.TensorSpec(spec.shape, x.dtype)
        for spec, x in zip(signature, arrays, strict=True)
    ]
    run = tf.function(lambda *x: layer(*x), input_signature=signature)
    expected = flat(layer(*arrays))
    with backend.exporting():  # Unknown sizes are those of an export.
        found = flat(run(*arrays))
    for ours, reference in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, reference, rtol=1e-4, atol=1e-4)


def test_its_config_makes_an_equal_layer(case):
    layer = built(case)
    config = keras.saving.serialize_keras_object(layer)
    other = keras.saving.deserialize_keras_object(config)
    assert type(other) is type(layer)
    assert other.get_config() == layer.get_config()
    shapes = [x.shape for x in case.arrays()]
    if not other.built:
        other.build(*shapes)
    other.set_weights(layer.get_weights())
    pairs = zip(
        flat(layer(*case.arrays())), flat(other(*case.arrays())), strict=True
    )
    for ours, reference in pairs:
        np.testing.assert_array_equal(ours, reference)


def test_a_saved_model_comes_back_with_its_weights(case, tmp_path):
    symbols = case.symbols()
    model = keras.Model(symbols, case.make()(*symbols))
    randomise(model)
    path = tmp_path / "model.keras"
    model.save(path)
    other = keras.saving.load_model(path)
    expected = flat(model(case.arrays()))
    for ours, reference in zip(
        flat(other(case.arrays())), expected, strict=True
    ):
        np.testing.assert_array_equal(ours, reference)


def test_mixed_bfloat16_keeps_float32_weights_and_the_values(case):
    exact, mixed = built(case), built(case, dtype="mixed_bfloat16")
    assert {weight.dtype for weight in mixed.weights} <= {"float32"}
    outputs = keras.tree.flatten(mixed(*case.arrays()))
    for value, reference in zip(
        outputs, flat(exact(*case.arrays())), strict=True
    ):
        assert keras.backend.standardize_dtype(value.dtype) in (
            "bfloat16",
            "float32",  # Scores, and
            "int32",  # ids.
        )
        error = np.abs(np.asarray(value, "float32") - reference)
        assert error.max() <= 0.05 * np.abs(reference).max()


def test_every_trainable_weight_has_a_gradient(case):
    layer = built(case)
    values = [weight.value for weight in layer.trainable_variables]
    kwargs = {"training": True} if case.trains else {}
    with tf.GradientTape() as tape:
        tape.watch(values)
        outputs = keras.tree.flatten(layer(*case.arrays(), **kwargs))
        rng = np.random.default_rng(2)
        loss = sum(
            tf.reduce_sum(x * rng.normal(size=x.shape).astype("float32"))
            for x in outputs
            if x.dtype.is_floating
        )
    gradients = tape.gradient(loss, values) if values else []
    names = [weight.path for weight in layer.trainable_variables]
    assert not [n for n, g in zip(names, gradients, strict=True) if g is None]
    for gradient in gradients:
        assert np.isfinite(tf.convert_to_tensor(gradient)).all()


def test_inference_changes_no_weight(case):
    layer = built(case)
    before = layer.get_weights()
    layer(*case.arrays())
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
