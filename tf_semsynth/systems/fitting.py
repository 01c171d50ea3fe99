"""Keras' own loops around a system's steps."""

import inspect

import keras

from tf_semsynth.core import backend
from tf_semsynth.systems.keras_data import batch_of, check_data, refuse_given
from tf_semsynth.systems.row_seeds import with_row_seeds
from tf_semsynth.systems.saving import refuse_legacy_file
from tf_semsynth.systems.step_function import StepFunction


class Fitting:
    """The part of a `System` that Keras' loops call; see `base.py`.

    Their logs are the means over all pictures of an epoch, whatever the
    batches and `steps_per_execution`: each weighted term and the total as
    `loss/<phase>/<term>`, `finite/<phase>`, and `loss`, the sum of the
    phases' totals.
    """

    def fit(self, *args, **kwargs):
        """Keras' own loop around `train_step`; see `keras.Model.fit`.

        It stops at the step where a loss or a gradient is not finite: with
        an error, or as any model does where `keras.callbacks.TerminateOnNaN`
        is among the callbacks.

        Raises:
            NotFiniteError: Says what is not finite, and the step.
            ValueError: There are targets or weights beside the batches; or a
                callback would set "the" learning rate, or save what cannot
                be read again.
        """
        backend.require_tensorflow("Training")
        given = _bind(super().fit, args, kwargs)
        check_data(given.get("validation_data"))
        callbacks = given.get("callbacks")
        callbacks = getattr(callbacks, "callbacks", callbacks) or ()
        callbacks = keras.tree.flatten(callbacks)
        _refuse_callbacks(callbacks)
        step_function = self.make_train_function()
        step_function.raises = not any(
            isinstance(x, keras.callbacks.TerminateOnNaN) for x in callbacks
        )
        try:
            return super().fit(*args, **kwargs)
        finally:
            step_function.raises = False

    def evaluate(self, *args, **kwargs):
        """Keras' own loop around `test_step`; see `keras.Model.evaluate`."""
        backend.require_tensorflow("Evaluating losses")
        _bind(super().evaluate, args, kwargs)
        return super().evaluate(*args, **kwargs)

    def train_on_batch(self, *args, **kwargs):
        """One step and its logs; see `keras.Model.train_on_batch`."""
        backend.require_tensorflow("Training")
        _bind(super().train_on_batch, args, kwargs)
        return super().train_on_batch(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        """The losses of one batch; see `keras.Model.test_on_batch`."""
        backend.require_tensorflow("Evaluating losses")
        _bind(super().test_on_batch, args, kwargs)
        return super().test_on_batch(*args, **kwargs)

    def predict(self, *args, **kwargs):
        """Pictures of all layouts, float32; see `keras.Model.predict`.

        Row i of the data is what `synthesize` makes of it with seed i, or
        with its "noise_seed", whatever the batch size.
        """
        given = _bind(super().predict, args, kwargs)
        if self.uses_noise:
            given["x"] = with_row_seeds(given["x"])
        return super().predict(**given)

    @backend.compiling()
    def predict_step(self, *state_and_data):
        """Makes the pictures of one batch, for `predict`."""
        *state, data = state_and_data  # Keras hands a state over on JAX.
        return super().predict_step(*state, batch_of(data))

    def make_train_function(self, force=False):
        """Makes and returns what `fit` calls for each execution."""
        if force or self.train_function is None:
            self.train_function = StepFunction(self, self.train_step)
        return self.train_function

    def make_test_function(self, force=False):
        """Makes and returns what `evaluate` calls for each execution."""
        if force or self.test_function is None:
            self.test_function = StepFunction(self, self.test_step)
        return self.test_function

    def reset_metrics(self):
        """Begins the means anew; Keras calls it before each epoch."""
        super().reset_metrics()
        for function in (self.train_function, self.test_function):
            if function is not None:
                function.reset()


def _bind(function, args, kwargs):
    """The arguments by name, where none of them would be passed over."""
    given = inspect.signature(function).bind(*args, **kwargs).arguments
    refuse_given(given)
    if given.get("x") is None:
        batch_of(None)  # Says what is expected.
    return given


def _refuse_callbacks(callbacks):
    of_one_optimizer = (
        keras.callbacks.LearningRateScheduler,
        keras.callbacks.ReduceLROnPlateau,
        keras.callbacks.SwapEMAWeights,
    )
    for callback in callbacks:
        if isinstance(callback, of_one_optimizer):
            raise ValueError(
                f"{type(callback).__name__} reaches for the one optimizer of "
                "a model, but a system has one for each phase. The learning "
                "rate falls by the config's constant_epochs and decay_epochs "
                "with compile(steps_per_epoch=...), or by the schedules of "
                "your own compile(optimizers=...); averaged weights are "
                "compile(ema_decay=...)."
            )
        if isinstance(callback, keras.callbacks.ModelCheckpoint):
            if not callback.save_weights_only:
                refuse_legacy_file(callback.filepath)
