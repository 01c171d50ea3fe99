import dataclasses

import numpy as np
from keras import ops

from tf_semsynth.networks.two_stage_generator import TwoStageGenerator


@dataclasses.dataclass(frozen=True)
class Config:
    offset: float = 0.5


class Generator(TwoStageGenerator):
    config_class = Config

    def prepare(self, layout, training=None):
        ids = ops.cast(layout["class_ids"], "float32")
        return {"ids": ids * (2 if training else 1)}

    def render(self, prepared, latent=None, training=None):
        return prepared["ids"] + latent + self.settings.offset


def test_a_call_prepares_and_renders():
    ids = np.ones((1, 2, 2), "int32")
    generator = Generator(Config())
    quarter = np.full((1, 1, 1), 0.25, "float32")
    image = generator({"class_ids": ids}, quarter, training=True)
    np.testing.assert_array_equal(image, 2.75 * ids)
    image = generator({"class_ids": ids}, latent=quarter)
    np.testing.assert_array_equal(image, 1.75 * ids)


def test_the_config_survives_serialisation():
    generator = Generator(Config(offset=2.0), name="painter")
    twin = Generator.from_config(generator.get_config())
    assert twin.settings == generator.settings and twin.name == "painter"
