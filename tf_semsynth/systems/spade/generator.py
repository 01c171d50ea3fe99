"""The SPADE generator: the layout modulates every normalisation."""

import dataclasses

import keras
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.layout_patterns import find_patterns
from tf_semsynth.layers.resampling import first_pixels, repeat_pixels
from tf_semsynth.systems.spade.block import SpadeResidualBlock
from tf_semsynth.systems.spade.config import NUM_DOUBLINGS, Config

# In smaller layouts nearly every pixel has a neighbourhood of its own.
LEAST_PIXELS = 1024


@keras.saving.register_keras_serializable(package="tf_semsynth.spade")
class Generator(keras.Model):
    """The SPADE generator (Park et al. 2019, figure 3).

    Args:
        config: `Config`, or its fields as a dictionary.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        layout: Dictionary of "class_ids" int `(B, H, W)`, 0..K-1, and, with
            `use_edges`, "edges" float `(B, H, W, 1)`.
        latent: float tensor `(B, latent_dim)`; with `use_encoder` only.
        training: bool, for batch norm and power iterations.

    Returns:
        float32 tensor `(B, H, W, 3)` in [-1, 1].
    """

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        config = Config(**config) if isinstance(config, dict) else config
        self.settings = config
        self.plan = block_plan(config)
        self.num_doublings = NUM_DOUBLINGS[config.size]
        policy = self.dtype_policy
        self.start_height = config.image_height // 2**self.num_doublings
        self.start_width = config.image_width // 2**self.num_doublings
        width = 16 * config.generator_filters
        if config.use_encoder:
            units = width * self.start_height * self.start_width
            self.start = Dense(units, dtype=policy, name="start")
        else:
            self.start = LayoutConv2D(
                width, 3, config.num_classes, dtype=policy, name="start"
            )
        self.blocks = [
            SpadeResidualBlock(
                step.filters,
                config.num_classes,
                config.hidden_filters,
                config.spade_kernel_size,
                config.spade_normalization,
                config.use_spectral_norm,
                dtype=policy,
                name=step.name,
            )
            for step in self.plan
        ]
        # Pictures leave in float32, whatever the precision inside.
        self.to_image = Conv2D(3, 3, dtype="float32", name="to_image")

    def build(self, layout_shape=None, latent_shape=None):
        config = self.settings
        start = (None, self.start_height, self.start_width)
        with_edges = config.use_edges
        if config.use_encoder:
            self.start.build((None, config.latent_dim))
        else:
            self.start.build(start, (*start, 1) if with_edges else None)
        width = 16 * config.generator_filters
        for step, block in zip(self.plan, self.blocks, strict=True):
            ids = (None, *(size * 2**step.level for size in start[1:]))
            edges = (*ids, 1) if with_edges else None
            block.build((*ids, width), ids, edges)
            width = step.filters
        size = (config.image_height, config.image_width)
        self.to_image.build((None, *size, width))

    def prepare(self, layout, training=None):
        """Computes what depends on the layout alone.

        Returns:
            Dictionary with gamma and beta of each norm of each block, and
            the first features under "start" where they come from the layout.
            The last block's take `8 * 5 * generator_filters * H * W` bytes.
        """
        prepared = {}
        if not self.settings.use_encoder:
            ids, edges = self._reduce(layout, 0)
            prepared["start"] = self.start(ids, edges)
        patterns = {}
        for step, block in zip(self.plan, self.blocks, strict=True):
            ids, edges = self._reduce(layout, step.level)
            if step.level not in patterns:
                patterns[step.level] = self._find_patterns(ids, edges)
            prepared[step.name] = block.prepare(
                ids, edges, patterns[step.level]
            )
        return prepared

    def render(self, prepared, latent=None, training=None):
        """Renders prepared layouts: the picture, float32 `(B, H, W, 3)`."""
        if self.settings.use_encoder:
            features = self.start(latent)
            shape = (-1, self.start_height, self.start_width)
            width = 16 * self.settings.generator_filters
            features = ops.reshape(features, (*shape, width))
        else:
            features = prepared["start"]
        level = 0
        for step, block in zip(self.plan, self.blocks, strict=True):
            features = repeat_pixels(features, 2 ** (step.level - level))
            level = step.level
            features = block.render(
                features, prepared[step.name], training=training
            )
        features = ops.cast(ops.leaky_relu(features, 0.2), "float32")
        return ops.tanh(self.to_image(features))

    def call(self, layout, latent=None, training=None):
        prepared = self.prepare(layout, training=training)
        return self.render(prepared, latent, training=training)

    def get_config(self):
        return {
            **super().get_config(),
            "config": dataclasses.asdict(self.settings),
        }

    def _find_patterns(self, ids, edges):
        """The layout's patterns, None where they would not help."""
        pixels = backend.num_elements(*ids.shape[1:])
        if not backend.on_tensorflow() or (pixels or 0) < LEAST_PIXELS:
            return None
        config = self.settings
        return find_patterns(
            ids, edges, config.num_classes, config.spade_kernel_size
        )

    def _reduce(self, layout, level):
        """The ids and edges (or None) at a level's size."""
        factor = 2 ** (self.num_doublings - level)
        ids, edges = layout["class_ids"], layout.get("edges")
        if edges is not None:
            edges = first_pixels(edges, factor)
        return first_pixels(ids, factor), edges


@dataclasses.dataclass(frozen=True)
class Step:
    """A block: its name, the doublings before it, its channels."""

    name: str
    level: int
    filters: int


def block_plan(config):
    """The blocks in order."""
    names = ("head_0", "middle_0", "middle_1", "up_0", "up_1", "up_2", "up_3")
    levels = {
        # "normal" enters both middle blocks at one size.
        "normal": (0, 1, 1, 2, 3, 4, 5),
        "more": (0, 1, 2, 3, 4, 5, 6),
        "most": (0, 1, 2, 3, 4, 5, 6, 7),
    }[config.size]
    ngf = config.generator_filters
    filters = [factor * ngf for factor in (16, 16, 16, 8, 4, 2, 1)]
    if config.size == "most":
        names, filters = (*names, "up_4"), [*filters, ngf // 2]
    return tuple(map(Step, names, levels, filters))
