"""The frame of SPADE's family of generators: blocks, from coarse to fine."""

from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.resampling import first_pixels, repeat_pixels
from tf_semsynth.networks.block_plan import block_plan, num_doublings
from tf_semsynth.networks.two_stage_generator import TwoStageGenerator


class BlockGenerator(TwoStageGenerator):
    """Renders a latent vector, or the layout itself, block by block.

    A subclass calls `make_layers`; its `prepare` returns what each block's
    `render(features, prepared, training)` takes, by the block's name, and,
    without an encoder, the first features under "start".

    Args:
        config: as for `TwoStageGenerator`. Read here: `num_classes`,
            `image_height`, `image_width`, `size`, `generator_filters`,
            `use_encoder`, `latent_dim` and `use_edges`.
        **kwargs: Base model arguments, such as `name` and `dtype`.
    """

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        config = self.settings
        self.plan = block_plan(config.size, config.generator_filters)
        self.num_doublings = num_doublings(config.size)
        self.start_height = config.image_height // 2**self.num_doublings
        self.start_width = config.image_width // 2**self.num_doublings
        self.start_filters = 16 * config.generator_filters

    def make_layers(self, make_block):
        """Makes what renders.

        Args:
            make_block: function of a `Step` that returns its block.
        """
        config, policy = self.settings, self.dtype_policy
        width = self.start_filters
        if config.use_encoder:
            units = width * self.start_height * self.start_width
            self.start = Dense(units, dtype=policy, name="start")
        else:
            self.start = LayoutConv2D(
                width, 3, config.num_classes, dtype=policy, name="start"
            )
        self.blocks = [make_block(step) for step in self.plan]
        # Pictures leave in float32, whatever the precision inside.
        self.to_image = Conv2D(3, 3, dtype="float32", name="to_image")

    def build_layers(self, layout_channels):
        """Builds what `make_layers` made.

        Args:
            layout_channels: int, channels of what a block gets with the ids;
                0: nothing but the ids.
        """
        config = self.settings
        start = (None, self.start_height, self.start_width)
        if config.use_encoder:
            self.start.build((None, config.latent_dim))
        else:
            self.start.build(start, (*start, 1) if config.use_edges else None)
        width = self.start_filters
        for step, block in zip(self.plan, self.blocks, strict=True):
            ids = (None, *(size * 2**step.level for size in start[1:]))
            layout = (*ids, layout_channels) if layout_channels else None
            block.build((*ids, width), ids, layout)
            width = step.filters
        size = (config.image_height, config.image_width)
        self.to_image.build((None, *size, width))

    def reduce(self, layout, level):
        """The class ids and edges (or None) at a level's size."""
        factor = 2 ** (self.num_doublings - level)
        ids, edges = layout["class_ids"], layout.get("edges")
        if edges is not None:
            edges = first_pixels(edges, factor)
        return first_pixels(ids, factor), edges

    def render(self, prepared, latent=None, training=None):
        if self.settings.use_encoder:
            shape = (self.start_height, self.start_width, self.start_filters)
            features = ops.reshape(self.start(latent), (-1, *shape))
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
