"""A SavedModel in memory: its signatures, and what runs them.

It is loaded into a session, as TensorFlow Serving does: the signatures have
their names and dtypes there as the file states them, a call costs less than a
call of the loaded object, and closing the session frees the weights.
"""

import dataclasses
import os

import numpy as np
import tensorflow as tf

from tf_semsynth_serving.server.model_errors import to_request_error
from tf_semsynth_serving.server.request_checks import PREDICT_METHOD
from tf_semsynth_serving.server.status import RequestError


@dataclasses.dataclass(frozen=True)
class TensorSpec:
    """What a signature says of one input or output.

    Attributes:
        dtype: `tf.DType`.
        shape: tuple of ints, None where any size will do; None for any rank.
        tensor: str, the tensor's name in the graph.
    """

    dtype: tf.DType
    shape: tuple | None
    tensor: str


@dataclasses.dataclass(frozen=True)
class Signature:
    """One function that a model offers.

    Attributes:
        name: str.
        inputs, outputs: dicts, name -> `TensorSpec`, sorted by name.
        method_name: str, which of TensorFlow Serving's methods it is for.
    """

    name: str
    inputs: dict
    outputs: dict
    method_name: str


class Model:
    """Loads a SavedModel and runs its signatures, from any thread.

    Args:
        directory: str, the folder of one version.

    Raises:
        tf.errors.OpError, OSError, ValueError, ...: It cannot be loaded.
    """

    def __init__(self, directory):
        self.directory = directory
        graph = tf.Graph()
        config = tf.compat.v1.ConfigProto()
        # On a GPU two versions are in memory while one follows the other.
        config.gpu_options.allow_growth = True
        self._session = tf.compat.v1.Session(graph=graph, config=config)
        try:
            with graph.as_default():
                meta_graph = tf.compat.v1.saved_model.load(
                    self._session, [tf.saved_model.SERVING], directory
                )
            self.signature_defs = dict(meta_graph.signature_def)
            self.signatures = {
                name: _read_signature(name, definition)
                for name, definition in self.signature_defs.items()
            }
            self._functions = {
                name: self._make_function(signature)
                for name, signature in self.signatures.items()
                if signature.method_name == PREDICT_METHOD
            }
        except BaseException:
            self._session.close()
            raise

    def run(self, name, inputs):
        """Runs a signature.

        Args:
            name: str, a signature for prediction.
            inputs: dict, name -> array of the signature's dtype; bytes are in
                object arrays.

        Returns:
            dict, name -> array.

        Raises:
            RequestError: The model refuses the inputs, or fails.
        """
        signature = self.signatures[name]
        values = [inputs[key] for key in signature.inputs]
        try:
            outputs = self._functions[name](*values)
        except tf.errors.OpError as error:
            raise to_request_error(error) from error
        except RuntimeError as error:  # The session is closed.
            raise RequestError("UNAVAILABLE", str(error)) from error
        return dict(zip(signature.outputs, outputs, strict=True))

    def warm_up_file(self):
        """The path of the warm-up records, which need not exist."""
        return os.path.join(
            self.directory, "assets.extra", "tf_serving_warmup_requests"
        )

    def close(self):
        """Frees the weights. Nothing may be running."""
        self._functions = {}
        self._session.close()

    def _make_function(self, signature):
        return self._session.make_callable(
            [spec.tensor for spec in signature.outputs.values()],
            [spec.tensor for spec in signature.inputs.values()],
        )


def numpy_dtype(dtype):
    """The dtype of arrays that hold a `tf.DType`; object for bytes."""
    return np.dtype(dtype.as_numpy_dtype)


def _read_signature(name, definition):
    return Signature(
        name,
        _read_tensors(definition.inputs),
        _read_tensors(definition.outputs),
        definition.method_name,
    )


def _read_tensors(infos):
    return {
        name: TensorSpec(
            tf.dtypes.as_dtype(info.dtype) if info.dtype else None,
            _read_shape(info.tensor_shape),
            info.name,
        )
        for name, info in sorted(infos.items())
    }


def _read_shape(shape):
    if shape.unknown_rank:
        return None
    return tuple(None if d.size < 0 else d.size for d in shape.dim)
