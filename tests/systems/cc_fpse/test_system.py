"""The parts of CC-FPSE that are its own, beside the parity tests."""

import dataclasses

import numpy as np
import pytest

import tf_semsynth as ss
from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.system import CCFPSE


def build(**fields):
    return ss.build_system(
        "cc_fpse", **dataclasses.asdict(Config.tiny(**fields))
    )


def test_networks_have_their_names():
    system = build()
    assert isinstance(system, CCFPSE)
    assert set(system.networks) == {"generator", "discriminator", "encoder"}
    assert system.has_encoder and system.uses_noise
    without = build(use_encoder=False)
    assert set(without.networks) == {"generator", "discriminator"}
    assert not without.has_encoder and not without.uses_noise


def test_edges_are_one_more_channel_of_every_network_that_reads_them():
    def num_weights(network):
        return sum(int(np.prod(v.shape)) for v in network.trainable_variables)

    with_edges, without = build(use_edges=True), build()
    one_more_class = build(num_classes=without.config.num_classes + 1)
    for name, network in with_edges.networks.items():
        other = one_more_class.networks[name]
        assert num_weights(network) == num_weights(other)
    assert num_weights(with_edges.generator) > num_weights(without.generator)
    assert with_edges.batch_keys == ("image", "class_ids", "edges")


def test_several_pictures_of_one_layout_are_judged_in_one_pass():
    system = build()
    rng = np.random.default_rng(0)
    images = [
        rng.uniform(-1, 1, (2, 64, 64, 3)).astype("float32") for _ in range(2)
    ]
    layout = {"class_ids": rng.integers(0, 8, (2, 64, 64), dtype="int32")}
    features, scores = system.discriminate(images, layout, training=False)
    assert {x.shape[0] for x in (*features, *scores)} == {4}
    _, alone = system.discriminate(images[1:], layout, training=False)
    for both, second in zip(scores, alone, strict=True):
        np.testing.assert_allclose(both[2:], second, rtol=1e-4, atol=1e-5)


def test_the_phases_are_generator_then_discriminator():
    generator, discriminator = build().phases()
    assert (generator.name, discriminator.name) == (
        "generator",
        "discriminator",
    )
    assert generator.networks == ("generator", "encoder")
    assert discriminator.networks == ("discriminator",)


def test_pictures_too_small_for_the_discriminator_can_be_made_not_trained():
    system = build(image_height=32, image_width=64, use_encoder=False)
    layout = {"class_ids": np.zeros((1, 32, 64), "int32")}
    image = np.asarray(system.synthesize(layout))
    assert image.shape == (1, 32, 64, 3) and np.isfinite(image).all()
    with pytest.raises(ValueError, match="trained.*at least 64.*32 x 64"):
        system.compile()
