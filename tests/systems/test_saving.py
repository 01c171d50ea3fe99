"""Official weights, `.keras` files and configs of systems."""

import dataclasses
import json

import keras
import numpy as np
import pytest

import tf_semsynth as ss
from tests.training import painter
from tests.workdirs import randomize
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.systems.spade.config import Config


def build_spade(**fields):
    config = Config.tiny(**{"use_encoder": True, **fields})
    return ss.build_system("spade", **dataclasses.asdict(config))


def official_states(system):
    """Random official files, made from the rules that read them."""
    rng = np.random.default_rng(0)
    states = {}
    for name in system.networks:
        states[name] = {}
        for rule in system.official_rules(name):
            shape = official_shape(rule)
            states[name][rule.key] = rng.normal(size=shape).astype("float32")
    return states


def official_shape(rule):
    shape = tuple(rule.variable.shape)
    return shape[::-1] if len(shape) == 2 else _conv_shape(shape)


def _conv_shape(shape):
    if len(shape) != 4:
        return shape
    height, width, inputs, outputs = shape
    return outputs, inputs, height, width


def values_of(network):
    return [np.array(weight) for weight in network.weights]


def assert_equal(ours, others):
    for value, expected in zip(ours, others, strict=True):
        np.testing.assert_array_equal(value, expected)


def test_networks_that_were_not_handed_in_are_absent():
    system = build_spade()
    states = official_states(system)
    system.load_official_weights(generator=states["generator"])
    assert system.absent_networks == {"encoder", "discriminator"}
    assert not system.has_encoder
    with pytest.raises(ValueError, match="load\\s+the encoder's weights"):
        system.encode({"image": np.zeros((1, 32, 32, 3), "float32")})
    system.load_official_weights(encoder=states["encoder"])
    assert system.absent_networks == {"discriminator"}
    assert system.has_encoder


def test_training_says_which_networks_are_absent():
    system = build_spade()
    states = official_states(system)
    system.load_official_weights(generator=states["generator"])
    system.compile()
    with pytest.raises(ValueError, match="discriminator, encoder"):
        system.train_step({})


def test_one_wrong_file_of_several_changes_nothing():
    system = build_spade()
    states = official_states(system)
    del states["encoder"]["fc_mu.bias"]
    before = values_of(system.generator)
    with pytest.raises(ValueError, match="`fc_mu.bias` is missing"):
        system.load_official_weights(**states)
    assert_equal(values_of(system.generator), before)
    assert system.absent_networks == set()


def test_a_key_too_many_is_refused():
    system = build_spade()
    state = official_states(system)["discriminator"]
    state["extra.weight"] = np.zeros(3)
    with pytest.raises(ValueError, match="`extra.weight`"):
        system.load_official_weights(discriminator=state)


def test_a_network_that_the_system_lacks_is_refused():
    system = build_spade(use_encoder=False)
    with pytest.raises(ValueError, match="no .'encoder'.*use_encoder=True"):
        system.load_official_weights(encoder={})


def test_a_file_brings_config_classes_and_weights_back(tmp_path):
    classes = ClassTable(("sky", "sea"), ((0, 0, 255), (0, 255, 0)), 1)
    config = Config.tiny(num_classes=2)
    system = ss.build_system("spade", classes, **dataclasses.asdict(config))
    randomize(system)
    system.absent_networks = {"discriminator"}
    system.save(tmp_path / "spade.keras")
    loaded = ss.load_model(tmp_path / "spade.keras")
    assert type(loaded) is type(system)
    assert loaded.config == config
    assert loaded.classes == classes
    assert loaded.absent_networks == {"discriminator"}
    for name, network in system.networks.items():
        assert_equal(values_of(loaded.networks[name]), values_of(network))


def test_a_file_brings_optimizers_average_and_step_back(tmp_path):
    system = painter.build(ema_decay=0.9, decay_epochs=3)
    dataset = painter.make_dataset(0).take(3)
    system.fit(dataset, verbose=0)
    system.save(tmp_path / "painter.keras")
    loaded = ss.load_model(tmp_path / "painter.keras")
    painter.assert_equal(loaded, system)
    assert int(loaded.train_steps) == 3
    # And they go on alike.
    more = painter.make_dataset(3).take(2)
    system.fit(more, verbose=0)
    loaded.fit(more, verbose=0)
    painter.assert_equal(loaded, system)


def test_a_config_is_plain_json():
    config = build_spade().get_config()
    assert json.loads(json.dumps(config)) == config


def test_weights_go_from_one_system_to_another(tmp_path):
    system, other = build_spade(), build_spade()
    randomize(system)
    system.save_weights(tmp_path / "spade.weights.h5")
    other.load_weights(tmp_path / "spade.weights.h5")
    for name, network in system.networks.items():
        assert_equal(values_of(other.networks[name]), values_of(network))


@pytest.mark.parametrize("name", ["x.h5", "x.hdf5", "x.H5"])
def test_the_old_format_is_refused_before_anything_is_written(name, tmp_path):
    with pytest.raises(ValueError, match=".keras.*save_weights"):
        painter.build().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_keras_export_names_ours():
    with pytest.raises(NotImplementedError, match="export_system"):
        painter.build().export("somewhere")


def test_an_optimizer_of_ones_own_comes_back(tmp_path):
    system = painter.build()
    sgd = keras.optimizers.SGD(0.125, momentum=0.5)
    system.compile(optimizers={"generator": sgd})
    system.save(tmp_path / "painter.keras")
    loaded = ss.load_model(tmp_path / "painter.keras")
    optimizer = loaded.optimizers_by_phase["generator"]
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert float(optimizer.learning_rate) == 0.125
