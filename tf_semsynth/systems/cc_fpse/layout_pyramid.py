"""The layout encoder and decoder: features of the layout at every scale."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.resampling import repeat_pixels
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.layers.sync_batch_normalization import (
    SyncBatchNormalization,
)


@keras.saving.register_keras_serializable(package="tf_semsynth")
class LayoutPyramid(keras.layers.Layer):
    """Feature pyramid over the layout, coarse to fine.

    The first part of the weight prediction network (Liu et al. 2019,
    section 3.2): an encoder of strided convolutions, lateral 1x1
    convolutions, and a decoder that adds them to the doubled coarser map.

    Args:
        num_classes: int, the number K of classes.
        filters: int, channels of every map.
        num_levels: int, maps in the pyramid; the coarsest is
            `2**(num_levels - 1)` times smaller than the layout.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        edges: optional float tensor `(B, H, W, 1)`.
        training: bool, for batch norm and power iterations.

    Returns:
        List of float tensors `(B, h, w, filters)`, the coarsest first.
    """

    def __init__(self, num_classes, filters, num_levels, **kwargs):
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.filters = filters
        self.num_levels = num_levels
        policy = self.dtype_policy
        first = LayoutConv2D(
            filters, 3, num_classes, use_bias=False, dtype=policy
        )
        self.encoder = [ConvNormActivation(first, dtype=policy)]
        self.lateral, self.decoder = [], []
        for _ in range(num_levels - 1):
            self.encoder.append(self._convolution(3, strides=2))
            self.lateral.append(self._convolution(1))
            self.decoder.append(self._convolution(3))

    def build(self, class_ids_shape, edges_shape=None):
        batch, height, width = class_ids_shape
        shape = (batch, height, width, self.filters)
        self.encoder[0].build(class_ids_shape, edges_shape)
        for layer in (*self.encoder[1:], *self.lateral, *self.decoder):
            layer.build(shape)

    def call(self, class_ids, edges=None, training=None):
        encoded = [self.encoder[0](class_ids, edges, training=training)]
        for layer in self.encoder[1:]:
            encoded.append(layer(encoded[-1], training=training))
        pyramid = [encoded.pop()]
        for lateral, decoder in zip(self.lateral, self.decoder, strict=True):
            skip = lateral(encoded.pop(), training=training)
            features = repeat_pixels(pyramid[-1], 2) + skip
            pyramid.append(decoder(features, training=training))
        return pyramid

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "filters": self.filters,
            "num_levels": self.num_levels,
        }

    def _convolution(self, kernel_size, strides=1):
        layer = Conv2D(
            self.filters,
            kernel_size,
            strides=strides,
            use_bias=False,
            dtype=self.dtype_policy,
        )
        return ConvNormActivation(layer, dtype=self.dtype_policy)


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ConvNormActivation(keras.layers.Layer):
    """Spectrally normalised convolution, batch norm, leaky ReLU.

    Args:
        layer: The convolution, without a bias.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs, features: What the convolution takes.
        training: bool.

    Returns:
        Float tensor, as the convolution.
    """

    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.convolution = SpectralNormalization(
            layer, dtype=layer.dtype_policy
        )
        self.normalize = SyncBatchNormalization(dtype=self.dtype_policy)

    def build(self, inputs_shape, features_shape=None):
        self.convolution.build(inputs_shape, features_shape)
        self.normalize.build((None, None, None, self.convolution.layer.filters))

    def call(self, inputs, features=None, training=None):
        outputs = self.convolution(inputs, features, training=training)
        outputs = self.normalize(outputs, training=training)
        return ops.leaky_relu(outputs, 0.2)

    def compute_output_shape(self, inputs_shape, features_shape=None):
        return self.convolution.compute_output_shape(inputs_shape)

    def get_config(self):
        layer = keras.saving.serialize_keras_object(self.convolution.layer)
        return {**super().get_config(), "layer": layer}

    @classmethod
    def from_config(cls, config):
        layer = keras.saving.deserialize_keras_object(config.pop("layer"))
        return cls(layer, **config)
