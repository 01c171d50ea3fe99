"""A fully connected layer with the family's initialisation."""

import keras
from keras import ops

from tf_semsynth.layers.initializers import xavier_normal


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Dense(keras.layers.Layer):
    """`inputs @ kernel + bias` with an exchangeable kernel.

    Args:
        units: int, the length of the output.
        use_bias: bool.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, N)`.
        kernel: optional float tensor `(N, units)` in place of the layer's
            own.

    Returns:
        Float tensor `(B, units)` in the compute dtype.
    """

    def __init__(self, units, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.use_bias = use_bias

    def build(self, inputs_shape):
        self.kernel = self.add_weight(
            (inputs_shape[-1], self.units),
            xavier_normal(),
            name="kernel",
            autocast=False,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight((self.units,), "zeros", name="bias")

    def call(self, inputs, kernel=None):
        kernel = self.kernel if kernel is None else kernel
        outputs = ops.matmul(inputs, ops.cast(kernel, inputs.dtype))
        if self.bias is not None:
            outputs = outputs + ops.cast(self.bias, outputs.dtype)
        return outputs

    def compute_output_shape(self, inputs_shape, kernel_shape=None):
        return (*inputs_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "use_bias": self.use_bias,
        }
