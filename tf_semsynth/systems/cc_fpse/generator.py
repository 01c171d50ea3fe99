"""The generator: noise rendered by convolutions that the layout predicts."""

import dataclasses

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.resampling import first_pixels, repeat_pixels
from tf_semsynth.systems.cc_fpse.block import ConditionalConvolutionBlock
from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.layout_pyramid import LayoutPyramid


@keras.saving.register_keras_serializable(package="tf_semsynth.cc_fpse")
class Generator(keras.Model):
    """The CC generator (Liu et al. 2019, section 3).

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
        num_levels = {"normal": 6, "more": 7}[config.size]
        policy = self.dtype_policy
        width = 16 * config.generator_filters
        self.pyramid = LayoutPyramid(
            config.num_classes,
            config.generator_filters,
            num_levels,
            dtype=policy,
            name="layout_pyramid",
        )
        start_size = 2 ** (num_levels - 1)
        self.start_height = config.image_height // start_size
        self.start_width = config.image_width // start_size
        if config.use_encoder:
            units = width * self.start_height * self.start_width
            self.start = Dense(units, dtype=policy, name="start")
        else:
            self.start = LayoutConv2D(
                width, 3, config.num_classes, dtype=policy, name="start"
            )
        self.blocks = [
            ConditionalConvolutionBlock(
                step.filters,
                config.hidden_filters,
                config.num_classes,
                dtype=policy,
                name=step.name,
            )
            for step in self.plan
        ]
        # Pictures leave in float32, whatever the precision inside.
        self.to_image = Conv2D(3, 3, dtype="float32", name="to_image")

    def build(self, layout_shape=None, latent_shape=None):
        config = self.settings
        size = (config.image_height, config.image_width)
        channels = int(config.use_edges)
        edges = (None, *size, 1) if config.use_edges else None
        self.pyramid.build((None, *size), edges)
        start = (None, self.start_height, self.start_width)
        if config.use_encoder:
            self.start.build((None, config.latent_dim))
        else:
            self.start.build(start, (*start, 1) if edges else None)
        width = 16 * config.generator_filters
        for step, block in zip(self.plan, self.blocks, strict=True):
            scale = 2**step.level
            ids = (None, start[1] * scale, start[2] * scale)
            layout_channels = channels + config.generator_filters
            block.build((*ids, width), ids, (*ids, layout_channels))
            width = step.filters
        self.to_image.build((None, *size, width))

    def prepare(self, layout, training=None):
        """Computes what depends on the layout alone.

        Returns:
            Dictionary with a dictionary of tensors for each block, and the
            first features under "start" where they come from the layout.
            Without reduction the largest tensor, the last block's first
            kernels, takes `36 * 2 * generator_filters * H * W` bytes.
        """
        class_ids, edges = layout["class_ids"], layout.get("edges")
        pyramid = self.pyramid(class_ids, edges, training=training)
        prepared = {}
        finest = len(pyramid) - 1
        if not self.settings.use_encoder:
            ids = first_pixels(class_ids, 2**finest)
            if edges is not None:
                edges_0 = first_pixels(edges, 2**finest)
                prepared["start"] = self.start(ids, edges_0)
            else:
                prepared["start"] = self.start(ids)
        for step, block in zip(self.plan, self.blocks, strict=True):
            factor = 2 ** (finest - step.level)
            features = pyramid[step.level]
            if edges is not None:
                reduced = first_pixels(edges, factor)
                reduced = ops.cast(reduced, features.dtype)
                features = ops.concatenate([reduced, features], axis=-1)
            ids = first_pixels(class_ids, factor)
            prepared[step.name] = block.prepare(ids, features)
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


@dataclasses.dataclass(frozen=True)
class Step:
    """A block: its name, the pyramid level it works at, its channels."""

    name: str
    level: int
    filters: int


def block_plan(config):
    """The blocks in order; level 0 is the coarsest map of the pyramid."""
    # "normal" enters both middle blocks at one size, "more" doubles between.
    levels = {"normal": (0, 1, 1, 2, 3, 4, 5), "more": (0, 1, 2, 3, 4, 5, 6)}
    names = ("head_0", "middle_0", "middle_1", "up_0", "up_1", "up_2", "up_3")
    factors = (16, 16, 16, 8, 4, 2, 1)
    return tuple(
        Step(name, level, factor * config.generator_filters)
        for name, level, factor in zip(
            names, levels[config.size], factors, strict=True
        )
    )
