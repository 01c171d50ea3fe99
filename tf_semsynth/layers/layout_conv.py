"""A convolution over class ids that never forms the one-hot layout."""

import functools

import keras
import numpy as np
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.layers.conv import conv2d, conv_size
from tf_semsynth.layers.initializers import xavier_normal


@keras.saving.register_keras_serializable(package="tf_semsynth")
class LayoutConv2D(keras.layers.Layer):
    """Convolves a one-hot layout, given as ids, beside ordinary features.

    The value equals a convolution of `concat([one_hot(class_ids), features])`
    with zero padding. The one-hot part is a sum of one table look-up per
    kernel tap, so time and memory do not grow with the number of classes.
    Ids out of range are not noticed here: check them where they enter.

    Args:
        filters: int, the number of output channels.
        kernel_size: int, the side of the square kernel.
        num_classes: int, the number K of classes.
        strides: int.
        padding: int, pixels added on each side; None means
            `kernel_size // 2`.
        use_bias: bool.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        features: optional float tensor `(B, H, W, C)`.
        kernel: optional float tensor `(k, k, K + C, filters)` in place of
            the layer's own.

    Returns:
        Float tensor `(B, H', W', filters)` in the compute dtype.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        num_classes,
        strides=1,
        padding=None,
        use_bias=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.num_classes = num_classes
        self.strides = strides
        self.padding = kernel_size // 2 if padding is None else padding
        self.use_bias = use_bias

    def build(self, class_ids_shape, features_shape=None):
        if len(class_ids_shape) != 3:
            raise ValueError(
                "`class_ids` must hold one integer per pixel: expected shape "
                f"(B, H, W), received {tuple(class_ids_shape)}. If it is "
                "one-hot, pass it through `keras.ops.argmax(..., -1)` first."
            )
        size = self.kernel_size
        channels = self.num_classes
        if features_shape is not None:
            channels += features_shape[-1]
        self.kernel = self.add_weight(
            (size, size, channels, self.filters),
            xavier_normal(),
            name="kernel",
            autocast=False,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight((self.filters,), "zeros", name="bias")

    def call(self, class_ids, features=None, kernel=None):
        kernel = self.kernel if kernel is None else kernel
        kernel = ops.cast(kernel, self.compute_dtype)
        outputs = layout_conv2d(
            class_ids,
            features,
            kernel,
            self.num_classes,
            self.strides,
            self.padding,
        )
        if self.bias is not None:
            outputs = outputs + ops.cast(self.bias, outputs.dtype)
        return outputs

    def compute_output_shape(
        self, class_ids_shape, features_shape=None, kernel_shape=None
    ):
        batch, height, width = class_ids_shape
        return (
            batch,
            conv_size(height, self.kernel_size, self.strides, self.padding),
            conv_size(width, self.kernel_size, self.strides, self.padding),
            self.filters,
        )

    def compute_output_spec(self, class_ids, features=None, kernel=None):
        shape = self.compute_output_shape(class_ids.shape)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "num_classes": self.num_classes,
            "strides": self.strides,
            "padding": self.padding,
            "use_bias": self.use_bias,
        }


def layout_conv2d(
    class_ids, features, kernel, num_classes, strides=1, padding=None
):
    """Convolves ids and features with one kernel; see `LayoutConv2D`."""
    padding = kernel.shape[0] // 2 if padding is None else padding
    outputs = _look_up(class_ids, kernel[:, :, :num_classes], strides, padding)
    if features is not None:
        rest = kernel[:, :, num_classes:]
        features = ops.cast(features, kernel.dtype)
        outputs = outputs + conv2d(features, rest, strides, padding)
    return outputs


def layout_conv_windows(
    class_ids, features, kernel, num_classes, training=None
):
    """Convolves single windows; on TensorFlow alone.

    Args:
        class_ids: int tensor `(P, k * k)`, what lies below each tap, row by
            row; `num_classes` is outside of the picture.
        features: float tensor `(P, k * k, D)` or None.
        kernel: float tensor `(k, k, num_classes + D, F)`.
        num_classes: int.
        training: bool, as for `backend.take_rows`.

    Returns:
        Float tensor `(P, F)` in the kernel's dtype.
    """
    taps, filters = kernel.shape[0] * kernel.shape[1], kernel.shape[-1]
    # One more class with a row of zeros stands for the outside.
    table = ops.pad(
        kernel[:, :, :num_classes], ((0, 0), (0, 0), (0, 1), (0, 0))
    )
    first_rows = np.arange(taps, dtype="int32") * (num_classes + 1)
    rows = backend.take_rows(
        ops.reshape(table, (-1, filters)), class_ids + first_rows, training
    )
    outputs = ops.sum(rows, axis=1)
    if features is not None:
        rest = ops.reshape(kernel[:, :, num_classes:], (-1, filters))
        features = ops.reshape(features, (-1, rest.shape[0]))
        outputs = outputs + ops.cast(features, kernel.dtype) @ rest
    return outputs


def _look_up(class_ids, kernel, strides, padding):
    """Sums, over the taps, the kernel row of the class below each tap."""
    size = kernel.shape[0]
    if size == 1 and strides == 1 and padding == 0:
        return ops.take(kernel[0, 0], class_ids, axis=0)
    work = backend.num_elements(*class_ids.shape, size**2, kernel.shape[-1])
    sum_taps = _sum_taps(size, strides, padding)
    return sum_taps(class_ids, kernel, work=work)


@functools.lru_cache
def _sum_taps(size, strides, padding):
    @backend.compiled
    def sum_taps(class_ids, kernel):
        # One more class with a row of zeros stands for the padding.
        table = ops.pad(kernel, ((0, 0), (0, 0), (0, 1), (0, 0)))
        # Compiled bfloat16 sums are rounded and converted at every term.
        table = ops.cast(table, "float32")
        sides = ((0, 0), (padding, padding), (padding, padding))
        ids = ops.pad(class_ids, sides, constant_values=kernel.shape[2])
        _, rows, columns = ops.shape(ids)
        height = (rows - size) // strides * strides + 1
        width = (columns - size) // strides * strides + 1
        total = 0.0
        for row in range(size):
            for column in range(size):
                tap = ids[
                    :,
                    row : row + height : strides,
                    column : column + width : strides,
                ]
                total = total + ops.take(table[row, column], tap, axis=0)
        return ops.cast(total, kernel.dtype)

    return sum_taps
