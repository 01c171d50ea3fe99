"""The transposed convolution that doubles height and width exactly."""

import keras
from keras import ops

from tf_semsynth.layers.initializers import xavier_normal


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Conv2DTranspose(keras.layers.Layer):
    """A 3x3 transposed convolution with stride 2 that doubles its input.

    It equals PyTorch's `ConvTranspose2d(3, stride=2, padding=1,
    output_padding=1)`: input pixel i and tap t reach output `2i - 1 + t`.

    Args:
        filters: int, the number of output channels.
        use_bias: bool.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.
        kernel: optional float tensor `(3, 3, filters, C)` in place of the
            layer's own.

    Returns:
        Float tensor `(B, 2H, 2W, filters)` in the compute dtype.
    """

    def __init__(self, filters, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.use_bias = use_bias

    def build(self, inputs_shape):
        self.kernel = self.add_weight(
            (3, 3, self.filters, inputs_shape[-1]),
            xavier_normal(),
            name="kernel",
            autocast=False,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight((self.filters,), "zeros", name="bias")

    def call(self, inputs, kernel=None):
        kernel = self.kernel if kernel is None else kernel
        kernel = ops.cast(kernel, inputs.dtype)
        # "valid" gives 2H + 1 rows and columns: the first ones are PyTorch's
        # padding, which it cuts away.
        outputs = ops.conv_transpose(inputs, kernel, 2, "valid")
        outputs = outputs[:, 1:, 1:]
        if self.bias is not None:
            outputs = outputs + ops.cast(self.bias, outputs.dtype)
        return outputs

    def compute_output_shape(self, inputs_shape, kernel_shape=None):
        batch, height, width, _ = inputs_shape
        return (
            batch,
            height and 2 * height,
            width and 2 * width,
            self.filters,
        )

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "use_bias": self.use_bias,
        }
