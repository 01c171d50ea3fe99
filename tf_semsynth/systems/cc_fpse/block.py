"""The residual block whose convolutions the layout predicts."""

import keras
from keras import ops

from tf_semsynth.layers.conditional_depthwise_conv import (
    ConditionalDepthwiseConv2D,
)
from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.layout_conv import LayoutConv2D, layout_conv2d
from tf_semsynth.layers.spade_normalization import SpadeNormalization
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.layers.sync_batch_normalization import (
    SyncBatchNormalization,
)


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ConditionalConvolutionBlock(keras.layers.Layer):
    """Two conditional depthwise convolutions with conditional attention.

    Liu et al. 2019, section 3.1 and figure 2. From the layout `prepare`
    predicts a 3x3 kernel per channel and pixel, and a gate, for each of the
    two convolutions; `render` applies them to the picture's features:
    batch norm, depthwise convolution, 1x1 convolution, gate, leaky ReLU,
    twice, plus a shortcut.

    Args:
        filters: int, channels of the output, at most those of the input.
        hidden_filters: int, hidden channels of each prediction head.
        num_classes: int, the number K of classes.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        layout_features: float tensor `(B, H, W, D)`: instance edges (if any)
            and the layout pyramid's map.
        training: bool, for batch norm and power iterations.

    Returns:
        Float tensor `(B, H, W, filters)`.
    """

    def __init__(self, filters, hidden_filters, num_classes, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.hidden_filters = hidden_filters
        self.num_classes = num_classes

    def build(self, features_shape, class_ids_shape, layout_features_shape):
        channels = features_shape[-1]
        if self.filters > channels:
            raise ValueError(
                "The block cannot widen its input: the second predicted "
                "kernel is applied to as many channels as the output has. "
                f"Received: filters={self.filters} for {channels} channels."
            )
        self._make_layers(channels)
        layout = (class_ids_shape, layout_features_shape)
        hidden_shape = (*class_ids_shape, self.hidden_filters)
        middle_shape = (*features_shape[:3], self.filters)
        for name, head in self.heads.items():
            self.hidden_layers[name].build(*layout)
            head.build(hidden_shape)
        self.norm_1.build(features_shape)
        self.conv_1.build(features_shape)
        self.norm_2.build(middle_shape)
        self.conv_2.build(middle_shape)
        if self.shortcut is not None:
            self.norm_shortcut.build(features_shape, *layout)
            self.shortcut.build(features_shape)

    def _make_layers(self, channels):
        policy, filters = self.dtype_policy, self.filters
        outputs = {
            "kernels_1": 9 * channels,
            "kernels_2": 9 * filters,
            "gate_1": filters,
            "gate_2": filters,
        }
        self.hidden_layers, self.heads = {}, {}
        for name, width in outputs.items():
            self.hidden_layers[name] = LayoutConv2D(
                self.hidden_filters,
                3,
                self.num_classes,
                dtype=policy,
                name=f"{name}_hidden",
            )
            self.heads[name] = Conv2D(width, 3, dtype=policy, name=name)
        self.depthwise = ConditionalDepthwiseConv2D(dtype=policy)
        self.norm_1 = SyncBatchNormalization(dtype=policy, name="norm_1")
        self.conv_1 = Conv2D(filters, 1, dtype=policy, name="conv_1")
        self.norm_2 = SyncBatchNormalization(dtype=policy, name="norm_2")
        self.conv_2 = Conv2D(filters, 1, dtype=policy, name="conv_2")
        self.shortcut = self.norm_shortcut = None
        if filters != channels:
            self.norm_shortcut = SpadeNormalization(
                self.num_classes,
                self.hidden_filters,
                dtype=policy,
                name="norm_shortcut",
            )
            convolution = Conv2D(filters, 1, use_bias=False, dtype=policy)
            self.shortcut = SpectralNormalization(
                convolution, dtype=policy, name="shortcut"
            )

    def prepare(self, class_ids, layout_features):
        """Predicts what depends on the layout alone.

        Returns:
            Dictionary of tensors: "kernels_1" `(B, H, W, 9 * C)`,
            "kernels_2" `(B, H, W, 9 * filters)` (tap-major), "gate_1",
            "gate_2" `(B, H, W, filters)` in 0..1, and "shortcut", the
            modulation of a learned shortcut.
        """
        hidden = self._hidden(class_ids, layout_features)
        prepared = {
            name: head(hidden[name]) for name, head in self.heads.items()
        }
        for name in ("gate_1", "gate_2"):
            prepared[name] = ops.sigmoid(prepared[name])
        if self.shortcut is not None:
            prepared["shortcut"] = self.norm_shortcut.prepare_hidden(
                hidden["shortcut"]
            )
        return prepared

    def render(self, features, prepared, training=None):
        """Applies prepared kernels, gates and modulation to features."""
        main = self.norm_1(features, training=training)
        main = self.depthwise(main, prepared["kernels_1"])
        main = self.conv_1(main) * prepared["gate_1"]
        main = ops.leaky_relu(main, 0.2)
        main = self.norm_2(main, training=training)
        main = self.depthwise(main, prepared["kernels_2"])
        main = self.conv_2(main) * prepared["gate_2"]
        main = ops.leaky_relu(main, 0.2)
        if self.shortcut is None:
            return features + main
        shortcut = self.norm_shortcut.modulate(
            features, prepared["shortcut"], training=training
        )
        return self.shortcut(shortcut, training=training) + main

    def call(self, features, class_ids, layout_features, training=None):
        prepared = self.prepare(class_ids, layout_features)
        return self.render(features, prepared, training=training)

    def compute_output_shape(
        self, features_shape, class_ids_shape, layout_features_shape
    ):
        return (*features_shape[:3], self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "hidden_filters": self.hidden_filters,
            "num_classes": self.num_classes,
        }

    def _hidden(self, class_ids, layout_features):
        """The hidden features of all heads by one convolution.

        All heads read the same layout, so their kernels are joined: the
        input is read once, and the class ids are looked up once.
        """
        layers = dict(self.hidden_layers)
        if self.shortcut is not None:
            layers["shortcut"] = self.norm_shortcut.shared
        kernel = ops.concatenate([x.kernel for x in layers.values()], -1)
        bias = ops.concatenate([x.bias for x in layers.values()], -1)
        kernel = ops.cast(kernel, self.compute_dtype)
        hidden = layout_conv2d(
            class_ids, layout_features, kernel, self.num_classes
        )
        hidden = ops.relu(hidden + ops.cast(bias, hidden.dtype))
        parts = ops.split(hidden, len(layers), axis=-1)
        return dict(zip(layers, parts, strict=True))
