"""Average pooling that leaves the padding out of the average."""

import keras
from keras import ops

from tf_semsynth.layers.conv import conv_size


@keras.saving.register_keras_serializable(package="tf_semsynth")
class AveragePooling2D(keras.layers.Layer):
    """3x3 average pooling with stride 2 and symmetric, uncounted padding.

    It equals PyTorch's `AvgPool2d(3, 2, 1, count_include_pad=False)`: at the
    border the sum is divided by the number of pixels inside.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.

    Returns:
        Float tensor `(B, (H + 1) // 2, (W + 1) // 2, C)`.
    """

    def call(self, inputs):
        shape = ops.shape(inputs)
        ones = ops.ones((1, shape[1], shape[2], 1), inputs.dtype)
        return _mean_of_padded(inputs) / _mean_of_padded(ones)

    def compute_output_shape(self, inputs_shape):
        batch, height, width, channels = inputs_shape
        return (
            batch,
            conv_size(height, 3, 2, 1),
            conv_size(width, 3, 2, 1),
            channels,
        )


def pool_classes(class_ids, num_classes, dtype="float32"):
    """Average-pools the one-hot form of a layout without forming it whole.

    Args:
        class_ids: int tensor `(B, H, W)`.
        num_classes: int, the number K of classes.
        dtype: the dtype of the result.

    Returns:
        Float tensor `(B, (H + 1) // 2, (W + 1) // 2, K)`: the share of each
        class in the 3x3 window, as `AveragePooling2D` of the one-hot gives.
    """
    sides = ((0, 0), (1, 1), (1, 1))
    ids = ops.pad(class_ids, sides, constant_values=num_classes)
    shape = ops.shape(class_ids)
    height, width = (shape[1] + 1) // 2, (shape[2] + 1) // 2
    counts = 0
    for row in range(3):
        for column in range(3):
            window = ids[
                :,
                row : row + 2 * height - 1 : 2,
                column : column + 2 * width - 1 : 2,
            ]
            classes = ops.arange(num_classes, dtype=window.dtype)
            hits = ops.equal(window[..., None], classes)
            counts = counts + ops.cast(hits, dtype)
    return counts / ops.sum(counts, axis=-1, keepdims=True)


def _mean_of_padded(inputs):
    inputs = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return ops.average_pool(inputs, 3, 2, "valid")
