"""The parts of SPADE that are its own, beside the parity tests."""

import dataclasses

import numpy as np
import pytest

import tf_semsynth as ss
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.pix2pixhd_generator import Pix2PixHDGenerator
from tf_semsynth.systems.spade.system import SPADE

VARIANTS = {
    "normal": {},
    "more": {"size": "more", "image_height": 64, "image_width": 128},
    "instance 5x5": {
        "spade_normalization": "instance",
        "spade_kernel_size": 5,
        "image_height": 64,  # One pixel alone has no instance norm.
        "image_width": 64,
    },
    "no spectral norm": {"use_spectral_norm": False},
    "pix2pixhd": {"generator_type": "pix2pixhd", "resnet_blocks": 1},
    "pix2pixhd plain": {
        "generator_type": "pix2pixhd",
        "resnet_downsamples": 2,
        "resnet_blocks": 1,
        "resnet_kernel_size": 5,
        "resnet_initial_kernel_size": 3,
        "use_spectral_norm": False,
    },
    "three scales": {"discriminator_scales": 3, "discriminator_layers": 3},
}


def build(**fields):
    return ss.build_system("spade", **dataclasses.asdict(Config.tiny(**fields)))


def make_batch(config):
    rng = np.random.default_rng(0)
    size = (2, config.image_height, config.image_width)
    return {
        "class_ids": rng.integers(0, config.num_classes, size, dtype="int32"),
        "image": rng.uniform(-1, 1, (*size, 3)).astype("float32"),
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_gives_pictures_and_losses(name):
    system = build(use_edges=True, **VARIANTS[name])
    batch = make_batch(system.config)
    batch.update(system.layout_of(batch))
    image = np.asarray(system(batch))
    assert image.shape == batch["image"].shape
    assert np.isfinite(image).all() and image.std() > 0
    for phase in system.phases():
        terms = phase.losses(batch, {}, True)
        assert np.isfinite([float(term) for term in terms.values()]).all()


@pytest.mark.parametrize("mode", ["hinge", "ls", "original", "w"])
def test_every_adversarial_loss_can_be_chosen(mode):
    system = build(gan_mode=mode)
    batch = make_batch(system.config)
    terms = system.discriminator_terms(batch, {}, False)
    assert set(terms) == {"fake", "real"}
    assert np.isfinite([float(term) for term in terms.values()]).all()


def test_networks_have_their_names():
    system = build(use_encoder=True)
    assert isinstance(system, SPADE)
    assert set(system.networks) == {"generator", "discriminator", "encoder"}
    assert system.uses_noise and not build().uses_noise


def test_the_baseline_generator_is_an_option():
    system = build(generator_type="pix2pixhd")
    assert isinstance(system.generator, Pix2PixHDGenerator)
    with pytest.raises(ValueError, match="--nouse_encoder"):
        build(generator_type="pix2pixhd", use_encoder=True)


def test_several_pictures_of_one_layout_are_judged_in_one_pass():
    system = build()
    batch = make_batch(system.config)
    layout = system.layout_of(batch)
    images = [-batch["image"], batch["image"]]
    features, scores = system.discriminate(images, layout, training=False)
    assert {score.shape[0] for score in scores} == {4}
    _, alone = system.discriminate(images[1:], layout, training=False)
    for both, second in zip(scores, alone, strict=True):
        np.testing.assert_allclose(both[2:], second, rtol=1e-4, atol=1e-5)
