"""Convolutions with PyTorch's symmetric padding and an exchangeable kernel."""

import keras
from keras import ops

from tf_semsynth.layers.initializers import xavier_normal


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Conv2D(keras.layers.Layer):
    """A 2D convolution that pads all four sides alike, as PyTorch does.

    Keras' `padding="same"` puts the padding of a strided convolution to the
    right and below, which shifts every feature map by a pixel.

    Args:
        filters: int, the number of output channels.
        kernel_size: int, the side of the square kernel.
        strides: int.
        padding: int, pixels added on each side; None means
            `kernel_size // 2`.
        padding_mode: "zero" or "reflect".
        use_bias: bool.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.
        kernel: optional float tensor `(k, k, C, filters)` to use in place of
            the layer's own, such as a spectrally normalised one.

    Returns:
        Float tensor `(B, H', W', filters)` in the compute dtype, with
        `H' = (H + 2 * padding - kernel_size) // strides + 1`.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding=None,
        padding_mode="zero",
        use_bias=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if padding_mode not in ("zero", "reflect"):
            raise ValueError(
                '`padding_mode` must be "zero" or "reflect". Received: '
                f"padding_mode={padding_mode!r}"
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.padding = kernel_size // 2 if padding is None else padding
        self.padding_mode = padding_mode
        self.use_bias = use_bias

    def build(self, inputs_shape):
        size = self.kernel_size
        self.kernel = self.add_weight(
            (size, size, inputs_shape[-1], self.filters),
            xavier_normal(),
            name="kernel",
            autocast=False,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight((self.filters,), "zeros", name="bias")

    def call(self, inputs, kernel=None):
        kernel = self.kernel if kernel is None else kernel
        outputs = conv2d(
            inputs, kernel, self.strides, self.padding, self.padding_mode
        )
        if self.bias is not None:
            outputs = outputs + ops.cast(self.bias, outputs.dtype)
        return outputs

    def compute_output_shape(self, inputs_shape, kernel_shape=None):
        batch, height, width, _ = inputs_shape
        return (
            batch,
            conv_size(height, self.kernel_size, self.strides, self.padding),
            conv_size(width, self.kernel_size, self.strides, self.padding),
            self.filters,
        )

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "padding_mode": self.padding_mode,
            "use_bias": self.use_bias,
        }


def conv2d(inputs, kernel, strides=1, padding=None, padding_mode="zero"):
    """Convolves `(B, H, W, C)` with `(k, k, C, F)`; see `Conv2D`."""
    size = kernel.shape[0]
    padding = size // 2 if padding is None else padding
    kernel = ops.cast(kernel, inputs.dtype)
    keeps_size = strides == 1 and size == 2 * padding + 1
    if padding_mode == "zero" and keeps_size:
        return ops.conv(inputs, kernel, 1, "same")
    if padding:
        mode = "constant" if padding_mode == "zero" else padding_mode
        sides = ((0, 0), (padding, padding), (padding, padding), (0, 0))
        inputs = ops.pad(inputs, sides, mode=mode)
    return ops.conv(inputs, kernel, strides, "valid")


def conv_size(size, kernel_size, strides, padding):
    """The length of one output axis, None where the input's is unknown."""
    if size is None:
        return None
    return (size + 2 * padding - kernel_size) // strides + 1
