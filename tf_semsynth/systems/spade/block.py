"""The residual block with spatially-adaptive normalisation."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.spade_normalization import SpadeNormalization
from tf_semsynth.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable(package="tf_semsynth")
class SpadeResidualBlock(keras.layers.Layer):
    """Two modulated convolutions and a shortcut (Park et al., figure 4).

    Args:
        filters: int, channels of the output.
        num_classes: int, the number K of classes.
        hidden_filters: int, hidden channels of the SPADE layers.
        kernel_size: int, side of the kernels inside the SPADE layers.
        normalization: "batch" or "instance".
        use_spectral_norm: bool, on the block's own convolutions.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        edges: optional float tensor `(B, H, W, 1)`.
        training: bool, for batch norm and power iterations.

    Returns:
        Float tensor `(B, H, W, filters)`.
    """

    def __init__(
        self,
        filters,
        num_classes,
        hidden_filters=128,
        kernel_size=3,
        normalization="batch",
        use_spectral_norm=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.num_classes = num_classes
        self.hidden_filters = hidden_filters
        self.kernel_size = kernel_size
        self.normalization = normalization
        self.use_spectral_norm = use_spectral_norm

    def build(self, features_shape, class_ids_shape, edges_shape=None):
        channels = features_shape[-1]
        middle = min(channels, self.filters)
        middle_shape = (*features_shape[:3], middle)
        layout = (class_ids_shape, edges_shape)
        self.norm_0 = self._norm("norm_0")
        self.conv_0 = self._convolution("conv_0", middle, 3)
        self.norm_1 = self._norm("norm_1")
        self.conv_1 = self._convolution("conv_1", self.filters, 3)
        self.norm_0.build(features_shape, *layout)
        self.conv_0.build(features_shape)
        self.norm_1.build(middle_shape, *layout)
        self.conv_1.build(middle_shape)
        self.norm_shortcut = self.shortcut = None
        if channels != self.filters:
            self.norm_shortcut = self._norm("norm_shortcut")
            self.shortcut = self._convolution(
                "shortcut", self.filters, 1, use_bias=False
            )
            self.norm_shortcut.build(features_shape, *layout)
            self.shortcut.build(features_shape)

    def prepare(self, class_ids, edges=None, patterns=None, training=None):
        """Returns gamma and beta of each norm, which need the layout only.

        With the layout's `LayoutPatterns` they take less time; see
        `SpadeNormalization.prepare`.
        """
        norms = {"norm_0": self.norm_0, "norm_1": self.norm_1}
        if self.shortcut is not None:
            norms["shortcut"] = self.norm_shortcut
        return {
            name: norm.prepare(class_ids, edges, patterns, training=training)
            for name, norm in norms.items()
        }

    def render(self, features, prepared, training=None):
        """Applies the block with prepared modulations."""
        main = self.norm_0.modulate(
            features, prepared["norm_0"], training=training
        )
        main = self._convolve(self.conv_0, ops.leaky_relu(main, 0.2), training)
        main = self.norm_1.modulate(main, prepared["norm_1"], training=training)
        main = self._convolve(self.conv_1, ops.leaky_relu(main, 0.2), training)
        if self.shortcut is None:
            return features + main
        # No activation on the shortcut.
        shortcut = self.norm_shortcut.modulate(
            features, prepared["shortcut"], training=training
        )
        return self._convolve(self.shortcut, shortcut, training) + main

    def call(self, features, class_ids, edges=None, training=None):
        prepared = self.prepare(class_ids, edges)
        return self.render(features, prepared, training=training)

    def compute_output_shape(
        self, features_shape, class_ids_shape, edges_shape=None
    ):
        return (*features_shape[:3], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_classes": self.num_classes,
            "hidden_filters": self.hidden_filters,
            "kernel_size": self.kernel_size,
            "normalization": self.normalization,
            "use_spectral_norm": self.use_spectral_norm,
        }

    def _norm(self, name):
        return SpadeNormalization(
            self.num_classes,
            self.hidden_filters,
            self.kernel_size,
            self.normalization,
            dtype=self.dtype_policy,
            name=name,
        )

    def _convolution(self, name, filters, kernel_size, use_bias=True):
        policy = self.dtype_policy
        layer = Conv2D(filters, kernel_size, use_bias=use_bias, dtype=policy)
        if not self.use_spectral_norm:
            return layer
        return SpectralNormalization(layer, dtype=policy, name=name)

    def _convolve(self, layer, features, training):
        if self.use_spectral_norm:
            return layer(features, training=training)
        return layer(features)
