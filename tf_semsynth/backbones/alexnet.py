"""The convolutions of AlexNet as a frozen feature network, for LPIPS."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D

# Official name, filters, kernel size, strides, padding.
CONVOLUTIONS = (
    ("features.0", 64, 11, 4, 2),
    ("features.3", 192, 5, 1, 2),
    ("features.6", 384, 3, 1, 1),
    ("features.8", 256, 3, 1, 1),
    ("features.10", 256, 3, 1, 1),
)
POOLED = ("features.3", "features.6")  # Convolutions after a pooling.


@keras.saving.register_keras_serializable(package="tf_semsynth")
class AlexNetFeatures(keras.Model):
    """The features of torchvision's AlexNet after each of its five ReLUs.

    Krizhevsky 2014 (https://arxiv.org/abs/1404.5997). Frozen, random until
    weights are loaded.

    Args:
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, RGB, normalised as ImageNet's,
            H and W >= 31.

    Returns:
        List of five float tensors `(B, H_i, W_i, C_i)`.
    """

    channels = tuple(row[1] for row in CONVOLUTIONS)
    minimum_size = 31

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.stages = [
            Conv2D(
                filters,
                kernel_size,
                strides,
                padding,
                name=name,
                dtype=self.dtype_policy,
            )
            for name, filters, kernel_size, strides, padding in CONVOLUTIONS
        ]
        self.trainable = False

    def build(self, image_shape):
        channels = 3
        for conv in self.stages:
            conv.build((None, None, None, channels))
            channels = conv.filters

    @property
    def convs(self):
        """Official prefix -> convolution, in the official order."""
        return {conv.name: conv for conv in self.stages}

    def call(self, image):
        features = image
        taps = []
        for conv in self.stages:
            if conv.name in POOLED:
                features = ops.max_pool(features, 3, 2, "valid")
            features = ops.relu(conv(features))
            taps.append(features)
        return taps
