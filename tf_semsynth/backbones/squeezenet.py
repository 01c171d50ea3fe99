"""SqueezeNet 1.1 as a frozen feature network, for LPIPS."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D

# Official name, filters of the squeezing and of each expanding convolution.
FIRES = (
    ("features.3", 16, 64),
    ("features.4", 16, 64),
    ("features.6", 32, 128),
    ("features.7", 32, 128),
    ("features.9", 48, 192),
    ("features.10", 48, 192),
    ("features.11", 64, 256),
    ("features.12", 64, 256),
)
POOLED = ("features.3", "features.6", "features.9")  # Fires after a pooling.
TAPPED = tuple(f"features.{index}" for index in (4, 7, 9, 10, 11, 12))


@keras.saving.register_keras_serializable(package="tf_semsynth")
class SqueezeNetFeatures(keras.Model):
    """Seven feature maps of torchvision's SqueezeNet 1.1.

    Iandola et al. 2016 (https://arxiv.org/abs/1602.07360), tapped after the
    first ReLU and the fires at the official indices 4, 7, 9, 10, 11 and 12.
    Frozen, random until weights are loaded.

    Args:
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, RGB, normalised as ImageNet's,
            H and W >= 17.

    Returns:
        List of seven float tensors `(B, H_i, W_i, C_i)`.
    """

    channels = (64, 128, 256, 384, 384, 512, 512)
    minimum_size = 17

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = Conv2D(
            64, 3, 2, padding=0, name="features.0", dtype=self.dtype_policy
        )
        self.fires = [
            Fire(squeezed, expanded, name=name, dtype=self.dtype_policy)
            for name, squeezed, expanded in FIRES
        ]
        self.trainable = False

    def build(self, image_shape):
        self.first.build((None, None, None, 3))
        channels = self.first.filters
        for fire in self.fires:
            fire.build((None, None, None, channels))
            channels = 2 * fire.expanded_filters

    @property
    def convs(self):
        """Official prefix -> convolution, in the official order."""
        convs = {self.first.name: self.first}
        for fire in self.fires:
            for conv in (fire.squeeze, fire.expand1x1, fire.expand3x3):
                convs[f"{fire.name}.{conv.name}"] = conv
        return convs

    def call(self, image):
        features = ops.relu(self.first(image))
        taps = [features]
        for fire in self.fires:
            if fire.name in POOLED:
                features = _pool(features)
            features = fire(features)
            if fire.name in TAPPED:
                taps.append(features)
        return taps


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Fire(keras.layers.Layer):
    """Few channels by a 1x1 convolution, many by a 1x1 and a 3x3 beside it.

    Args:
        squeezed_filters: int.
        expanded_filters: int, of each of the two.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.

    Returns:
        Float tensor `(B, H, W, 2 * expanded_filters)`, >= 0.
    """

    def __init__(self, squeezed_filters, expanded_filters, **kwargs):
        super().__init__(**kwargs)
        self.squeezed_filters = squeezed_filters
        self.expanded_filters = expanded_filters
        self.squeeze = self._conv("squeeze", squeezed_filters, 1)
        self.expand1x1 = self._conv("expand1x1", expanded_filters, 1)
        self.expand3x3 = self._conv("expand3x3", expanded_filters, 3)

    def build(self, features_shape):
        self.squeeze.build(features_shape)
        squeezed = (None, None, None, self.squeezed_filters)
        self.expand1x1.build(squeezed)
        self.expand3x3.build(squeezed)

    def call(self, features):
        squeezed = ops.relu(self.squeeze(features))
        expanded = [self.expand1x1(squeezed), self.expand3x3(squeezed)]
        return ops.relu(ops.concatenate(expanded, axis=-1))

    def compute_output_shape(self, features_shape):
        return (*features_shape[:-1], 2 * self.expanded_filters)

    def get_config(self):
        return {
            **super().get_config(),
            "squeezed_filters": self.squeezed_filters,
            "expanded_filters": self.expanded_filters,
        }

    def _conv(self, name, filters, kernel_size):
        return Conv2D(filters, kernel_size, name=name, dtype=self.dtype_policy)


def _pool(features):
    """3x3 max pooling with stride 2 that keeps an incomplete last window.

    PyTorch's `ceil_mode`. A row of zeros stands for it, since nothing is
    below zero after a ReLU.
    """
    features = ops.pad(features, ((0, 0), (0, 1), (0, 1), (0, 0)))
    return ops.max_pool(features, 3, 2, "valid")
