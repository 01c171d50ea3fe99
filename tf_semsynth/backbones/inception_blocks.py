"""The parts of the FID Inception; sublayers have their official names."""

import keras
from keras import ops

from tf_semsynth.layers.conv import conv_size
from tf_semsynth.layers.initializers import xavier_normal

EPSILON = 1e-3  # Of every batch norm in the network.


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ConvUnit(keras.layers.Layer):
    """Convolution without bias, batch norm with fixed statistics, ReLU.

    At each call the norm is applied to the kernel, in float32, rather than
    to the features: the same numbers to 1e-6, for less work.

    Args:
        filters: int, the number of output channels.
        kernel_size: int or (height, width).
        strides: int.
        padding: "same" (with stride 1 alone) or "valid".
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.

    Returns:
        Float tensor `(B, H', W', filters)` in the compute dtype.
    """

    def __init__(
        self, filters, kernel_size=1, strides=1, padding="same", **kwargs
    ):
        super().__init__(**kwargs)
        if strides > 1 and padding == "same":
            raise ValueError(
                'A strided `ConvUnit` has padding="valid", as all of the '
                f"network have. Received: strides={strides}, padding='same'"
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.padding = padding
        self.trainable = False

    def build(self, inputs_shape):
        self.kernel = self.add_weight(
            (*self._size, inputs_shape[-1], self.filters),
            xavier_normal(),
            name="kernel",
            autocast=False,
        )
        self.bias = None  # The norm has it.
        self.gamma = self._add_vector("gamma", "ones")
        self.beta = self._add_vector("beta", "zeros")
        self.moving_mean = self._add_vector("moving_mean", "zeros")
        self.moving_variance = self._add_vector("moving_variance", "ones")

    def call(self, inputs):
        scale = self.gamma / ops.sqrt(self.moving_variance + EPSILON)
        shift = self.beta - self.moving_mean * scale
        kernel = ops.cast(self.kernel * scale, inputs.dtype)
        features = ops.conv(inputs, kernel, self.strides, self.padding)
        return ops.relu(features + ops.cast(shift, features.dtype))

    def compute_output_shape(self, inputs_shape):
        batch, *sides, _ = inputs_shape
        if self.padding == "valid":
            sides = [
                conv_size(side, size, self.strides, 0)
                for side, size in zip(sides, self._size, strict=True)
            ]
        return (batch, *sides, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
        }

    @property
    def _size(self):
        size = self.kernel_size
        return (size, size) if isinstance(size, int) else tuple(size)

    def _add_vector(self, name, initializer):
        return self.add_weight(
            (self.filters,), initializer, name=name, autocast=False
        )


@keras.saving.register_keras_serializable(package="tf_semsynth")
class InceptionBlock(keras.layers.Layer):
    """Parallel branches whose results are concatenated in order.

    Args:
        branches: the branches, each a sequence of steps (name, filters,
            kernel size). Two steps in the place of one form a fork: both see
            the same features, and their results are concatenated. The last
            branch follows the pooling and may be empty.
        pooling: "average" (over the pixels inside of the map alone) or
            "max", 3x3.
        reduces: bool, whether the block halves the map: each branch by its
            last step, the last one by its pooling.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        features: float tensor `(B, H, W, C)`.

    Returns:
        Float tensor `(B, H', W', F)`, `H' = H` or `(H - 1) // 2`.
    """

    def __init__(self, branches, pooling="average", reduces=False, **kwargs):
        super().__init__(**kwargs)
        self.table = branches
        self.pooling = pooling
        self.reduces = reduces
        self.branches = [self._make_branch(branch) for branch in branches]
        self.trainable = False

    def build(self, features_shape):
        for branch in self.branches:
            channels = features_shape[-1]
            for step in branch:
                for unit in step:
                    unit.build((None, None, None, channels))
                channels = sum(unit.filters for unit in step)

    def call(self, features):
        *branches, pooled_branch = self.branches
        results = [_run(branch, features) for branch in branches]
        results.append(_run(pooled_branch, self._pool(features)))
        return ops.concatenate(results, axis=-1)

    def compute_output_shape(self, features_shape):
        batch, height, width, channels = features_shape
        filters = sum(
            sum(unit.filters for unit in branch[-1]) if branch else channels
            for branch in self.branches
        )
        if self.reduces:
            height = conv_size(height, 3, 2, 0)
            width = conv_size(width, 3, 2, 0)
        return (batch, height, width, filters)

    def get_config(self):
        return {
            **super().get_config(),
            "branches": self.table,
            "pooling": self.pooling,
            "reduces": self.reduces,
        }

    @property
    def units(self):
        """All `ConvUnit`s, in the official order."""
        return [u for branch in self.branches for step in branch for u in step]

    def _make_branch(self, steps):
        branch = []
        for index, step in enumerate(steps):
            fork = [step] if isinstance(step[0], str) else step
            is_last = self.reduces and index == len(steps) - 1
            branch.append(
                [
                    ConvUnit(
                        filters,
                        kernel_size,
                        strides=2 if is_last else 1,
                        padding="valid" if is_last else "same",
                        name=name,
                        dtype=self.dtype_policy,
                    )
                    for name, filters, kernel_size in fork
                ]
            )
        return branch

    def _pool(self, features):
        if self.reduces:
            return halve(features)
        if self.pooling == "max":
            return ops.max_pool(features, 3, 1, "same")
        return ops.average_pool(features, 3, 1, "same")


def halve(features):
    """3x3 max pooling with stride 2, as between the network's stages."""
    return ops.max_pool(features, 3, 2, "valid")


def _run(branch, features):
    for step in branch:
        results = [unit(features) for unit in step]
        features = (
            results[0] if len(step) == 1 else ops.concatenate(results, -1)
        )
    return features
