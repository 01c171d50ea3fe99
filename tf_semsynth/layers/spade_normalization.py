"""Spatially-adaptive normalisation: the layout scales and shifts features."""

import keras
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.layers.conv import Conv2D, conv2d
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import (
    LayoutConv2D,
    layout_conv2d,
    layout_conv_windows,
)
from tf_semsynth.layers.sync_batch_normalization import (
    SyncBatchNormalization,
)


@keras.saving.register_keras_serializable(package="tf_semsynth")
class SpadeNormalization(keras.layers.Layer):
    """Normalises features, then modulates them pixel by pixel.

    `y = normalized(x) * (1 + gamma(layout)) + beta(layout)` (Park et al.
    2019, equation 1, https://arxiv.org/abs/1903.07291). Gamma and beta depend
    on the layout alone: `prepare` computes them, `modulate` applies them, and
    `call` does both.

    Args:
        num_classes: int, the number K of classes.
        hidden_filters: int, channels of the layer that gamma and beta share.
        kernel_size: int, the side of the three convolutions.
        normalization: "batch" or "instance", both without weights.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        layout_features: optional float tensor `(B, H, W, D)`, such as
            instance edges, read beside the class ids.
        training: bool, for batch normalisation.

    Returns:
        Float tensor `(B, H, W, C)` in the compute dtype.
    """

    def __init__(
        self,
        num_classes,
        hidden_filters=128,
        kernel_size=3,
        normalization="batch",
        **kwargs,
    ):
        super().__init__(**kwargs)
        if normalization not in ("batch", "instance"):
            raise ValueError(
                '`normalization` must be "batch" or "instance". Received: '
                f"normalization={normalization!r}"
            )
        self.num_classes = num_classes
        self.hidden_filters = hidden_filters
        self.kernel_size = kernel_size
        self.normalization = normalization
        policy = self.dtype_policy
        if normalization == "batch":
            self.normalize = SyncBatchNormalization(
                affine=False, dtype=policy, name="normalize"
            )
        else:
            self.normalize = InstanceNormalization(
                dtype=policy, name="normalize"
            )
        self.shared = LayoutConv2D(
            hidden_filters,
            kernel_size,
            num_classes,
            dtype=policy,
            name="shared",
        )
        self.gamma = self.beta = None

    def build(
        self, features_shape, class_ids_shape, layout_features_shape=None
    ):
        channels = features_shape[-1]
        policy = self.dtype_policy
        self.gamma = Conv2D(
            channels, self.kernel_size, dtype=policy, name="gamma"
        )
        self.beta = Conv2D(
            channels, self.kernel_size, dtype=policy, name="beta"
        )
        self.normalize.build(features_shape)
        self.shared.build(class_ids_shape, layout_features_shape)
        hidden_shape = (*class_ids_shape, self.hidden_filters)
        self.gamma.build(hidden_shape)
        self.beta.build(hidden_shape)

    def prepare(
        self, class_ids, layout_features=None, patterns=None, training=None
    ):
        """Computes gamma and beta, which need the layout only.

        Args:
            class_ids, layout_features: as for `call`.
            patterns: optional `LayoutPatterns` of these two. Where they are
                few, gamma and beta are computed for them alone and handed
                out to the pixels: equal values, up to rounding, with a
                fraction of the multiply-adds. No gradient flows to
                `layout_features` then.
            training: bool, whether a gradient is taken of the patterns'
                way: it needs less memory then.

        Returns:
            Dictionary of "gamma" and "beta", each `(B, H, W, C)`.
        """
        if patterns is None:
            hidden = self.shared(class_ids, layout_features)
            return self.prepare_hidden(ops.relu(hidden))
        kernel, bias = self._both_kernels()
        weights = (self.shared.kernel, self.shared.bias, kernel, bias)

        def from_pixels(*weights):
            return self._prepare_pixels(class_ids, layout_features, *weights)

        def from_patterns(*weights):
            return self._prepare_patterns(patterns, training, *weights)

        gamma, beta = backend.choose(
            patterns.are_few,
            from_patterns,
            from_pixels,
            *weights,
            training=training,
        )
        return {"gamma": gamma, "beta": beta}

    def prepare_hidden(self, hidden):
        """Gamma and beta from the activated shared features."""
        gamma, beta = _convolve_both(hidden, *self._both_kernels())
        return {"gamma": gamma, "beta": beta}

    def modulate(self, features, prepared, training=None):
        """Normalises `features` and applies the prepared gamma and beta."""
        if isinstance(self.normalize, SyncBatchNormalization):
            features = self.normalize(features, training=training)
        else:
            features = self.normalize(features)
        return features * (1 + prepared["gamma"]) + prepared["beta"]

    def call(self, features, class_ids, layout_features=None, training=None):
        prepared = self.prepare(class_ids, layout_features)
        return self.modulate(features, prepared, training=training)

    def compute_output_shape(
        self, features_shape, class_ids_shape, layout_features_shape=None
    ):
        return features_shape

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "hidden_filters": self.hidden_filters,
            "kernel_size": self.kernel_size,
            "normalization": self.normalization,
        }

    def _prepare_pixels(
        self, class_ids, features, shared_kernel, shared_bias, kernel, bias
    ):
        """Gamma and beta, pixel by pixel; a function of its arguments alone.

        `backend.choose` differentiates by them, so no layer is called.
        """
        shared_kernel = ops.cast(shared_kernel, self.compute_dtype)
        hidden = layout_conv2d(
            class_ids, features, shared_kernel, self.num_classes
        )
        hidden = ops.relu(hidden + ops.cast(shared_bias, hidden.dtype))
        return _convolve_both(hidden, kernel, bias)

    def _prepare_patterns(
        self, patterns, training, shared_kernel, shared_bias, kernel, bias
    ):
        """Gamma and beta of each pattern, handed out to the pixels."""
        hidden = layout_conv_windows(
            patterns.class_ids,
            patterns.features,
            shared_kernel,
            self.num_classes,
            training=training,
        )
        hidden = ops.relu(hidden + ops.cast(shared_bias, hidden.dtype))
        # A last row stands for what lies outside of the picture.
        hidden = ops.pad(hidden, ((0, 1), (0, 0)))
        hidden = ops.cast(hidden, self.compute_dtype)
        rows = self.kernel_size**2 * self.hidden_filters
        windows = backend.take_rows(hidden, patterns.windows, training)
        windows = ops.reshape(windows, (-1, rows))
        kernel = ops.cast(ops.reshape(kernel, (rows, -1)), hidden.dtype)
        both = windows @ kernel + ops.cast(bias, hidden.dtype)
        return [
            backend.take_rows(part, patterns.of_pixel, training)
            for part in ops.split(both, 2, axis=-1)
        ]

    def _both_kernels(self):
        """Kernel and bias of gamma and beta as one convolution."""
        kernel = ops.concatenate([self.gamma.kernel, self.beta.kernel], -1)
        return kernel, ops.concatenate([self.gamma.bias, self.beta.bias], -1)


def _convolve_both(hidden, kernel, bias):
    """Gamma and beta, by one convolution that reads its input once."""
    both = conv2d(hidden, kernel) + ops.cast(bias, hidden.dtype)
    return ops.split(both, 2, axis=-1)
