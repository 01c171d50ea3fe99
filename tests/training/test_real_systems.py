"""Both published systems, tiny, through the loop: exact and equal."""

import dataclasses
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.pipeline import make_training_dataset
from tf_semsynth.systems.registry import get_config_class
from tf_semsynth.training.actions import Action
from tf_semsynth.training.loop import run_loop
from tf_semsynth.training.strategy import distribute, make_strategy
from tf_semsynth.training.trainer import train

pytestmark = pytest.mark.slow

BATCH_SIZE = 4


class Losses(Action):
    def __init__(self):
        super().__init__(1)
        self.steps = []

    def act(self, progress):
        self.steps.append(progress.scalars)


def build(name, strategy=None, optimizers=None, seed=0, **fields):
    reader = open_scenes(64, 64)
    tiny = get_config_class(name).tiny(
        num_classes=reader.classes.num_classes,
        image_height=64,
        image_width=64,
        use_encoder=True,
        **fields,
    )
    keras.utils.set_random_seed(seed)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        system = ss.build_system(
            name, reader.classes, **dataclasses.asdict(tiny)
        )
        system.compile(
            steps_per_epoch=2,
            optimizers=optimizers,
            ema_decay=0.9,
        )
    return system


def open_scenes(height, width):
    options = DataOptions(num_scenes=8)
    return open_dataset(
        "scenes", options=options, image_height=height, image_width=width
    )


def make_dataset(start_step):
    return make_training_dataset(
        open_scenes(64, 64),
        DataOptions(num_scenes=8),
        BATCH_SIZE,
        seed=3,
        image_height=64,
        image_width=64,
        start_step=start_step,
    )


def weights_of(system):
    return {
        variable.path: keras.ops.convert_to_numpy(variable)
        for network in system.networks.values()
        for variable in network.variables
    }


def states_of(system):
    """Everything that a checkpoint must bring back."""
    variables = [system.train_steps, *system.ema.variables]
    for network in system.networks.values():
        variables += network.variables
    for optimizer in system.optimizers_by_phase.values():
        variables += optimizer.variables
    return [keras.ops.convert_to_numpy(v) for v in variables]


@pytest.fixture(scope="module", params=["cc_fpse", "spade"])
def unbroken(request, tmp_path_factory):
    """A training of 4 steps, its losses, and where it saved step 2."""
    path = tmp_path_factory.mktemp(request.param)
    system = build(request.param, constant_epochs=1, decay_epochs=3)
    losses = Losses()
    train_to(system, 4, path, checkpoint_every=2, actions=[losses])
    return request.param, system, losses.steps, path


def train_to(system, num_steps, path, **options):
    workdir = WorkDir(path)
    return train(
        system, make_dataset, workdir, num_steps, BATCH_SIZE, **options
    )


def test_stopped_and_resumed_equals_unbroken_bit_for_bit(unbroken, tmp_path):
    name, system, _, path = unbroken
    shutil.copytree(
        path / "checkpoints/step_00000002",
        tmp_path / "checkpoints/step_00000002",
    )
    resumed = build(name, seed=1, constant_epochs=1, decay_epochs=3)
    train_to(resumed, 4, tmp_path)
    pairs = zip(states_of(system), states_of(resumed), strict=True)
    for expected, value in pairs:
        np.testing.assert_array_equal(value, expected)


def test_fit_gives_the_same_numbers(unbroken):
    name, system, steps, _ = unbroken
    fitted = build(name, constant_epochs=1, decay_epochs=3)
    history = fitted.fit(
        make_dataset(0), steps_per_epoch=1, epochs=4, verbose=0
    ).history
    for key in steps[0]:
        values = [step[key] for step in steps]
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-5)
    pairs = zip(states_of(system), states_of(fitted), strict=True)
    for expected, value in pairs:
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def sgd():
    # At larger rates rounding grows tenfold a step: the phases chase each
    # other, and leaky ReLUs change sides.
    return {
        name: keras.optimizers.SGD(1e-4)
        for name in ("generator", "discriminator")
    }


@pytest.mark.parametrize("name", ["cc_fpse", "spade"])
def test_two_devices_equal_one_on_the_whole_batch(name):
    """Under SGD; Adam makes rounding into steps where a gradient is zero."""
    results = []
    for strategy_name in ("auto", "mirrored"):
        strategy = make_strategy(strategy_name)
        system = build(name, strategy, sgd())
        losses = Losses()
        run_loop(system, make_dataset, 10, BATCH_SIZE, strategy, [losses])
        results.append((losses.steps, weights_of(system)))
    (one_losses, one), (two_losses, two) = results
    for one_step, two_step in zip(one_losses, two_losses, strict=True):
        for key, value in one_step.items():
            # Scores of either sign nearly cancel in the adversarial term:
            # what counts is its share of the total.
            phase = key.split("/")[1]
            total = max(1.0, abs(one_step[f"loss/{phase}/total"]))
            assert abs(two_step[key] - value) < 1e-5 * total, key
    start = weights_of(build(name, optimizers=sgd())).values()
    moved = 0.0
    for first, (path, expected), value in zip(
        start, one.items(), two.values(), strict=True
    ):
        scale = max(1.0, np.abs(expected).max())
        difference = np.abs(value - expected).max() / scale
        assert difference < 1e-5, (path, difference)
        moved = max(moved, np.abs(expected - first).max() / scale)
    assert moved > 1e-3  # A wrong scale of gradients would have shown.


@pytest.mark.parametrize("name", ["cc_fpse", "spade"])
def test_gradients_of_two_devices_add_up_to_those_of_one(name):
    one, two = (
        aggregated_gradients(name, make_strategy(strategy_name))
        for strategy_name in ("auto", "mirrored")
    )
    for network in one:
        largest = max(np.abs(g).max() for g in one[network].values())
        for index, expected in one[network].items():
            error = np.abs(two[network][index] - expected).max()
            allowed = max(5e-4 * np.abs(expected).max(), 1e-5 * largest)
            assert error <= allowed, (network, index, error, allowed)


def aggregated_gradients(name, strategy):
    """network -> variable's index -> gradient of the mean over all."""
    system = build(name, strategy, sgd())

    @tf.function
    def compute(batch):
        found = []
        for index, phase in enumerate(system.phases()):
            noise = system.draw_noise(batch["noise_seed"], 1 + index)
            _, gradients = system.gradients(phase, batch, noise)
            found.append(gradients)
        return found

    @tf.function
    def aggregate(batch):
        return tf.nest.map_structure(
            lambda gradient: strategy.reduce("SUM", gradient, axis=None),
            strategy.run(compute, (batch,)),
        )

    batch = next(iter(distribute(make_dataset(0), strategy)))
    found = {}
    for phase, gradients in zip(system.phases(), aggregate(batch), strict=True):
        for variable, gradient in zip(
            system.variables_of(phase), gradients, strict=True
        ):
            network = variable.path.split("/")[0]
            by_index = found.setdefault(network, {})
            by_index[len(by_index)] = gradient.numpy()
    return found
