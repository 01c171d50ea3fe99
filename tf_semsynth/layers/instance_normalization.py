"""Normalisation of each picture's channels by themselves."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_semsynth")
class InstanceNormalization(keras.layers.Layer):
    """Normalises each channel of each picture over space, without weights.

    It uses the biased variance and is the same in training and inference
    (Ulyanov et al. 2016, https://arxiv.org/abs/1607.08022).

    Args:
        epsilon: float, added to the variance.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)` with more than one pixel.

    Returns:
        Float tensor of the same shape in the compute dtype.
    """

    def __init__(self, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, inputs_shape):
        if inputs_shape[1] == inputs_shape[2] == 1:
            raise ValueError(
                "Instance normalisation needs more than one pixel: a single "
                "one would become zero. Received: inputs of shape "
                f"{tuple(inputs_shape)}. Use a larger picture."
            )

    def call(self, inputs):
        inputs = ops.cast(inputs, "float32")
        mean = ops.mean(inputs, axis=(1, 2), keepdims=True)
        centred = inputs - mean
        variance = ops.mean(ops.square(centred), axis=(1, 2), keepdims=True)
        outputs = centred * ops.rsqrt(variance + self.epsilon)
        return ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, inputs_shape):
        return inputs_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
