"""The FID Inception against Keras' Inception v3, which shares most of it."""

import re

import keras
import numpy as np
import pytest

from tf_semsynth.backbones.fid_inception import FidInception

# Our features, and the layers of Keras' network that they are the means of.
KERAS_LAYERS = {
    "64": "max_pooling2d",
    "192": "max_pooling2d_1",
    "768": "mixed7",
    "2048": "mixed10",
}


@pytest.fixture(scope="module")
def network():
    network = FidInception()
    network.build((None, None, None, 3))
    rng = np.random.default_rng(0)
    for unit in network.units.values():
        fan_in = np.prod(unit.kernel.shape[:-1])
        values = rng.normal(size=unit.kernel.shape) * (2 / fan_in) ** 0.5
        unit.kernel.assign(values)
        for weight in (unit.gamma, unit.moving_variance):
            weight.assign(rng.uniform(0.7, 1.4, weight.shape))
        for weight in (unit.beta, unit.moving_mean):
            weight.assign(rng.normal(0, 0.1, weight.shape))
    network.fc.bias.assign(rng.normal(size=1008))
    return network


@pytest.fixture(scope="module")
def image():
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (2, 107, 139, 3)).astype("float32")


def _in_order(model, kind):
    """The layers of a kind as they were made: Keras numbers their names."""
    layers = [layer for layer in model.layers if isinstance(layer, kind)]
    numbers = {x.name: re.findall(r"_(\d+)$", x.name) for x in layers}
    return sorted(layers, key=lambda x: int((numbers[x.name] or [0])[0]))


def _keras_network(network):
    """Keras' Inception v3 with the same weights: its norms have no gamma."""
    keras.backend.clear_session()  # Its names are numbered from the start.
    model = keras.applications.InceptionV3(include_top=False, weights=None)
    convs = _in_order(model, keras.layers.Conv2D)
    norms = _in_order(model, keras.layers.BatchNormalization)
    units = network.units.values()
    for unit, conv, norm in zip(units, convs, norms, strict=True):
        gamma = np.asarray(unit.gamma)
        conv.set_weights([np.asarray(unit.kernel) * gamma])
        mean = np.asarray(unit.moving_mean) * gamma
        norm.set_weights([unit.beta, mean, unit.moving_variance])
    layers = map(model.get_layer, KERAS_LAYERS.values())
    return keras.Model(model.input, [layer.output for layer in layers])


def test_the_features_are_kerass_but_for_the_last_pooling(network, image):
    model = _keras_network(network)
    found = network(image)
    for name, expected in zip(KERAS_LAYERS, model(image), strict=True):
        ours = np.asarray(found[name])
        theirs = np.mean(expected, axis=(1, 2))
        difference = np.abs(ours - theirs) / np.abs(theirs).max()
        if name == "2048":
            assert difference[:, -192:].max() > 0.01
            difference = difference[:, :-192]
        assert difference.max() < 1e-5, name


def test_logits_are_linear_in_the_last_features(network, image):
    outputs = {key: np.asarray(value) for key, value in network(image).items()}
    unbiased = outputs["2048"] @ np.asarray(network.fc.kernel)
    np.testing.assert_allclose(
        outputs["logits_unbiased"], unbiased, rtol=1e-4, atol=1e-5
    )
    difference = outputs["logits"] - outputs["logits_unbiased"]
    bias = np.broadcast_to(network.fc.bias, difference.shape)
    np.testing.assert_allclose(difference, bias, rtol=1e-5, atol=1e-5)


def test_it_has_the_parameters_of_the_graph(network):
    """Keras counts 21,802,784 without its top; here are gammas and a top."""
    count = 21_802_784 + 17_216 + 2048 * 1008 + 1008
    assert network.count_params() == count
    assert len(network.units) == 94
    assert network.trainable_weights == []


def test_symbolic_shapes_are_those_of_the_results(network, image):
    shapes = network.compute_output_shape(image.shape)
    found = {key: tuple(value.shape) for key, value in network(image).items()}
    assert found == shapes
    assert found["2048"] == (2, 2048) and found["logits"] == (2, 1008)


def test_a_new_network_is_not_official(network):
    assert network.official is False and network.fingerprint is None


def test_a_saved_network_gives_the_same_features(network, image, tmp_path):
    network.save(tmp_path / "inception.keras")
    again = keras.saving.load_model(tmp_path / "inception.keras")
    found, expected = again(image), network(image)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value)
    assert again.trainable_weights == []


def test_mixed_precision_ends_in_float32(network, image):
    half = FidInception(dtype="mixed_bfloat16")
    half.build((None, None, None, 3))
    half.set_weights(network.get_weights())
    features = half(image[:1])["2048"]
    assert features.dtype.name == "float32"
    expected = np.asarray(network(image[:1])["2048"])
    error = np.linalg.norm(features - expected) / np.linalg.norm(expected)
    assert error < 0.05
