"""The pix2pixHD generator, the baseline of the SPADE repository."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.conv_transpose import Conv2DTranspose
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.networks.two_stage_generator import TwoStageGenerator
from tf_semsynth.systems.spade.config import Config


@keras.saving.register_keras_serializable(package="tf_semsynth.spade")
class Pix2PixHDGenerator(TwoStageGenerator):
    """The global generator of pix2pixHD (Wang et al. 2018, section 3.1).

    Convolutions down, residual blocks, transposed convolutions up, with
    instance normalisation; the original has no spectral normalisation,
    SPADE's repository does. It has no noise: `latent` stays None.
    """

    config_class = Config

    def __init__(self, config, **kwargs):
        super().__init__(config, **kwargs)
        config, policy = self.settings, self.dtype_policy
        filters = config.generator_filters
        size = config.resnet_initial_kernel_size
        self.border = size // 2
        self.first = self._wrap(
            LayoutConv2D(
                filters,
                size,
                config.num_classes,
                padding=0,
                use_bias=False,
                dtype=policy,
            )
        )
        self.down, self.up = [], []
        for _ in range(config.resnet_downsamples):
            filters *= 2
            convolution = Conv2D(
                filters, 3, strides=2, use_bias=False, dtype=policy
            )
            self.down.append(self._wrap(convolution))
        self.residual = [
            self._wrap(self._reflected(filters))
            for _ in range(2 * config.resnet_blocks)
        ]
        for _ in range(config.resnet_downsamples):
            filters //= 2
            convolution = Conv2DTranspose(filters, use_bias=False, dtype=policy)
            self.up.append(self._wrap(convolution))
        self.normalize = InstanceNormalization(dtype=policy)
        self.to_image = Conv2D(
            3, size, padding_mode="reflect", dtype="float32", name="to_image"
        )

    def build(self, layout_shape=None, latent_shape=None):
        config = self.settings
        border = 2 * self.border
        height, width = config.image_height, config.image_width
        ids = (None, height + border, width + border)
        edges = (*ids, 1) if config.use_edges else None
        self.first.build(ids, edges)
        shape = (None, height, width, config.generator_filters)
        for layer in (*self.down, *self.residual, *self.up):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.to_image.build(shape)

    def prepare(self, layout, training=None):
        """Computes the first convolution, the only one that sees ids."""
        border = self.border
        sides = ((0, 0), (border, border), (border, border))
        ids = ops.pad(layout["class_ids"], sides, mode="reflect")
        edges = layout.get("edges")
        if edges is not None:
            edges = ops.pad(edges, (*sides, (0, 0)), mode="reflect")
        return {"start": self._apply(self.first, ids, edges, training)}

    def render(self, prepared, latent=None, training=None):
        features = ops.relu(self.normalize(prepared["start"]))
        for layer in self.down:
            features = self._step(layer, features, training)
        for first, second in zip(
            self.residual[::2], self.residual[1::2], strict=True
        ):
            change = self._step(first, features, training)
            change = self._apply(second, change, None, training)
            features = features + self.normalize(change)
        for layer in self.up:
            features = self._step(layer, features, training)
        return ops.tanh(self.to_image(ops.cast(features, "float32")))

    def _reflected(self, filters):
        return Conv2D(
            filters,
            self.settings.resnet_kernel_size,
            padding_mode="reflect",
            use_bias=False,
            dtype=self.dtype_policy,
        )

    def _wrap(self, layer):
        if not self.settings.use_spectral_norm:
            return layer
        return SpectralNormalization(layer, dtype=self.dtype_policy)

    def _apply(self, layer, features, more, training):
        arguments = (features,) if more is None else (features, more)
        if self.settings.use_spectral_norm:
            return layer(*arguments, training=training)
        return layer(*arguments)

    def _step(self, layer, features, training):
        features = self._apply(layer, features, None, training)
        return ops.relu(self.normalize(features))
