"""Tells during a long epoch that training goes on."""

import time

import keras


class EpochProgress(keras.callbacks.Callback):
    """Reports step, loss and the time that the epoch still takes.

    Args:
        report: Function of a str.
        seconds: float, the time between two reports; an epoch that is shorter
            has none.
        clock: Function that gives seconds.
    """

    def __init__(self, report=print, seconds=30.0, clock=time.monotonic):
        super().__init__()
        self._report = report
        self._seconds = seconds
        self._clock = clock

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1
        self._started = self._last = self._clock()

    def on_train_batch_end(self, batch, logs=None):
        now = self._clock()
        done, steps = batch + 1, self.params["steps"]
        if now - self._last < self._seconds or done >= steps:
            return
        self._last = now
        left = (now - self._started) / done * (steps - done)
        self._report(
            f"epoch {self._epoch}/{self.params['epochs']}: step {done}/"
            f"{steps}, loss {float(logs['loss']):.3f}, {left:.0f} s left"
        )
