import numpy as np
import pytest

from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.generator import Generator

IDS = np.random.default_rng(0).integers(0, 8, (2, 32, 32), dtype="int32")


@pytest.fixture(scope="module")
def generator():
    generator = Generator(Config.tiny())
    generator.build()
    return generator


def test_two_stages_equal_the_call(generator):
    layout = {"class_ids": IDS}
    image = generator(layout)
    staged = generator.render(generator.prepare(layout))
    assert image.shape == (2, 32, 32, 3)
    np.testing.assert_allclose(image, staged, atol=1e-6)


def test_the_config_survives_serialisation(generator):
    twin = Generator.from_config(generator.get_config())
    assert twin.settings == generator.settings
