"""The SPADE generator: the layout modulates every normalisation."""

import keras

from tf_semsynth.core import backend
from tf_semsynth.layers.layout_patterns import find_patterns
from tf_semsynth.networks.block_generator import BlockGenerator
from tf_semsynth.systems.spade.block import SpadeResidualBlock
from tf_semsynth.systems.spade.config import Config

# In smaller layouts nearly every pixel has a neighbourhood of its own.
LEAST_PIXELS = 1024


@keras.saving.register_keras_serializable(package="tf_semsynth.spade")
class Generator(BlockGenerator):
    """SPADE's generator (Park et al. 2019, figure 4); see `BlockGenerator`."""

    config_class = Config

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        config = self.settings
        self.make_layers(
            lambda step: SpadeResidualBlock(
                step.filters,
                config.num_classes,
                config.hidden_filters,
                config.spade_kernel_size,
                config.spade_normalization,
                config.use_spectral_norm,
                dtype=self.dtype_policy,
                name=step.name,
            )
        )

    def build(self, layout_shape=None, latent_shape=None):
        self.build_layers(int(self.settings.use_edges))

    def prepare(self, layout, training=None):
        """Computes what depends on the layout alone.

        Returns:
            Dictionary with gamma and beta of each norm of each block, and
            the first features under "start" where they come from the layout.
            The last block's take `8 * 5 * generator_filters * H * W` bytes.
        """
        prepared = {}
        if not self.settings.use_encoder:
            prepared["start"] = self.start(*self.reduce(layout, 0))
        patterns = {}
        for step, block in zip(self.plan, self.blocks, strict=True):
            ids, edges = self.reduce(layout, step.level)
            if step.level not in patterns:
                patterns[step.level] = self._find_patterns(ids, edges)
            prepared[step.name] = block.prepare(
                ids, edges, patterns[step.level], training=training
            )
        return prepared

    def _find_patterns(self, ids, edges):
        """The layout's patterns, None where they would not help."""
        pixels = backend.num_elements(*ids.shape[1:])
        if not backend.on_tensorflow() or (pixels or 0) < LEAST_PIXELS:
            return None
        config = self.settings
        return find_patterns(
            ids, edges, config.num_classes, config.spade_kernel_size
        )
