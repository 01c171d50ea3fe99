"""The learning-rate schedule of SPADE and its successors."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_semsynth")
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Constant, then linear to zero, changed only at the end of an epoch.

    In epoch e = 0, 1, ... the rate is `learning_rate * (1 - max(0, e -
    constant_epochs) / decay_epochs)`: epoch `constant_epochs` is the last
    one at the full rate, and epoch `constant_epochs + decay_epochs`, with
    none, is the first that a training leaves out.

    Args:
        learning_rate: float, the rate at the start.
        constant_epochs: int, epochs before the decay (the official `niter`).
        decay_epochs: int, epochs over which the rate falls to zero (the
            official `niter_decay`); 0 means that it never falls.
        steps_per_epoch: int, updates between two changes of the rate.

    Call arguments:
        step: int scalar, the number of updates done.

    Returns:
        float32 scalar, the learning rate, never below 0.
    """

    def __init__(
        self, learning_rate, constant_epochs, decay_epochs, steps_per_epoch
    ):
        if steps_per_epoch < 1 or constant_epochs < 0 or decay_epochs < 0:
            raise ValueError(
                "LinearDecay needs constant_epochs >= 0, decay_epochs >= 0 "
                f"and steps_per_epoch >= 1. Received: {constant_epochs=}, "
                f"{decay_epochs=}, {steps_per_epoch=}"
            )
        self.learning_rate = learning_rate
        self.constant_epochs = constant_epochs
        self.decay_epochs = decay_epochs
        self.steps_per_epoch = steps_per_epoch

    def __call__(self, step):
        if not self.decay_epochs:
            return ops.convert_to_tensor(self.learning_rate, "float32")
        epoch = ops.floor_divide(
            ops.convert_to_tensor(step), self.steps_per_epoch
        )
        epoch = ops.cast(epoch, "float32")
        decayed = (epoch - self.constant_epochs) / self.decay_epochs
        return self.learning_rate * (1 - ops.clip(decayed, 0.0, 1.0))

    def get_config(self):
        return {
            "learning_rate": self.learning_rate,
            "constant_epochs": self.constant_epochs,
            "decay_epochs": self.decay_epochs,
            "steps_per_epoch": self.steps_per_epoch,
        }
