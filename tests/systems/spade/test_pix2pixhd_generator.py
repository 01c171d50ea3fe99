import numpy as np
import pytest

from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.pix2pixhd_generator import Pix2PixHDGenerator

IDS = np.random.default_rng(0).integers(0, 8, (2, 32, 48), dtype="int32")


@pytest.mark.parametrize("use_spectral_norm", [True, False])
def test_two_stages_equal_the_call(use_spectral_norm):
    config = Config.tiny(
        generator_type="pix2pixhd",
        image_width=48,
        resnet_blocks=1,
        use_edges=True,
        use_spectral_norm=use_spectral_norm,
    )
    generator = Pix2PixHDGenerator(config)
    generator.build()
    layout = {
        "class_ids": IDS,
        "edges": np.ones((2, 32, 48, 1), "float32"),
    }
    image = generator(layout)
    staged = generator.render(generator.prepare(layout))
    assert image.shape == (2, 32, 48, 3)
    np.testing.assert_allclose(image, staged, atol=1e-6)
