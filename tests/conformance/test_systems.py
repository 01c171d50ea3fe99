"""What every published system keeps to, tiny and briefly trained."""

import dataclasses
from fnmatch import fnmatchcase
from typing import NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tf_semsynth.core.config import config_from_dict, config_to_dict
from tf_semsynth.systems.registry import (
    get_config_class,
    get_system_class,
    system_name,
)

NAMES = [
    name
    for name in ss.list_systems()
    if get_system_class(name).__module__.startswith("tf_semsynth.")
]
NUM_STEPS = 3


class Trained(NamedTuple):
    """A system after a few steps, and what it was before."""

    system: object
    before: dict
    logs: list


def build(name):
    config = get_config_class(name).tiny(use_encoder=True, use_edges=True)
    keras.utils.set_random_seed(0)
    return ss.build_system(name, **dataclasses.asdict(config))


def make_batch(config, step=0, batch_size=2):
    rng = np.random.default_rng(step)
    size = (batch_size, config.image_height, config.image_width)
    ids = rng.integers(0, config.num_classes, size, dtype="int32")
    image = rng.uniform(-1, 1, (*size, 3)).astype("float32")
    return {"class_ids": tf.constant(ids), "image": tf.constant(image)}


def weights_of(system):
    return {
        variable.path: np.array(variable)
        for network in system.networks.values()
        for variable in network.trainable_variables
    }


def all_variables(system):
    variables = [system.train_steps, *system.ema.variables]
    for network in system.networks.values():
        variables += network.variables
    for optimizer in system.optimizers_by_phase.values():
        variables += optimizer.variables
    return variables


@pytest.fixture(scope="module", params=NAMES)
def trained(request):
    system = build(request.param)
    system.compile(ema_decay=0.9)
    before = weights_of(system)
    step = tf.function(system.train_step, autograph=False)
    logs = []
    for index in range(NUM_STEPS):
        scalars = step(make_batch(system.config, index))
        logs.append({name: float(value) for name, value in scalars.items()})
    return Trained(system, before, logs)


def test_every_trainable_weight_has_changed_but_the_listed(trained):
    system, before, _ = trained
    unchanged = {
        path
        for path, value in weights_of(system).items()
        if np.array_equal(value, before[path])
    }
    listed = {
        path
        for path in unchanged
        if any(
            fnmatchcase(path, pattern)
            for pattern in system.WEIGHTS_WITHOUT_GRADIENT
        )
    }
    assert unchanged == listed


def test_all_stays_finite_and_every_loss_has_its_name(trained):
    system, _, logs = trained
    for variable in all_variables(system):
        assert np.isfinite(variable).all(), variable.path
    for scalars in logs:
        assert np.isfinite(list(scalars.values())).all()
        for phase in system.phases():
            assert scalars[f"finite/{phase.name}"] == 1
            terms = [
                value
                for name, value in scalars.items()
                if name.startswith(f"loss/{phase.name}/")
                and not name.endswith("/total")
            ]
            total = scalars[f"loss/{phase.name}/total"]
            assert terms and total == pytest.approx(sum(terms), rel=1e-5)


def test_the_first_losses_are_those_of_an_eager_evaluation(trained):
    """A graph, with its compiled parts, computes what Python does."""
    name = system_name(trained.system)
    fresh = build(name)
    batch = fresh._complete_batch(make_batch(fresh.config))
    phase = fresh.phases()[0]
    noise = fresh.draw_noise(batch["noise_seed"], 1)
    for term, value in phase.losses(batch, noise, True).items():
        logged = trained.logs[0][f"loss/{phase.name}/{term}"]
        assert float(value) == pytest.approx(logged, rel=1e-3, abs=1e-4)


def test_evaluating_gives_finite_losses_and_changes_nothing(trained):
    system = trained.system
    before = [np.array(variable) for variable in all_variables(system)]
    step = tf.function(system.test_step, autograph=False)
    logs = step(make_batch(system.config, 9))
    assert set(logs) == {n for n in trained.logs[0] if n.startswith("loss/")}
    assert np.isfinite([float(value) for value in logs.values()]).all()
    for variable, value in zip(all_variables(system), before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_a_row_depends_on_its_seed_and_layout_alone(trained):
    system = trained.system
    ids = make_batch(system.config, 5, batch_size=3)["class_ids"]
    three = system.synthesize({"class_ids": ids}, seed=[5, 6, 7])
    one = system.synthesize({"class_ids": ids[1:2]}, seed=[6])
    np.testing.assert_allclose(three[1], one[0], atol=1e-5)
    prepared = system.prepare_layout({"class_ids": ids[1:2]})
    many = system.synthesize(prepared, seed=[1, 6])
    np.testing.assert_allclose(many[1], one[0], atol=1e-5)
    assert np.asarray(three).dtype == np.float32


def test_the_two_stages_compose_to_the_call(trained):
    system = trained.system
    layout = system.layout_of(make_batch(system.config))
    latent = system.draw_noise(np.array([1, 2]))["latent"]
    generator = system.generator
    prepared = generator.prepare(layout, training=False)
    for tensor in keras.tree.flatten(prepared):
        assert tensor.shape[0] == 2
    np.testing.assert_allclose(
        generator.render(prepared, latent, training=False),
        generator(layout, latent, training=False),
        atol=1e-5,
    )


def test_a_saved_file_restores_everything_exactly(trained, tmp_path):
    system = trained.system
    system.save(tmp_path / "system.keras")
    loaded = ss.load_model(tmp_path / "system.keras")
    assert int(loaded.train_steps) == NUM_STEPS
    pairs = zip(all_variables(loaded), all_variables(system), strict=True)
    for ours, reference in pairs:
        assert ours.dtype == reference.dtype
        np.testing.assert_array_equal(ours, reference)
    for name, optimizer in system.optimizers_by_phase.items():
        other = loaded.optimizers_by_phase[name]
        assert other.get_config() == optimizer.get_config()


@pytest.mark.parametrize("name", NAMES)
def test_configs_survive_json(name):
    config = get_config_class(name).tiny()
    fields = config_to_dict(config)
    assert config_from_dict(type(config), fields) == config


@pytest.mark.parametrize("name", NAMES)
def test_mixed_bfloat16_makes_float32_pictures_and_scores(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        system = build(name)
    finally:
        keras.config.set_dtype_policy("float32")
    for network in system.networks.values():
        assert {v.dtype for v in network.variables} == {"float32"}
    batch = make_batch(system.config)
    image = system(batch)
    assert image.dtype == tf.float32 and np.isfinite(image).all()
    layout = system.layout_of(batch)
    features, scores = system.discriminate([image], layout, training=False)
    assert {score.dtype for score in scores} == {tf.float32}
    inside = {x.dtype for x in keras.tree.flatten(features)}
    assert inside == {tf.bfloat16}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_step_in_mixed_bfloat16_is_finite(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        system = build(name)
        system.compile()
    finally:
        keras.config.set_dtype_policy("float32")
    step = tf.function(system.train_step, autograph=False)
    logs = step(make_batch(system.config))
    assert np.isfinite([float(value) for value in logs.values()]).all()
    for phase in system.phases():
        assert float(logs[f"finite/{phase.name}"]) == 1
