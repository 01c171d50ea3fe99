"""VGG-16 as a frozen feature network, for LPIPS."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D

# Filters of each block, and the official index of each convolution.
BLOCKS = (
    (64, (0, 2)),
    (128, (5, 7)),
    (256, (10, 12, 14)),
    (512, (17, 19, 21)),
    (512, (24, 26, 28)),
)


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Vgg16Features(keras.Model):
    """The features of torchvision's VGG-16 at the end of each block.

    Simonyan and Zisserman 2014 (https://arxiv.org/abs/1409.1556), tapped
    after relu1_2, 2_2, 3_3, 4_3 and 5_3. Keras' VGG-16 is another training.
    Frozen, random until weights are loaded.

    Args:
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, RGB, normalised as ImageNet's,
            H and W >= 16.

    Returns:
        List of five float tensors `(B, H // 2^i, W // 2^i, C_i)`, i = 0..4.
    """

    channels = tuple(filters for filters, _ in BLOCKS)
    minimum_size = 16

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [
            [
                Conv2D(
                    filters,
                    kernel_size=3,
                    name=f"features.{index}",
                    dtype=self.dtype_policy,
                )
                for index in indices
            ]
            for filters, indices in BLOCKS
        ]
        self.trainable = False

    def build(self, image_shape):
        channels = 3
        for conv in self.convs.values():
            conv.build((None, None, None, channels))
            channels = conv.filters

    @property
    def convs(self):
        """Official prefix -> convolution, in the official order."""
        return {conv.name: conv for block in self.blocks for conv in block}

    def call(self, image):
        features = image
        taps = []
        for block in self.blocks:
            if taps:
                features = ops.max_pool(features, 2, 2)
            for conv in block:
                features = ops.relu(conv(features))
            taps.append(features)
        return taps
