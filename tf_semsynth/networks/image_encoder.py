"""The encoder that turns a reference picture into a style code."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.spectral_normalization import SpectralNormalization

IMAGE_SIZE = 256


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ImageEncoder(keras.Model):
    """Encodes a picture as the mean and log variance of a normal.

    Six strided convolutions with spectral and instance normalisation, then
    two linear layers (Park et al. 2019, appendix A). Whatever its size, the
    picture is first resized to 256 x 256, bilinear without antialiasing.

    Args:
        filters: int, channels of the first convolution.
        latent_dim: int, length of the code.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, [-1, 1].
        training: bool, whether to advance the power iterations.

    Returns:
        Two float32 tensors `(B, latent_dim)`: mean and log variance.
    """

    def __init__(self, filters=64, latent_dim=256, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.latent_dim = latent_dim
        policy = self.dtype_policy
        self.convolutions = [
            SpectralNormalization(
                Conv2D(
                    filters * factor,
                    3,
                    strides=2,
                    use_bias=False,
                    dtype=policy,
                ),
                dtype=policy,
                name=f"layer{index}",
            )
            for index, factor in enumerate((1, 2, 4, 8, 8, 8), 1)
        ]
        self.normalize = InstanceNormalization(dtype=policy)
        self.mean = Dense(latent_dim, dtype="float32", name="fc_mu")
        self.log_variance = Dense(latent_dim, dtype="float32", name="fc_var")

    def build(self, image_shape):
        shape = (None, IMAGE_SIZE, IMAGE_SIZE, image_shape[-1])
        for convolution in self.convolutions:
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
        flat = (None, shape[1] * shape[2] * shape[3])
        self.mean.build(flat)
        self.log_variance.build(flat)

    def call(self, image, training=None):
        features = ops.cast(resize_bilinear(image), self.compute_dtype)
        for convolution in self.convolutions:
            features = convolution(features, training=training)
            features = ops.leaky_relu(self.normalize(features), 0.2)
        features = ops.reshape(features, (-1, self.mean.kernel.shape[0]))
        return self.mean(features), self.log_variance(features)

    def compute_output_shape(self, image_shape):
        shape = (image_shape[0], self.latent_dim)
        return shape, shape

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "latent_dim": self.latent_dim,
        }


def sample_posterior(mean, log_variance, noise):
    """Draws the code `mean + exp(log_variance / 2) * noise`."""
    return mean + ops.exp(0.5 * log_variance) * noise


def resize_bilinear(image, size=IMAGE_SIZE):
    """Resizes to `size` x `size`: half-pixel centres, no antialiasing.

    Args:
        image: float tensor `(B, H, W, C)` of any size, known or not.
        size: int, the side of the result in pixels.

    Returns:
        float32 tensor `(B, size, size, C)`.
    """
    image = ops.cast(image, "float32")
    if image.shape[1:3] == (size, size):
        return image
    rows = _weights(ops.shape(image)[1], size)
    columns = _weights(ops.shape(image)[2], size)
    image = ops.einsum("oh,bhwc->bowc", rows, image)
    return ops.einsum("ow,bhwc->bhoc", columns, image)


def _weights(length, size):
    """The interpolation as a matrix `(size, length)`, two weights a row."""
    scale = ops.cast(length, "float32") / size
    centre = (ops.arange(size, dtype="float32") + 0.5) * scale - 0.5
    centre = ops.clip(centre, 0.0, ops.cast(length - 1, "float32"))
    pixels = ops.cast(ops.arange(length), "float32")
    distance = ops.abs(centre[:, None] - pixels[None, :])
    return ops.maximum(0.0, 1.0 - distance)
