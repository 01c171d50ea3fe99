"""A small U-Net that labels the pixels of pictures."""

import keras
from keras import ops

NUM_HALVINGS = 4
MULTIPLE = 2**NUM_HALVINGS


@keras.saving.register_keras_serializable(package="tf_semsynth")
class UNet(keras.Model):
    """Tells the class of each pixel, after Ronneberger et al. 2015.

    As published (https://arxiv.org/abs/1505.04597) in shape: the picture is
    halved four times and doubled four times, each size hands its features
    across. Other than published: batch normalisation, padded convolutions, a
    quarter of the channels, and nearest upsampling in place of transposed
    convolutions, which leave a checkerboard. With 16 filters and 11 classes
    it has 1.97 million weights and costs 54 thousand multiply-adds a pixel.

    Args:
        num_classes: int, the number K of classes it tells apart.
        filters: int, channels at full size; doubled at each halving.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, [-1, 1]; H and W are multiples of
            16.
        training: bool, whether to normalise by the batch's own statistics.

    Returns:
        float32 tensor `(B, H, W, K)`, the logits.

    Raises:
        ValueError: H or W is no multiple of 16.
    """

    def __init__(self, num_classes, filters=16, **kwargs):
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.filters = filters
        policy = self.dtype_policy
        widths = [filters * 2**level for level in range(NUM_HALVINGS + 1)]
        self.down = [
            DoubleConv(width, dtype=policy, name=f"down_{level}")
            for level, width in enumerate(widths)
        ]
        self.up = [
            DoubleConv(widths[level], dtype=policy, name=f"up_{level}")
            for level in reversed(range(NUM_HALVINGS))
        ]
        self.halve = keras.layers.MaxPooling2D(dtype=policy)
        self.double = keras.layers.UpSampling2D(dtype=policy)
        self.score = keras.layers.Dense(
            num_classes, dtype="float32", name="score"
        )

    def build(self, image_shape):
        channels = image_shape[-1]
        for block in self.down:
            block.build((None, None, None, channels))
            channels = block.filters
        for block in self.up:
            block.build((None, None, None, channels + block.filters))
            channels = block.filters
        self.score.build((None, None, None, channels))

    def call(self, image, training=None):
        check_size(*image.shape[1:3])
        features = ops.cast(image, self.compute_dtype)
        handed = []
        for block in self.down[:-1]:
            features = block(features, training=training)
            handed.append(features)
            features = self.halve(features)
        features = self.down[-1](features, training=training)
        for block in self.up:
            features = self.double(features)
            features = ops.concatenate([handed.pop(), features], axis=-1)
            features = block(features, training=training)
        return self.score(features)

    def compute_output_shape(self, image_shape):
        return (*image_shape[:3], self.num_classes)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "filters": self.filters,
        }


@keras.saving.register_keras_serializable(package="tf_semsynth")
class DoubleConv(keras.layers.Layer):
    """Twice: a 3 x 3 convolution, batch normalisation, ReLU.

    Args:
        filters: int, the number of output channels.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.
        training: bool, whether to normalise by the batch's own statistics.

    Returns:
        Float tensor `(B, H, W, filters)` in the compute dtype.
    """

    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        policy = self.dtype_policy
        self.convolutions = [
            keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                dtype=policy,
            )
            for _ in range(2)
        ]
        # Keras' momentum of 0.99 would need hundreds of steps to forget the
        # statistics that it starts from.
        self.norms = [
            keras.layers.BatchNormalization(
                momentum=0.9, epsilon=1e-5, dtype=policy
            )
            for _ in range(2)
        ]

    def build(self, features_shape):
        shape = tuple(features_shape)
        pairs = zip(self.convolutions, self.norms, strict=True)
        for convolution, norm in pairs:
            convolution.build(shape)
            shape = (*shape[:3], self.filters)
            norm.build(shape)

    def call(self, features, training=None):
        pairs = zip(self.convolutions, self.norms, strict=True)
        for convolution, norm in pairs:
            features = norm(convolution(features), training=training)
            features = ops.relu(features)
        return features

    def compute_output_shape(self, features_shape):
        return (*features_shape[:3], self.filters)

    def get_config(self):
        return {**super().get_config(), "filters": self.filters}


def check_size(height, width):
    """Checks that pictures can be halved four times.

    Args:
        height, width: int, or None where it is not known yet.

    Raises:
        ValueError: They cannot.
    """
    for name, size in (("height", height), ("width", width)):
        if size is not None and (size < 1 or size % MULTIPLE):
            below = max(1, size // MULTIPLE) * MULTIPLE
            raise ValueError(
                f"The {name} of the pictures must be a multiple of "
                f"{MULTIPLE}, because they are halved {NUM_HALVINGS} times. "
                f"Received: {size}. Try {below} or {below + MULTIPLE}."
            )
