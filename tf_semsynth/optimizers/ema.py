"""A moving average of a network's weights, kept beside the network."""

import contextlib

import keras
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.core.untracked import Untracked
from tf_semsynth.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable(package="tf_semsynth")
class ExponentialMovingAverage(keras.layers.Layer):
    """The exponential moving average of all weights of a network.

    After each training step, `average = d * average + (1 - d) * weight` with
    d = min(decay, (1 + t) / (10 + t)) in update t = 0, 1, ..., so that the
    random start is soon forgotten. Batch-norm statistics are averaged too,
    integers are copied. Spectral normalisation has vectors of the averaged
    kernel: an update makes one power iteration with it. (Those of the raw
    kernel would find its norm up to 3 % too small, and averaged ones have no
    unit length.)

    It is a layer so that Keras files and TensorFlow checkpoints find its
    variables where it is an attribute of a model. It does not track the
    network. Under a distribution strategy make it within the scope; every
    replica keeps its own copy up to date, without communication.

    Args:
        network: built `keras.Model` or layer.
        decay: float, 0 <= decay < 1, such as 0.999.
        **kwargs: Base layer arguments, such as `name`.
    """

    def __init__(self, network, decay, **kwargs):
        super().__init__(trainable=False, **kwargs)
        if not network.built:
            raise ValueError(
                "A moving average needs a built network, because it keeps a "
                f"copy of each weight. Received: {network.name!r}, not built."
            )
        if not 0 <= decay < 1:
            raise ValueError(
                "`decay` must be at least 0 and less than 1, such as 0.999. "
                f"Received: decay={decay}"
            )
        self.decay = decay
        self._source = Untracked(network)
        spectral = _find_spectral(network)
        self._spectral = Untracked(spectral)
        self._vectors = frozenset(i for _, _, *pair in spectral for i in pair)
        self.num_updates = backend.replica_local_variable(
            (), "zeros", dtype="int32", name="num_updates"
        )
        self.averages = [_copy_of(weight) for weight in network.weights]
        self.built = True

    @property
    def network(self):
        """The network whose weights are averaged."""
        return self._source.value

    def update(self):
        """Takes the network's weights in, after a training step.

        May be called within a replica of a strategy.
        """
        count = ops.cast(self.num_updates, "float32")
        taken = 1 - ops.minimum(self.decay, (1 + count) / (10 + count))
        for index, (average, weight) in enumerate(self._pairs()):
            if index in self._vectors:
                continue
            value = ops.convert_to_tensor(weight)
            if "float" in weight.dtype:
                kept = ops.convert_to_tensor(average)
                value = kept + ops.cast(taken, value.dtype) * (value - kept)
            average.assign(value)
        for layer, *where in self._spectral.value:
            kernel, u, v = (self.averages[index] for index in where)
            next_u, next_v = layer.next_vectors(
                ops.convert_to_tensor(kernel), ops.convert_to_tensor(u)
            )
            u.assign(next_u)
            v.assign(next_v)
        self.num_updates.assign_add(1)

    def reset(self):
        """Starts over from the network's weights of now."""
        for average, weight in self._pairs():
            average.assign(ops.convert_to_tensor(weight))
        self.num_updates.assign(0)

    def copy_to_network(self):
        """Overwrites the network's weights with the averages, for good."""
        for average, weight in self._pairs():
            weight.assign(ops.convert_to_tensor(average))

    @contextlib.contextmanager
    def applied(self):
        """Context in which the network has the averages as its weights.

        Not within a replica of a strategy. The weights come back at its end,
        whatever happens in it.
        """
        kept = [
            ops.copy(ops.convert_to_tensor(weight))
            for weight in self.network.weights
        ]
        try:
            self.copy_to_network()
            yield self.network
        finally:
            for weight, value in zip(self.network.weights, kept, strict=True):
                weight.assign(value)

    def call(self, *args, **kwargs):
        raise NotImplementedError(
            "A moving average is no network. Use `with ema.applied() as "
            "network:` and call the network."
        )

    def _pairs(self):
        return zip(self.averages, self.network.weights, strict=True)


def _find_spectral(network):
    """Spectral layers, and where kernel, u and v are among the weights."""
    where = {id(weight): i for i, weight in enumerate(network.weights)}
    return [
        (
            layer,
            where[id(layer.layer.kernel)],
            where[id(layer.vector_u)],
            where[id(layer.vector_v)],
        )
        for layer in network._flatten_layers()
        if isinstance(layer, SpectralNormalization)
    ]


def _copy_of(weight):
    def value(shape, dtype=None):
        return ops.cast(ops.convert_to_tensor(weight), dtype or weight.dtype)

    return backend.replica_local_variable(
        weight.shape, value, dtype=weight.dtype, name=weight.name
    )
