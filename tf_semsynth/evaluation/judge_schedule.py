"""The learning rate of a training that may have to end in time."""

import math
import time

import keras

_WARM_UP = 50  # Steps.


class CosineSchedule(keras.callbacks.Callback):
    """Lowers the learning rate along half a cosine, and ends in time.

    How far along it is, is the larger of two shares: of the steps, and of the
    minutes. So a training that is cut short by the clock has a low rate at
    its end, too. The first 50 steps (a tenth of a short training) warm up.

    Args:
        highest: float, the highest learning rate.
        num_steps: int, steps of the whole training.
        max_minutes: float, minutes of wall clock; 0: no limit.
        clock: Function that gives seconds.
    """

    def __init__(
        self, highest, num_steps, max_minutes=0.0, clock=time.monotonic
    ):
        super().__init__()
        self._highest = highest
        self._num_steps = num_steps
        self._seconds = 60 * max_minutes
        self._clock = clock
        self._warm_up = max(1, min(_WARM_UP, num_steps // 10))
        self._step = 0

    def on_train_begin(self, logs=None):
        self._step = 0
        self._started = self._clock()

    def on_train_batch_begin(self, batch, logs=None):
        rate = self._highest * cosine(self._share())
        rate *= min(1.0, (self._step + 1) / self._warm_up)
        self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        self._step += 1
        if self._share() >= 1:
            self.model.stop_training = True

    def _share(self):
        share = self._step / self._num_steps
        if self._seconds:
            gone = self._clock() - self._started
            share = max(share, gone / self._seconds)
        return min(1.0, share)


def cosine(share):
    """From 1 to 0 along half a cosine, as a share of the way goes 0 to 1."""
    return 0.5 * (1 + math.cos(math.pi * share))
