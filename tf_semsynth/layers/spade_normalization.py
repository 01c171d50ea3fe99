"""Spatially-adaptive normalisation: the layout scales and shifts features."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D, conv2d
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import LayoutConv2D
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

    def prepare(self, class_ids, layout_features=None):
        """Returns gamma and beta, each `(B, H, W, C)`, in a dictionary."""
        hidden = ops.relu(self.shared(class_ids, layout_features))
        return self.prepare_hidden(hidden)

    def prepare_hidden(self, hidden):
        """Gamma and beta from the activated shared features."""
        # One convolution reads the hidden features once for both.
        kernel = ops.concatenate([self.gamma.kernel, self.beta.kernel], -1)
        bias = ops.concatenate([self.gamma.bias, self.beta.bias], -1)
        both = conv2d(hidden, kernel) + ops.cast(bias, hidden.dtype)
        gamma, beta = ops.split(both, 2, axis=-1)
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
