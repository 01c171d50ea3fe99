"""A system in ten lines and its data, for tests of the loop alone."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from tf_semsynth.core.classes import ClassTable

H, W, K = 4, 6, 3


class TinySystem(keras.Model):
    """Learns one colour for each class by gradient descent."""

    def __init__(self, learning_rate=0.05):
        super().__init__()
        self.classes = ClassTable.default(K)
        self.generator = keras.layers.Embedding(K, 3)
        self.generator.build((None, H, W))
        self.networks = {"generator": self.generator}
        self.optimizer_ = keras.optimizers.Adam(learning_rate)
        self.optimizer_.build(self.generator.trainable_variables)
        self.step = keras.Variable(0, dtype="int64", trainable=False)
        self.ema = None

    def train_step(self, batch):
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        variables = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            image = self.generator(batch["class_ids"])
            loss = ops.mean(ops.abs(image - batch["image"]))
            scaled = loss / replicas
        gradients = tape.gradient(scaled, variables)
        self.optimizer_.apply(gradients, variables)
        self.step.assign_add(1)
        finite = ops.all(ops.isfinite(gradients[0].values))
        return {
            "loss/generator/l1": loss,
            "loss/generator/total": loss,
            "finite/generator": ops.cast(finite, "float32"),
        }

    def synthesize(self, batch, seed=None):
        return ops.tanh(self.generator(batch["class_ids"]))

    def checkpoint_roots(self):
        return {
            "system": self.generator,
            "generator_optimizer": self.optimizer_,
            "step": self.step,
        }


def make_batch(step, batch_size=4):
    rng = np.random.default_rng(step)
    class_ids = rng.integers(0, K, (batch_size, H, W), dtype="int32")
    image = np.stack(
        [class_ids / K, 0 * class_ids, rng.random(class_ids.shape)]
    )
    return {
        "class_ids": class_ids,
        "image": np.moveaxis(image, 0, -1).astype("float32"),
    }


def make_dataset(start_step, spoiled_step=None, length=None):
    """Batch number i depends on i alone; one may be spoiled with a NaN."""

    def generate():
        step = start_step
        while length is None or step < length:
            batch = make_batch(step)
            step += 1
            if step == spoiled_step:
                batch["image"][-1, 0, 0, 0] = np.nan
            yield batch

    signature = {
        "class_ids": tf.TensorSpec((4, H, W), tf.int32),
        "image": tf.TensorSpec((4, H, W, 3), tf.float32),
    }
    return tf.data.Dataset.from_generator(generate, output_signature=signature)
