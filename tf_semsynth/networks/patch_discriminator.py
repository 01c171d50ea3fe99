"""The multi-scale PatchGAN that judges a picture beside its layout."""

import keras
from keras import ops

from tf_semsynth.layers.average_pooling import AveragePooling2D, pool_classes
from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable(package="tf_semsynth")
class MultiScalePatchDiscriminator(keras.Model):
    """Several patch discriminators, each on a picture half the size.

    After Wang et al. 2018 (https://arxiv.org/abs/1711.11585) with spectral
    normalisation as in SPADE. The input is the concatenation of the one-hot
    layout, the instance edges and the picture; at full size the layout is
    read by its ids, at the smaller scales as pooled class shares.

    Args:
        num_classes: int, the number K of classes.
        filters: int, channels of the first layer, doubled up to 512.
        num_layers: int, the strided layers and one more of each scale.
        num_scales: int, the number of discriminators.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, H, W, 3)`, [-1, 1].
        class_ids: int tensor `(B, H, W)`, 0..K-1.
        edges: optional float tensor `(B, H, W, 1)`.
        training: bool, whether to advance the power iterations.

    Returns:
        Two lists with an entry for each scale, fine to coarse: the lists of
        intermediate features `(B, h, w, C)`, and the float32 score maps
        `(B, h, w, 1)`.
    """

    def __init__(
        self, num_classes, filters=64, num_layers=4, num_scales=2, **kwargs
    ):
        super().__init__(**kwargs)
        self.num_classes = num_classes
        self.filters = filters
        self.num_layers = num_layers
        self.num_scales = num_scales
        policy = self.dtype_policy
        self.scales = [
            PatchDiscriminator(
                filters,
                num_layers,
                num_classes=num_classes if index == 0 else None,
                dtype=policy,
                name=f"discriminator_{index}",
            )
            for index in range(num_scales)
        ]
        self.pool = AveragePooling2D(dtype=policy)

    def build(self, image_shape, class_ids_shape, edges_shape=None):
        batch, height, width, channels = image_shape
        channels += edges_shape[-1] if edges_shape else 0
        shape = (batch, height, width, channels)
        self.scales[0].build(shape, class_ids_shape)
        shape = (*shape[:3], channels + self.num_classes)
        for scale in self.scales[1:]:
            shape = self.pool.compute_output_shape(shape)
            scale.build(shape)

    def call(self, image, class_ids, edges=None, training=None):
        image = ops.cast(image, self.compute_dtype)
        inputs = image
        if edges is not None:
            # The official channel order is layout, edges, picture.
            edges = ops.cast(edges, self.compute_dtype)
            inputs = ops.concatenate([edges, image], axis=-1)
        outputs = [self.scales[0](inputs, class_ids, training=training)]
        for index, scale in enumerate(self.scales[1:]):
            inputs = self.pool(inputs)
            if index == 0:
                shares = pool_classes(class_ids, self.num_classes, inputs.dtype)
                inputs = ops.concatenate([shares, inputs], axis=-1)
            outputs.append(scale(inputs, training=training))
        features, scores = zip(*outputs, strict=True)
        return list(features), list(scores)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "filters": self.filters,
            "num_layers": self.num_layers,
            "num_scales": self.num_scales,
        }


@keras.saving.register_keras_serializable(package="tf_semsynth")
class PatchDiscriminator(keras.layers.Layer):
    """One patch discriminator: 4x4 convolutions down to a score map.

    Args:
        filters: int, channels of the first layer.
        num_layers: int, layers before the score.
        num_classes: int, the number K of classes where the layout comes as
            ids, None where it is among the inputs' channels.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.
        class_ids: int tensor `(B, H, W)`, or None.
        training: bool, whether to advance the power iterations.

    Returns:
        The list of features before the score, and the float32 score map.
    """

    def __init__(self, filters, num_layers=4, num_classes=None, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.num_layers = num_layers
        self.num_classes = num_classes
        policy = self.dtype_policy
        if num_classes is None:
            self.first = Conv2D(filters, 4, strides=2, dtype=policy)
        else:
            self.first = LayoutConv2D(
                filters, 4, num_classes, strides=2, dtype=policy
            )
        self.middle = []
        for index in range(1, num_layers):
            convolution = Conv2D(
                min(filters * 2**index, 512),
                4,
                strides=1 if index == num_layers - 1 else 2,
                padding=2,
                use_bias=False,
                dtype=policy,
            )
            self.middle.append(SpectralNormalization(convolution, dtype=policy))
        self.normalize = InstanceNormalization(dtype=policy)
        self.score = Conv2D(1, 4, padding=2, dtype="float32", name="score")

    def build(self, inputs_shape, class_ids_shape=None):
        if class_ids_shape is None:
            self.first.build(inputs_shape)
            shape = self.first.compute_output_shape(inputs_shape)
        else:
            self.first.build(class_ids_shape, inputs_shape)
            shape = self.first.compute_output_shape(class_ids_shape)
        for convolution in self.middle:
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
        self.score.build(shape)

    def call(self, inputs, class_ids=None, training=None):
        if class_ids is None:
            features = self.first(inputs)
        else:
            features = self.first(class_ids, inputs)
        # A leaky ReLU; TensorFlow's optimizer stumbles over its operation
        # right behind a convolution, in graphs with gradients.
        features = ops.where(features > 0, features, 0.2 * features)
        all_features = [features]
        for convolution in self.middle:
            features = convolution(features, training=training)
            features = ops.leaky_relu(self.normalize(features), 0.2)
            all_features.append(features)
        return all_features, self.score(features)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "num_layers": self.num_layers,
            "num_classes": self.num_classes,
        }
