import dataclasses

import keras
import numpy as np
import pytest

from tf_semsynth.networks.block_generator import BlockGenerator

rng = np.random.default_rng(0)


class Block(keras.layers.Layer):
    """Keeps the first channels and adds what the layout gives."""

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters

    def build(self, features, ids, edges):
        self.ids, self.edges = ids, edges

    def render(self, features, prepared, training):
        return features[..., : self.filters] + prepared


@dataclasses.dataclass(frozen=True)
class Config:
    use_edges: bool
    use_encoder: bool = False
    num_classes: int = 3
    image_height: int = 32
    image_width: int = 64
    size: str = "normal"
    generator_filters: int = 2
    latent_dim: int = 5


class Generator(BlockGenerator):
    config_class = Config

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        self.make_layers(lambda step: Block(step.filters, name=step.name))

    def build(self, layout_shape=None):
        self.build_layers(int(self.settings.use_edges))

    def prepare(self, layout, training=None):
        ids, edges = self.reduce(layout, 0)
        start = {}
        if not self.settings.use_encoder:
            start["start"] = self.start(ids, edges)
        return {**start, **{step.name: 0.01 for step in self.plan}}


def make(**fields):
    generator = Generator(Config(**fields))
    generator.build()
    return generator


@pytest.fixture
def layout():
    ids = rng.integers(3, size=(2, 32, 64), dtype="int32")
    edges = rng.integers(2, size=(2, 32, 64, 1)).astype("float32")
    return {"class_ids": ids, "edges": edges}


def test_blocks_see_each_size_and_the_edges():
    generator = make(use_edges=True, use_encoder=False)
    assert [block.ids for block in generator.blocks][:3] == [
        (None, 1, 2),
        (None, 2, 4),
        (None, 2, 4),
    ]
    assert generator.blocks[-1].ids == (None, 32, 64)
    assert generator.blocks[-1].edges == (None, 32, 64, 1)
    assert make(use_edges=False).blocks[-1].edges is None


def test_the_layout_or_a_latent_vector_starts_it(layout):
    generator = make(use_edges=True, use_encoder=False)
    image = generator(layout)
    assert image.shape == (2, 32, 64, 3)
    other = {**layout, "edges": 1 - layout["edges"]}
    assert np.abs(image - generator(other)).max() > 1e-6
    generator = make(use_edges=True, use_encoder=True)
    latent = rng.normal(size=(2, 5)).astype("float32")
    image = generator(layout, latent)
    assert image.shape == (2, 32, 64, 3)
    np.testing.assert_array_equal(image, generator(other, latent))
    assert np.abs(image - generator(layout, -latent)).max() > 1e-6


def test_reduction_takes_each_squares_first_pixel(layout):
    generator = make(use_edges=True)
    ids, edges = generator.reduce(layout, 3)
    np.testing.assert_array_equal(ids, layout["class_ids"][:, ::4, ::4])
    np.testing.assert_array_equal(edges, layout["edges"][:, ::4, ::4])
    ids, edges = generator.reduce({"class_ids": layout["class_ids"]}, 5)
    np.testing.assert_array_equal(ids, layout["class_ids"])
    assert edges is None
