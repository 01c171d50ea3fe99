"""Resizing by whole factors, exact, also where sizes are unknown.

Keras' and TensorFlow's resize operations pick other pixels than PyTorch or
cannot be traced with unknown sizes; reshaping and slicing do neither.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_semsynth")
class UpSample2D(keras.layers.Layer):
    """Enlarges feature maps by a whole factor.

    Args:
        factor: int; bilinear interpolation knows 2 alone.
        interpolation: "nearest" repeats pixels; "bilinear" has half-pixel
            centres and repeats the border (PyTorch's
            `align_corners=False`).
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.

    Returns:
        Float tensor `(B, factor * H, factor * W, C)`.
    """

    def __init__(self, factor=2, interpolation="nearest", **kwargs):
        super().__init__(**kwargs)
        if interpolation not in ("nearest", "bilinear"):
            raise ValueError(
                '`interpolation` must be "nearest" or "bilinear". Received: '
                f"interpolation={interpolation!r}"
            )
        if interpolation == "bilinear" and factor != 2:
            raise ValueError(
                "Bilinear interpolation is exact for factor=2 alone. "
                f"Received: factor={factor}. Apply the layer repeatedly."
            )
        self.factor = factor
        self.interpolation = interpolation

    def call(self, inputs):
        if self.interpolation == "nearest":
            return repeat_pixels(inputs, self.factor)
        return _double_bilinear(_double_bilinear(inputs, axis=1), axis=2)

    def compute_output_shape(self, inputs_shape):
        batch, height, width, channels = inputs_shape
        return (
            batch,
            height and height * self.factor,
            width and width * self.factor,
            channels,
        )

    def get_config(self):
        return {
            **super().get_config(),
            "factor": self.factor,
            "interpolation": self.interpolation,
        }


@keras.saving.register_keras_serializable(package="tf_semsynth")
class DownSampleIds(keras.layers.Layer):
    """Shrinks an integer map by a whole factor: each cell's first pixel.

    That is PyTorch's nearest resize, `source = floor(i * in / out)`;
    TensorFlow's takes the pixel in the cell's middle.

    Args:
        factor: int.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(B, H, W)` or `(B, H, W, C)`, any dtype.

    Returns:
        Tensor of the same dtype, height and width divided by `factor`.
    """

    def __init__(self, factor, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.factor = factor

    def call(self, inputs):
        return first_pixels(inputs, self.factor)

    def compute_output_shape(self, inputs_shape):
        batch, height, width, *channels = inputs_shape
        factor = self.factor
        return (
            batch,
            height and -(-height // factor),
            width and -(-width // factor),
            *channels,
        )

    def compute_output_spec(self, inputs):
        shape = self.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, dtype=inputs.dtype)

    def get_config(self):
        config = super().get_config()
        config.pop("autocast", None)
        return {**config, "factor": self.factor}


def repeat_pixels(inputs, factor):
    """Nearest enlargement of `(B, H, W, C)` by a whole factor."""
    if factor == 1:
        return inputs
    shape = ops.shape(inputs)
    batch, height, width, channels = shape
    cells = ops.reshape(inputs, (batch, height, 1, width, 1, channels))
    cells = ops.broadcast_to(
        cells, (batch, height, factor, width, factor, channels)
    )
    return ops.reshape(
        cells, (batch, height * factor, width * factor, channels)
    )


def first_pixels(inputs, factor):
    """Nearest reduction of `(B, H, W, ...)` by a whole factor."""
    return inputs if factor == 1 else inputs[:, ::factor, ::factor]


def _double_bilinear(inputs, axis):
    """Doubles one axis: weights 3/4 and 1/4, the border repeated."""
    first, rest = _split(inputs, axis, 1)
    body, last = _split(inputs, axis, -1)
    before = ops.concatenate([first, body], axis)
    after = ops.concatenate([rest, last], axis)
    even = 0.25 * before + 0.75 * inputs
    odd = 0.75 * inputs + 0.25 * after
    shape = list(ops.shape(inputs))
    shape[axis] = 2 * shape[axis]
    return ops.reshape(ops.stack([even, odd], axis + 1), shape)


def _split(inputs, axis, position):
    if axis == 1:
        return inputs[:, :position], inputs[:, position:]
    return inputs[:, :, :position], inputs[:, :, position:]
