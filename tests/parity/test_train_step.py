"""One whole iteration, generator then discriminator, equals the official."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.parity.checks import (
    LOSS_TOLERANCE,
    NETWORK_GRADIENT_TOLERANCE,
    away_from_kinks,
    check_state_after,
    compare_gradients,
)
from tests.parity.fixtures import Fixture, assert_close, fixture_files, to_nhwc
from tests.parity.systems import build_for
from tf_semsynth.backbones.vgg19 import Vgg19Features
from tf_semsynth.backbones.vgg19_weights import load_torchvision_state
from tf_semsynth.core.edges import make_edges

files = [
    path
    for system in ("cc_fpse", "spade")
    for path in fixture_files(system, "train_step")
]
NETWORKS = {"generator": "G", "discriminator": "D", "encoder": "E"}
TERMS = {
    "adversarial": "GAN",
    "feature_matching": "GAN_Feat",
    "vgg": "VGG",
    "kl": "KLD",
    "fake": "D_Fake",
    "real": "D_real",
}


@pytest.fixture(scope="module", params=files)
def fixture(request):
    if request.param is None:
        pytest.skip("no file of kind train_step")
    return Fixture(request.param)


@pytest.fixture(scope="module")
def system(fixture):
    meta, options, losses = fixture.meta, fixture.config, fixture.losses
    system = build_for(
        fixture,
        *fixture.inputs["image"].shape[2:],
        num_classes=options["label_nc"] + options["contain_dontcare_label"],
        use_edges=not options["no_instance"],
        gan_mode=meta["gan_mode"],
        # What a file has no loss of was switched off.
        lambda_feature_matching=meta["lambda_feat"] * ("G/GAN_Feat" in losses),
        lambda_vgg=meta["lambda_vgg"] * ("G/VGG" in losses),
        lambda_kl=meta["lambda_kld"],
        generator_learning_rate=meta["lr_G"],
        discriminator_learning_rate=meta["lr_D"],
        beta_1=meta["betas"][0],
        beta_2=meta["betas"][1],
    )
    if system.config.lambda_vgg:
        system.vgg = Vgg19Features(meta["vgg_width_divisor"])
        system.vgg.build((None, None, None, 3))
        load_torchvision_state(system.vgg, fixture.state("VGG"))
    system.compile()
    return system


@pytest.fixture(scope="module")
def batch(fixture, system):
    batch = {
        "class_ids": fixture.inputs["label"][:, 0].astype("int32"),
        "image": to_nhwc(fixture.inputs["image"]),
    }
    if system.config.use_edges:
        instance_ids = fixture.inputs["instance"][:, 0]
        batch["edges"] = np.asarray(make_edges(instance_ids.astype("int32")))
    return batch


def noise_of(fixture, phase):
    key = {"generator": "eps_G", "discriminator": "eps_D"}[phase.name]
    eps = fixture.inputs.get(key)
    return {} if eps is None else {"latent": eps}


def load_weights(fixture, system):
    system.load_official_weights(
        **{name: fixture.state(NETWORKS[name]) for name in system.networks}
    )


def all_rules(system):
    """Rules under the names of the official trainer, and bare by network."""
    by_network, prefixed = {}, []
    for name in system.networks:
        rules = system.official_rules(name)
        by_network[name] = rules
        prefixed += [
            type(rule)(
                f"net{NETWORKS[name]}.{rule.key}", rule.variable, rule.transform
            )
            for rule in rules
        ]
    return by_network, prefixed


def test_the_networks_read_the_official_semantics(fixture, system, batch):
    layout = system.layout_of(batch)
    one_hot = np.eye(system.config.num_classes)[layout["class_ids"]]
    edges = [layout["edges"]] if system.config.use_edges else []
    semantics = np.concatenate([one_hot, *edges], axis=-1)
    official = to_nhwc(fixture.outputs()["input_semantics"])
    np.testing.assert_array_equal(semantics, official)


def test_the_picture_of_the_generator_phase(fixture, system, batch):
    load_weights(fixture, system)
    latent = None
    if "encoder" in system.networks:
        mean, log_variance = system.encoder(batch["image"], training=True)
        eps = fixture.inputs["eps_G"]
        latent = mean + np.exp(0.5 * log_variance) * eps
    image = system.generator(system.layout_of(batch), latent, training=True)
    assert_close(image, to_nhwc(fixture.outputs()["generated"]), name="image")


def test_one_iteration(fixture, system, batch):
    load_weights(fixture, system)
    by_network, prefixed = all_rules(system)
    start = values_of(system)
    tensors = keras.tree.map_structure(tf.constant, batch)
    # As graphs: eagerly, CC-FPSE's takes longer than tracing it.
    computes = {
        phase.name: functools.partial(
            tf.function(
                functools.partial(system.gradients, phase), autograph=False
            ),
            tensors,
            noise_of(fixture, phase),
        )
        for phase in system.phases()
    }

    # Repeated as a whole: a generator's gradient near zero decides by its sign
    # about a weight's first step, and so about the discriminator's picture.
    def check(move):
        assign(start)
        for phase, letter in zip(system.phases(), "GD", strict=True):
            compute = computes[phase.name]
            _check_phase(
                fixture, letter, system, phase, compute, prefixed, move
            )

    away_from_kinks(check, trainable_variables(system))
    for name, rules in by_network.items():
        after = fixture.state_after(NETWORKS[name])
        check_state_after(rules, after, system.UNUSED_OFFICIAL_KEYS)
    _check_parameters_after(fixture, prefixed)


def trainable_variables(system):
    return [
        variable
        for network in system.networks.values()
        for variable in network.trainable_variables
    ]


def values_of(system):
    """All variables of the networks and optimizers with their values."""
    holders = [
        *system.networks.values(),
        *system.optimizers_by_phase.values(),
    ]
    return [
        (variable, variable.numpy())
        for holder in holders
        for variable in holder.variables
    ]


def assign(values):
    for variable, value in values:
        variable.assign(value)


def _check_phase(fixture, letter, system, phase, compute, rules, move):
    """Takes a phase's step; its gradients come from moved weights."""
    variables = system.variables_of(phase)
    before = values_of(system)
    move()
    _, gradients = compute()
    pairs = zip(variables, gradients, strict=True)
    compare_gradients(
        rules,
        {id(variable): gradient.numpy() for variable, gradient in pairs},
        fixture.gradients(letter),
        fixture.gradient_norms(letter),
        NETWORK_GRADIENT_TOLERANCE,
    )
    assign(before)
    terms, _ = compute()
    _check_losses(fixture, letter, terms)
    system.optimizers_by_phase[phase.name].apply(gradients, variables)


def _check_losses(fixture, letter, terms):
    official = {
        key.removeprefix(f"{letter}/"): value
        for key, value in fixture.losses.items()
        if key.startswith(f"{letter}/")
    }
    total = official.pop("total")
    assert {TERMS[name] for name in terms} == set(official)
    # A term that nearly cancels is measured against the largest.
    largest = max(abs(value) for value in official.values())
    for name, value in terms.items():
        error = abs(float(value) - official[TERMS[name]])
        allowed = LOSS_TOLERANCE * abs(official[TERMS[name]])
        assert error <= allowed + 2e-6 * largest, (name, error, allowed)
    found = float(sum(terms.values()))
    assert_close(found, total, LOSS_TOLERANCE, f"{letter}/total")


def _check_parameters_after(fixture, rules):
    """Where the gradient is more than rounding error, the step is exact.

    With beta_1 = 0 the first step is the learning rate times the gradient's
    sign; where the true gradient is zero, so is the sign of an error.
    """
    by_key = {rule.key: rule for rule in rules}
    gradients = {**fixture.gradients("G"), **fixture.gradients("D")}
    compared = 0
    for key, value in fixture.group("param_after").items():
        rule = by_key[key]
        gradient = np.abs(rule.transform(gradients[key]))
        is_sure = gradient > 2e-2 * gradient.max()
        letter = "D" if key.startswith("netD.") else "G"
        error = np.abs(np.asarray(rule.variable) - rule.transform(value))
        assert error[is_sure].max() < 1e-2 * fixture.meta[f"lr_{letter}"], key
        assert error.max() < 2.01 * fixture.meta[f"lr_{letter}"], key
        compared += is_sure.sum()
    assert compared > 0
