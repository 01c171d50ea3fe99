"""Spectral normalisation by power iteration, as PyTorch does it."""

import keras
from keras import ops

from tf_semsynth.core import backend


@keras.saving.register_keras_serializable(package="tf_semsynth")
class SpectralNormalization(keras.layers.Layer):
    """Divides the kernel of a layer by an estimate of its spectral norm.

    After Miyato et al. 2018 (https://arxiv.org/abs/1802.05957), with the
    bookkeeping of PyTorch's `spectral_norm`: the raw kernel stays the trained
    variable and is divided at each use, sigma = u . (M v) with M the kernel
    as a matrix (outputs, inputs * taps). A training call first makes one
    power iteration and stores u and v, an inference call uses the stored
    ones. u and v are constants for the gradient; sigma is not.

    Keras' own layer overwrites the kernel and is another method.

    Args:
        layer: `Conv2D`, `Conv2DTranspose`, `Dense` or `LayoutConv2D` of this
            package: a layer with a `kernel` that its call can exchange.
        epsilon: float, the least length that a vector is divided by.
        **kwargs: Base layer arguments, such as `name` and `dtype`.

    Call arguments:
        inputs: what the wrapped layer takes.
        features: the wrapped `LayoutConv2D`'s second argument, or None.
        training: bool, whether to advance the power iteration.

    Returns:
        What the wrapped layer returns.
    """

    def __init__(self, layer, epsilon=1e-12, **kwargs):
        # The wrapped layer casts its own inputs.
        super().__init__(autocast=False, **kwargs)
        self.layer = layer
        self.epsilon = epsilon
        self.folded = False

    def build(self, inputs_shape, features_shape=None):
        if not self.layer.built:  # A restored layer comes built.
            shapes = (inputs_shape, features_shape)
            self.layer.build(*(shape for shape in shapes if shape))
        matrix = self._matrix(ops.convert_to_tensor(self.layer.kernel))
        rows, columns = matrix.shape
        u = _unit_vector((columns,), "float32")
        self.vector_u = backend.replica_local_variable(
            (columns,), lambda shape, dtype=None: u, name="vector_u"
        )
        # Two random vectors could make sigma zero. Training is the same: it
        # begins with this very step.
        self.vector_v = backend.replica_local_variable(
            (rows,),
            lambda shape, dtype=None: self._normalize(ops.matmul(matrix, u)),
            name="vector_v",
        )

    def call(self, inputs, features=None, training=None):
        kernel = self.normalized_kernel(training)
        if features is None:
            return self.layer(inputs, kernel=kernel)
        return self.layer(inputs, features, kernel=kernel)

    def normalized_kernel(self, training=None):
        """Returns the kernel over sigma, float32; may advance u and v."""
        kernel = ops.convert_to_tensor(self.layer.kernel)
        if self.folded:
            return kernel
        matrix = self._matrix(kernel)
        u = ops.convert_to_tensor(self.vector_u)
        v = ops.convert_to_tensor(self.vector_v)
        if not training:
            sigma = ops.sum(u * ops.matmul(v, matrix))
            return kernel / sigma
        u, v, stretched = self._iterate(matrix, u)
        self.vector_u.assign(u)
        self.vector_v.assign(v)
        sigma = ops.sum(u * stretched)
        return kernel / sigma

    def next_vectors(self, kernel, vector_u):
        """Makes one power iteration for a kernel, such as an averaged one.

        Args:
            kernel: tensor of the wrapped layer's kernel's shape.
            vector_u: float tensor, the u to start from.

        Returns:
            The next u and v; nothing is stored.
        """
        u, v, _ = self._iterate(self._matrix(kernel), vector_u)
        return u, v

    def fold(self):
        """Divides the stored kernel once and for all, for inference only."""
        self.layer.kernel.assign(self.normalized_kernel())
        self.folded = True

    def compute_output_shape(self, inputs_shape, features_shape=None):
        if features_shape is None:
            return self.layer.compute_output_shape(inputs_shape)
        return self.layer.compute_output_shape(inputs_shape, features_shape)

    def compute_output_spec(self, inputs, features=None, training=None):
        shape = self.layer.compute_output_shape(inputs.shape)
        return keras.KerasTensor(shape, dtype=self.layer.compute_dtype)

    def get_config(self):
        return {
            **super().get_config(),
            "layer": keras.saving.serialize_keras_object(self.layer),
            "epsilon": self.epsilon,
        }

    @classmethod
    def from_config(cls, config):
        layer = keras.saving.deserialize_keras_object(config.pop("layer"))
        config.pop("autocast", None)
        return cls(layer, **config)

    def _iterate(self, matrix, u):
        """The next u and v, no gradient through them, and M^T v."""
        v = self._normalize(ops.matmul(ops.stop_gradient(matrix), u))
        stretched = ops.matmul(v, matrix)  # Length sigma, along u.
        return self._normalize(ops.stop_gradient(stretched)), v, stretched

    def _matrix(self, kernel):
        """The kernel as (taps and inputs, outputs), PyTorch's transposed."""
        if type(self.layer).__name__ == "Conv2DTranspose":
            kernel = ops.transpose(kernel, (0, 1, 3, 2))
        return ops.reshape(kernel, (-1, kernel.shape[-1]))

    def _normalize(self, vector):
        length = ops.sqrt(ops.sum(ops.square(vector)))
        return vector / ops.maximum(length, self.epsilon)


def _unit_vector(shape, dtype=None):
    vector = keras.initializers.RandomNormal(stddev=1.0)(shape, dtype)
    return vector / ops.sqrt(ops.sum(ops.square(vector)))
