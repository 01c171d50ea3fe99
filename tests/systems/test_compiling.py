"""What `compile` takes, uses and refuses, on the smallest system."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.systems.two_phases import TwoPhases
from tests.training import painter
from tf_semsynth.optimizers.adam import Adam


class Named(painter.Painter):
    """A painter whose only phase names the networks of `names`."""

    names = ()

    def phases(self):
        (phase,) = super().phases()
        return (dataclasses.replace(phase, networks=self.names),)


def test_optimizers_are_the_papers_unless_given():
    system = painter.build()
    optimizer = system.optimizers_by_phase["generator"]
    assert type(optimizer) is Adam and optimizer.built
    assert system.generator_optimizer is optimizer


def test_an_optimizer_may_be_given_by_its_name():
    system = painter.build()
    system.compile(optimizers={"generator": "sgd"})
    assert type(system.optimizers_by_phase["generator"]) is keras.optimizers.SGD


@pytest.mark.parametrize(
    "arguments",
    [
        {"optimizer": keras.optimizers.SGD(1e-6)},
        {"optimizer": "sgd"},
        {"steps_per_epoch": "sgd"},
        {"steps_per_epoch": keras.optimizers.SGD()},
    ],
    ids=["object", "name", "positional name", "positional object"],
)
def test_one_optimizer_is_refused_with_the_dictionary_to_write(arguments):
    example = r'optimizers=\{"first": \.\.\., "second": \.\.\.\}'
    with pytest.raises(ValueError, match=f"no `optimizer`.*{example}"):
        TwoPhases(painter.Config()).compile(**arguments)


def test_keras_positional_arguments_are_refused():
    with pytest.raises(ValueError, match="no `optimizer`.*'adam'"):
        painter.build().compile("adam", "mse", ["mae"])


@pytest.mark.parametrize(
    "name, value, remedy",
    [
        ("loss", "mse", "config"),
        ("loss_weights", [1.0], "config"),
        ("metrics", ["mae"], "tf_semsynth.evaluate"),
        ("weighted_metrics", ["mae"], "tf_semsynth.evaluate"),
        ("auto_scale_loss", True, "mixed_bfloat16"),
    ],
)
def test_what_keras_own_step_needs_is_refused_by_name(name, value, remedy):
    with pytest.raises(ValueError, match=f"no `{name}`: .*{remedy}"):
        painter.build().compile(**{name: value})


def test_asking_for_nothing_is_no_fault():
    painter.build().compile(loss=None, metrics=[], auto_scale_loss=False)


def test_an_unknown_argument_is_a_type_error():
    with pytest.raises(TypeError, match="'learning_rate'.*ema_decay"):
        painter.build().compile(learning_rate=0.1)


@pytest.mark.parametrize(
    "name, value",
    [
        ("steps_per_epoch", True),
        ("steps_per_epoch", 0),
        ("steps_per_epoch", -1),  # `tf.data` of endless data.
        ("steps_per_epoch", 2.5),
        ("ema_decay", 1.0),
        ("ema_decay", -0.1),
        ("ema_decay", True),
        ("ema_decay", "0.9"),
        ("seed", "one"),
        ("seed", None),
        ("seed", 2**40),
        ("run_eagerly", "no"),
        ("jit_compile", "yes"),
        ("steps_per_execution", 0),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(name, value):
    with pytest.raises(
        ValueError, match=f"`{name}` must be .*{name}={value!r}"
    ):
        painter.build().compile(**{name: value})


@pytest.mark.parametrize("steps", [np.int64(7), tf.constant(7)], ids=repr)
def test_numbers_of_numpy_and_tensorflow_are_numbers(steps):
    system = ss.build_system("painter", decay_epochs=3)
    system.compile(steps_per_epoch=steps, ema_decay=np.float32(0.5))
    assert system.get_compile_config()["steps_per_epoch"] == 7


def test_what_is_refused_leaves_the_system_as_it_was():
    system = painter.build(ema_decay=0.9)
    optimizer, ema = system.generator_optimizer, system.ema
    for arguments in ({"loss": "mse"}, {"optimizers": {"critic": "sgd"}}):
        with pytest.raises(ValueError):
            system.compile(**arguments)
    assert system.generator_optimizer is optimizer and system.ema is ema


def test_an_optimizer_for_no_phase_is_refused():
    system = painter.build()
    with pytest.raises(ValueError, match="critic.*\\['generator'\\]"):
        system.compile(optimizers={"critic": keras.optimizers.SGD()})


def test_optimizers_that_are_no_dictionary_are_refused():
    with pytest.raises(ValueError, match='dictionary.*"generator": ...'):
        painter.build().compile(optimizers="sgd")


def test_an_optimizer_serves_one_phase():
    optimizer = keras.optimizers.SGD()
    system = TwoPhases(painter.Config())
    with pytest.raises(ValueError, match="'first'.*a new one for each"):
        system.compile(optimizers={"first": optimizer, "second": optimizer})
    system.compile(optimizers={"first": optimizer})
    system.compile(optimizers={"first": optimizer})  # Its own may stay.
    with pytest.raises(ValueError, match="'generator'.*a new one"):
        painter.build().compile(optimizers={"generator": optimizer})


@pytest.mark.parametrize(
    "optimizer, remedy",
    [
        (keras.optimizers.SGD(use_ema=True), "ema_decay=0.999"),
        (keras.optimizers.SGD(loss_scale_factor=2.0), "mixed_bfloat16"),
        (
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()),
            "mixed_bfloat16",
        ),
    ],
    ids=["use_ema", "loss_scale_factor", "LossScaleOptimizer"],
)
def test_what_an_optimizer_cannot_do_here_is_refused(optimizer, remedy):
    with pytest.raises(ValueError, match=remedy):
        painter.build().compile(optimizers={"generator": optimizer})


def test_a_decay_without_the_length_of_an_epoch_is_refused():
    system = ss.build_system("painter", decay_epochs=3)
    with pytest.raises(ValueError, match="compile\\(steps_per_epoch"):
        system.compile()


def test_the_optimizer_is_the_first_phases_for_loggers():
    system = TwoPhases(painter.Config())
    assert system.optimizer is None
    system.compile(optimizers={"second": keras.optimizers.SGD(0.5)})
    assert system.optimizer is system.optimizers_by_phase["first"]
    assert float(system.optimizer.learning_rate) == pytest.approx(0.05)
    assert int(system.optimizer.iterations) == 0
    with pytest.raises(ValueError, match="optimizers="):
        system.optimizer = keras.optimizers.SGD()


def test_files_hold_each_optimizer_once(tmp_path):
    """Also that of a phase whose name comes after "optimizer"."""
    system = TwoPhases(painter.Config())
    system.compile()
    system.fit(painter.make_batch(0), batch_size=2, verbose=0)
    system.save_weights(tmp_path / "two.weights.h5")
    other = TwoPhases(painter.Config())
    other.compile()
    other.load_weights(tmp_path / "two.weights.h5")
    painter.assert_equal(other, system)
    import h5py

    with h5py.File(tmp_path / "two.weights.h5") as file:
        assert "optimizer" not in file
        assert "first_optimizer" in file


def test_a_file_brings_the_options_of_keras_loops_back(tmp_path):
    system = painter.build()
    system.compile(steps_per_execution=3, run_eagerly=True)
    system.save(tmp_path / "painter.keras")
    loaded = ss.load_model(tmp_path / "painter.keras")
    assert loaded.steps_per_execution == 3 and loaded.run_eagerly


@pytest.mark.parametrize(
    "names, words",
    [
        (("critic",), r"no \['critic'\].*\['generator'\]"),
        (("generator", "encoder"), r"no \['encoder'\]"),
        ((), "a tuple of names"),
        ("generator", "a tuple of names"),
    ],
    ids=str,
)
def test_a_phase_that_would_update_nothing_is_refused(names, words):
    system = Named(painter.Config())
    system.names = names
    with pytest.raises(ValueError, match=f"would update nothing.*{words}"):
        system.compile()


def test_two_phases_of_one_name_are_refused():
    class Twice(painter.Painter):
        def phases(self):
            return super().phases() * 2

    with pytest.raises(ValueError, match=r"name of its own.*\['generator', "):
        Twice(painter.Config()).compile()


def test_a_config_says_what_cannot_be_trained():
    class Large(painter.Config):
        def check_training(self):
            raise ValueError("too large to be trained")

    system = painter.Painter(Large())
    with pytest.raises(ValueError, match="too large"):
        system.compile()
