"""The discriminator: a feature pyramid matched to embedded semantics."""

import keras
from keras import ops

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.resampling import UpSample2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable(package="tf_semsynth.cc_fpse")
class PyramidDiscriminator(keras.Model):
    """Feature pyramid semantics-embedding (FPSE) discriminator.

    Liu et al. 2019, section 4: a feature pyramid over the picture alone; at
    three scales a patch's score is its realism plus the inner product of its
    features with the embedding of the layout below it.

    Args:
        num_classes: int, the number K of classes.
        filters: int, channels of the first layer (ndf).
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(N * B, H, W, 3)`, [-1, 1]: N pictures for each
            layout, the first picture of every layout first.
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        edges: optional float tensor `(B, H, W, 1)`.
        training: bool, whether to advance the power iterations.

    Returns:
        List of four feature maps (for feature matching), at 1/4, 1/8, 1/16
        and 1/32 of the picture's size, and list of three float32 score maps
        `(N * B, h, w, 1)` at 1/4, 1/8 and 1/16.
    """

    def __init__(self, num_classes, filters=64, **kwargs):
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.filters = filters
        policy = self.dtype_policy
        self.normalize = InstanceNormalization(dtype=policy)
        self.bottom_up = [
            self._convolution(f"enc{level}", filters * factor, 3, strides=2)
            for level, factor in enumerate((1, 2, 4, 8, 8), 1)
        ]
        self.lateral = [
            self._convolution(f"lat{level}", filters * 4, 1)
            for level in (2, 3, 4, 5)
        ]
        self.final = [
            self._convolution(f"final{level}", filters * 2, 3)
            for level in (2, 3, 4)
        ]
        self.double = UpSample2D(2, interpolation="bilinear", dtype=policy)
        self.realism = Conv2D(1, 1, dtype="float32", name="tf")
        self.projection = Conv2D(filters * 2, 1, dtype="float32", name="seg")
        self.embedding = LayoutConv2D(
            filters * 2, 1, num_classes, dtype="float32", name="embedding"
        )

    def build(self, image_shape, class_ids_shape, edges_shape=None):
        shape = image_shape
        shapes = []
        for convolution in self.bottom_up:
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
            shapes.append(shape)
        for lateral, shape in zip(self.lateral, shapes[1:], strict=True):
            lateral.build(shape)
        for final, shape in zip(self.final, shapes[1:4], strict=True):
            final.build((*shape[:3], self.filters * 4))
        top = (*shapes[1][:3], self.filters * 2)
        self.realism.build(top)
        self.projection.build(top)
        self.embedding.build(class_ids_shape, edges_shape)

    def call(self, image, class_ids, edges=None, training=None):
        if min(size or 64 for size in image.shape[1:3]) < 64:
            raise ValueError(
                "The discriminator needs pictures of at least 64 pixels a "
                f"side. Received: image of shape {tuple(image.shape)}."
            )
        features = ops.cast(image, self.compute_dtype)
        encoded = []
        for convolution in self.bottom_up:
            features = self._apply(convolution, features, training)
            encoded.append(features)
        maps = []
        for lateral, features in zip(
            reversed(self.lateral), reversed(encoded), strict=False
        ):
            skip = self._apply(lateral, features, training)
            maps.append(self.double(maps[-1]) + skip if maps else skip)
        embedded = self._embed(class_ids, edges)
        scores = []
        for index, final in enumerate(self.final):
            patches = self._apply(final, maps[3 - index], training)
            patches = ops.cast(patches, "float32")
            scores.append(self._score(patches, embedded[index]))
        return encoded[1:], scores

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "filters": self.filters,
        }

    def _convolution(self, name, filters, kernel_size, strides=1):
        convolution = Conv2D(
            filters,
            kernel_size,
            strides=strides,
            use_bias=False,
            dtype=self.dtype_policy,
        )
        return SpectralNormalization(
            convolution, dtype=self.dtype_policy, name=name
        )

    def _apply(self, convolution, features, training):
        features = convolution(features, training=training)
        return ops.leaky_relu(self.normalize(features), 0.2)

    def _embed(self, class_ids, edges):
        """The layout's embedding at 1/4, 1/8 and 1/16, float32."""
        embedded = self.embedding(class_ids, edges)
        pooled = ops.average_pool(embedded, 4, 4)
        levels = [pooled]
        for _ in range(2):
            levels.append(ops.average_pool(levels[-1], 2, 2))
        return levels

    def _score(self, patches, embedded):
        _, height, width, channels = embedded.shape
        projected = self.projection(patches)
        grouped = ops.reshape(
            projected, (-1, *_batch_and_size(embedded), channels)
        )
        match = ops.sum(grouped * embedded[None], axis=-1)
        match = ops.reshape(match, ops.shape(patches)[:3])
        return self.realism(patches) + match[..., None]


def _batch_and_size(features):
    return tuple(ops.shape(features)[:3])
