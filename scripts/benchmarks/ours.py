"""The contestant in TensorFlow: a system of this project."""

import numpy as np

from tf_semsynth.core import quiet


def import_tensorflow(threads):
    """TensorFlow, set up as a contestant."""
    quiet.quieten_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    return tf


class Ours:
    """A system with the weights of the reference, and a batch.

    Args:
        settings: `Settings`, complete.
        state_path: path of the file that `Reference` wrote.
        precision: str, Keras' policy.
    """

    def __init__(self, settings, state_path, precision="float32"):
        self.tf = import_tensorflow(settings.threads)
        import keras

        from tf_semsynth.systems.registry import build_system

        keras.config.set_dtype_policy(precision)
        self.settings = settings
        self.system = build_system(settings.system, **settings.system_fields())
        self.system.load_official_weights(**read_states(state_path))
        class_ids, image = settings.make_batch()
        self.class_ids = self.tf.constant(class_ids)
        self.image = self.tf.constant(image)
        self.prepare()

    def prepare(self):
        """What is to be done once the weights are there."""

    def versions(self):
        import keras

        return {"tensorflow": self.tf.__version__, "keras": keras.__version__}


def read_states(path):
    """Network -> official key -> array."""
    states = {}
    with np.load(path) as file:
        for name in file.files:
            network, key = name.split("/")
            states.setdefault(network, {})[key] = file[name]
    return states
