import numpy as np
import pytest

from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.generator import Generator

IDS = np.random.default_rng(0).integers(0, 8, (2, 64, 64), dtype="int32")


@pytest.fixture(scope="module")
def generator():
    generator = Generator(Config.tiny())
    generator.build()
    return generator


def test_two_stages_equal_the_call(generator):
    latent = np.random.default_rng(1).normal(size=(2, 8)).astype("float32")
    layout = {"class_ids": IDS}
    image = generator(layout, latent)
    staged = generator.render(generator.prepare(layout), latent)
    assert image.shape == (2, 64, 64, 3)
    np.testing.assert_allclose(image, staged, atol=1e-6)
    assert np.abs(image).max() <= 1


def test_a_prepared_layout_serves_many_latents(generator):
    latent = np.random.default_rng(1).normal(size=(3, 8)).astype("float32")
    one = {"class_ids": IDS[:1]}
    images = generator.render(generator.prepare(one), latent)
    repeated = {"class_ids": np.repeat(IDS[:1], 3, axis=0)}
    np.testing.assert_allclose(images, generator(repeated, latent), atol=1e-6)


def test_the_config_survives_serialisation(generator):
    twin = Generator.from_config(generator.get_config())
    assert twin.settings == generator.settings
