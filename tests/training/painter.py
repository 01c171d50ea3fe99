"""The smallest system there is, and data for it: tests of training use it.

Also a plugin: `--plugin=tests/training/painter.py --system=painter`.
"""

import dataclasses

import keras
import numpy as np
import tensorflow as tf
from keras import ops

import tf_semsynth as ss
from tf_semsynth.core.config import check_config, option
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.optimizers.adam import Adam
from tf_semsynth.systems.base import Phase, System

H, W, K = 8, 12, 3


@dataclasses.dataclass(frozen=True)
class Config:
    num_classes: int = option(K, "classes")
    use_edges: bool = option(False, "feed instance borders")
    image_height: int = option(H, "pixels")
    image_width: int = option(W, "pixels")
    kernel_size: int = option(3, "side of the kernel")
    learning_rate: float = option(0.05, "of Adam", minimum=0)
    constant_epochs: int = option(5, "epochs at the full rate", minimum=0)
    decay_epochs: int = option(0, "epochs of decay", minimum=0)

    def __post_init__(self):
        check_config(self)


class Generator(keras.Model):
    """One convolution of the layout."""

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        self.paint = LayoutConv2D(3, config.kernel_size, config.num_classes)
        edges = (None, H, W, 1) if config.use_edges else None
        self.paint.build((None, H, W), edges)
        self.built = True

    def prepare(self, layout, training=None):
        return {"colour": self.paint(layout["class_ids"], layout.get("edges"))}

    def render(self, prepared, latent=None, training=None):
        return ops.tanh(ops.cast(prepared["colour"], "float32"))

    def call(self, layout, latent=None, training=None):
        return self.render(self.prepare(layout))


class Painter(System):
    """Learns the colours around each class by their mean difference."""

    def build_networks(self):
        self.generator = Generator(self.config, name="generator")

    def phases(self):
        rate = self.config.learning_rate
        return (
            Phase(
                "generator",
                self.generator_terms,
                ("generator",),
                lambda schedule: Adam(schedule(rate)),
            ),
        )

    def generator_terms(self, batch, noise, training=True):
        fake = self.generator(self.layout_of(batch), training=training)
        return {"l1": ops.mean(ops.abs(fake - batch["image"]))}


ss.register_system("painter", Painter, Config)


def build(strategy=None, seed=0, ema_decay=None, **fields):
    """A compiled painter; equal seeds give equal weights."""
    keras.utils.set_random_seed(seed)
    strategy = strategy or tf.distribute.get_strategy()
    with strategy.scope():
        system = ss.build_system("painter", **fields)
        system.compile(steps_per_epoch=2, ema_decay=ema_decay)
    return system


def values_of(system):
    """All that is learned and remembered, as arrays."""
    variables = [*system.generator.weights]
    for optimizer in system.optimizers_by_phase.values():
        variables += optimizer.variables
    if system.ema is not None:
        variables += system.ema.variables
    return [ops.convert_to_numpy(variable) for variable in variables]


def assert_equal(system, other):
    pairs = zip(values_of(system), values_of(other), strict=True)
    for expected, value in pairs:
        np.testing.assert_array_equal(value, expected)


def make_batch(step, batch_size=4):
    rng = np.random.default_rng(step)
    class_ids = rng.integers(0, K, (batch_size, H, W), dtype="int32")
    red, blue = class_ids / K, rng.random(class_ids.shape)
    image = np.stack([red, 0 * red, blue], -1).astype("float32")
    return {"class_ids": class_ids, "image": image}


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
