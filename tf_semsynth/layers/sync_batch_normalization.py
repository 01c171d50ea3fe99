"""Batch normalisation over all replicas with PyTorch's update rule."""

import keras
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.layers.initializers import scale_normal


@keras.saving.register_keras_serializable(package="tf_semsynth")
class SyncBatchNormalization(keras.layers.Layer):
    """Normalises each channel over batch and space of all replicas.

    Training uses the batch's mean and biased variance, all-reduced in two
    passes (first the mean, then the squared distance to it), which costs two
    small all-reduces and loses no digits. The running variance takes the
    unbiased one, as PyTorch's does: `running = momentum * running +
    (1 - momentum) * batch`. On one replica it is ordinary batch norm.

    Args:
        affine: bool, whether to learn a scale and a shift per channel.
        epsilon: float, added to the variance.
        momentum: float, what a step keeps of the running statistics
            (1 minus PyTorch's momentum).
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(B, H, W, C)`.
        training: bool, whether to use and record the batch's statistics.

    Returns:
        Float tensor of the same shape in the compute dtype.
    """

    def __init__(self, affine=True, epsilon=1e-5, momentum=0.9, **kwargs):
        super().__init__(**kwargs)
        self.affine = affine
        self.epsilon = epsilon
        self.momentum = momentum

    def build(self, inputs_shape):
        shape = (inputs_shape[-1],)
        self.gamma = self.beta = None
        if self.affine:
            self.gamma = self.add_weight(
                shape, scale_normal(), name="gamma", autocast=False
            )
            self.beta = self.add_weight(
                shape, "zeros", name="beta", autocast=False
            )
        self.moving_mean = backend.replica_local_variable(
            shape, "zeros", name="moving_mean"
        )
        self.moving_variance = backend.replica_local_variable(
            shape, "ones", name="moving_variance"
        )

    def call(self, inputs, training=None):
        if training and backend.has_fused_batch_norm():
            return self._fused(inputs)
        if training:
            mean, variance = self._batch_moments(inputs)
        else:
            mean = ops.convert_to_tensor(self.moving_mean)
            variance = ops.convert_to_tensor(self.moving_variance)
        scale = ops.rsqrt(variance + self.epsilon)
        if self.affine:
            scale = scale * self.gamma
        shift = -mean * scale
        if self.affine:
            shift = shift + self.beta
        # One multiply-add per value; the digits that float32 loses for means
        # far above the deviation are lost in the running form as well.
        outputs = ops.cast(inputs, "float32") * scale + shift
        return ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, inputs_shape):
        return inputs_shape

    def get_config(self):
        return {
            **super().get_config(),
            "affine": self.affine,
            "epsilon": self.epsilon,
            "momentum": self.momentum,
        }

    def _fused(self, inputs):
        """One replica on TensorFlow: one operation, and one backwards."""
        gamma, beta = self.gamma, self.beta
        if not self.affine:
            gamma = ops.ones((inputs.shape[-1],))
            beta = ops.zeros((inputs.shape[-1],))
        outputs, mean, unbiased = backend.fused_batch_norm(
            inputs, gamma, beta, self.epsilon
        )
        self._record(mean, unbiased)
        return outputs

    def _batch_moments(self, inputs):
        inputs = ops.cast(inputs, "float32")
        replicas = backend.num_replicas()
        mean = ops.mean(inputs, axis=(0, 1, 2))
        mean = backend.all_reduce_sum(mean) / replicas
        variance = ops.mean(ops.square(inputs - mean), axis=(0, 1, 2))
        variance = backend.all_reduce_sum(variance) / replicas
        count = replicas * ops.prod(ops.shape(inputs)[:3])
        count = ops.cast(count, "float32")
        unbiased = variance * count / ops.maximum(count - 1, 1)
        self._record(mean, unbiased)
        return mean, variance

    def _record(self, mean, unbiased_variance):
        for variable, value in (
            (self.moving_mean, mean),
            (self.moving_variance, unbiased_variance),
        ):
            kept = ops.convert_to_tensor(variable)
            step = (1 - self.momentum) * (ops.stop_gradient(value) - kept)
            variable.assign(kept + step)
