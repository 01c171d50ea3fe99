"""The convolution whose kernel is predicted anew at every pixel."""

import functools

import keras
from keras import ops

from tf_semsynth.core import backend


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ConditionalDepthwiseConv2D(keras.layers.Layer):
    """Depthwise convolution with a kernel of its own at every position.

    `y[c, i, j] = sum over taps (m, n) of x[c, i + m, j + n] *
    V[c, m, n, i, j]` with zero padding (Liu et al. 2019, section 3.2,
    https://arxiv.org/abs/1910.06809). Nine shifted products are added up, so
    no copy of the features for each tap is kept; the sum is float32.

    Args:
        kernel_size: int, odd.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.
        kernels: float tensor `(B, H, W, kernel_size**2 * C)`; the taps run
            row by row, each with its C channels together (tap-major:
            `tap * C + channel`).

    Returns:
        Float tensor `(B, H, W, C)` in the compute dtype.
    """

    def __init__(self, kernel_size=3, **kwargs):
        super().__init__(**kwargs)
        self.kernel_size = kernel_size

    def build(self, features_shape, kernels_shape):
        expected = self.kernel_size**2 * features_shape[-1]
        if kernels_shape[-1] != expected:
            raise ValueError(
                "`kernels` must hold a weight for each tap and channel: "
                f"expected {expected} values a pixel for features of shape "
                f"{tuple(features_shape)}, received kernels of shape "
                f"{tuple(kernels_shape)}."
            )

    def call(self, features, kernels):
        work = backend.num_elements(*kernels.shape)
        return _sum_taps(self.kernel_size)(features, kernels, work=work)

    def compute_output_shape(self, features_shape, kernels_shape):
        return features_shape

    def compute_output_spec(self, features, kernels):
        return keras.KerasTensor(features.shape, dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "kernel_size": self.kernel_size}


@functools.lru_cache
def _sum_taps(size):
    @backend.compiled
    def sum_taps(features, kernels):
        border = size // 2
        dtype = features.dtype
        _, height, width, _ = ops.shape(features)
        channels = features.shape[-1]
        sides = ((0, 0), (border, border), (border, border), (0, 0))
        # Compiled bfloat16 sums are rounded and converted at every term.
        padded = ops.cast(ops.pad(features, sides), "float32")
        kernels = ops.cast(kernels, "float32")
        total = 0.0
        for tap in range(size**2):
            row, column = divmod(tap, size)
            shifted = padded[:, row : row + height, column : column + width]
            start = tap * channels
            total = total + shifted * kernels[..., start : start + channels]
        return ops.cast(total, dtype)

    return sum_taps
