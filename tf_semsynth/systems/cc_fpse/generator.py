"""The generator: noise rendered by convolutions that the layout predicts."""

import keras
from keras import ops

from tf_semsynth.networks.block_generator import BlockGenerator
from tf_semsynth.systems.cc_fpse.block import ConditionalConvolutionBlock
from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.layout_pyramid import LayoutPyramid


@keras.saving.register_keras_serializable(package="tf_semsynth.cc_fpse")
class Generator(BlockGenerator):
    """The CC generator (Liu et al. 2019, section 3); see `BlockGenerator`."""

    config_class = Config

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        config, policy = self.settings, self.dtype_policy
        self.pyramid = LayoutPyramid(
            config.num_classes,
            config.generator_filters,
            self.num_doublings + 1,
            dtype=policy,
            name="layout_pyramid",
        )
        self.make_layers(
            lambda step: ConditionalConvolutionBlock(
                step.filters,
                config.hidden_filters,
                config.num_classes,
                dtype=policy,
                name=step.name,
            )
        )

    def build(self, layout_shape=None, latent_shape=None):
        config = self.settings
        size = (config.image_height, config.image_width)
        edges = (None, *size, 1) if config.use_edges else None
        self.pyramid.build((None, *size), edges)
        self.build_layers(int(config.use_edges) + config.generator_filters)

    def prepare(self, layout, training=None):
        """Computes what depends on the layout alone.

        Returns:
            Dictionary with a dictionary of tensors for each block, and the
            first features under "start" where they come from the layout.
            Without reduction the largest tensor, the last block's first
            kernels, takes `36 * 2 * generator_filters * H * W` bytes.
        """
        pyramid = self.pyramid(
            layout["class_ids"], layout.get("edges"), training=training
        )
        prepared = {}
        if not self.settings.use_encoder:
            prepared["start"] = self.start(*self.reduce(layout, 0))
        for step, block in zip(self.plan, self.blocks, strict=True):
            ids, edges = self.reduce(layout, step.level)
            features = pyramid[step.level]
            if edges is not None:
                edges = ops.cast(edges, features.dtype)
                features = ops.concatenate([edges, features], axis=-1)
            prepared[step.name] = block.prepare(ids, features)
        return prepared
