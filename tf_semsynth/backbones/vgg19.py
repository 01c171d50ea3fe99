"""VGG-19 as a frozen feature network, for the perceptual loss."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D

# Filters and number of convolutions of each block, up to the last tap.
BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 1))


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Vgg19Features(keras.Model):
    """The features of VGG-19 after the first ReLU of each block.

    Simonyan and Zisserman 2014 (https://arxiv.org/abs/1409.1556), tapped
    after conv1_1, conv2_1, conv3_1, conv4_1 and conv5_1; what comes after is
    not built. Frozen: its weights are not trained, but gradients flow to the
    picture. New networks are random; `vgg19_weights.py` loads weights.

    The picture goes in as it is, in [-1, 1], without ImageNet's mean and
    deviation: the official codes of SPADE and CC-FPSE do so, with
    torchvision's weights.

    Args:
        width_divisor: int, divides all numbers of filters; 1 is VGG-19.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, RGB, [-1, 1], H and W >= 16.

    Returns:
        List of five float tensors `(B, H // 2^i, W // 2^i, C_i)`, i = 0..4,
        C = 64, 128, 256, 512, 512 over the divisor.
    """

    def __init__(self, width_divisor=1, **kwargs):
        super().__init__(**kwargs)
        self.width_divisor = width_divisor
        self.blocks = [
            [
                Conv2D(
                    filters // width_divisor,
                    kernel_size=3,
                    name=f"block{block}_conv{index}",
                    dtype=self.dtype_policy,
                )
                for index in range(1, num_convs + 1)
            ]
            for block, (filters, num_convs) in enumerate(BLOCKS, start=1)
        ]
        self.trainable = False

    def build(self, image_shape):
        # Zero but for weights that were trained on shifted pictures.
        self.input_shift = self.add_weight(
            (3,), "zeros", name="input_shift", trainable=False
        )
        channels = 3
        for conv in self.convs:
            conv.build((None, None, None, channels))
            channels = conv.filters

    @property
    def convs(self):
        """The convolutions in order, named `block1_conv1` as in Keras."""
        return [conv for block in self.blocks for conv in block]

    def call(self, image):
        features = image + self.input_shift
        taps = []
        for block in self.blocks:
            if taps:
                features = ops.max_pool(features, 2, 2)
            for index, conv in enumerate(block):
                features = ops.relu(conv(features))
                if index == 0:
                    taps.append(features)
        return taps

    def compute_output_shape(self, image_shape):
        batch, height, width, _ = image_shape
        return [
            (batch, _halved(height, i), _halved(width, i), block[0].filters)
            for i, block in enumerate(self.blocks)
        ]

    def get_config(self):
        return {**super().get_config(), "width_divisor": self.width_divisor}


def _halved(size, times):
    return None if size is None else size >> times
