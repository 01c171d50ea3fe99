"""What Keras' loops call: some steps, and the mean of what they return."""

import math

from keras import ops

from tf_semsynth.systems.keras_data import batch_of
from tf_semsynth.systems.not_finite import NotFiniteError, find_not_finite


class StepFunction:
    """Makes the next steps on an iterator and returns the mean so far.

    Keras reports what the last step returned, unless that are Keras metrics,
    whose variables must be made before the names of the terms are known.
    Here each step counts by the number of its pictures: the result is the
    mean over all pictures since `reset`, however they are cut into batches,
    replicas and executions.

    `loss` comes with it: the sum of the phases' totals, and not a number
    where a gradient is none, so that what watches `loss` sees both.

    Args:
        system: A compiled `System`.
        step: Function of a batch that returns a dictionary of scalars, means
            over its pictures: `system.train_step` or `system.test_step`.

    Attributes:
        raises: bool, whether a number that is not finite is an error.
    """

    def __init__(self, system, step):
        self.raises = False
        self._system = system
        self._step_on_data, self._step_on_iterator = _make_steps(system, step)
        self.reset()

    def reset(self):
        """Forgets all results."""
        self._sums, self._pictures = {}, 0.0

    def __call__(self, iterator):
        """Makes up to `steps_per_execution` steps.

        Args:
            iterator: Iterator of batches, of `tf.data` or any other.

        Returns:
            dict, name -> float.

        Raises:
            NotFiniteError: Says what is not finite and the step, if `raises`.
            StopIteration, tf.errors.OutOfRangeError: No batch is left.
        """
        import tensorflow as tf

        for index in range(self._system.steps_per_execution):
            try:
                self._count(*self._make_step(iterator))
            except (StopIteration, tf.errors.OutOfRangeError):
                if index == 0:
                    raise
                break
        means = _divided(self._sums, self._pictures)
        return {"loss": _overall_loss(means), **means}

    def _make_step(self, iterator):
        import tensorflow as tf

        of_tensorflow = (tf.data.Iterator, tf.distribute.DistributedIterator)
        if isinstance(iterator, of_tensorflow) and not self._system.run_eagerly:
            return self._step_on_iterator(iterator)
        return self._step_on_data(next(iterator))

    def _count(self, sums, pictures):
        sums = {name: float(value) for name, value in sums.items()}
        pictures = float(pictures)
        if self.raises:
            self._check_finite(_divided(sums, pictures))
        self._pictures += pictures
        for name, value in sums.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def _check_finite(self, scalars):
        wrong = find_not_finite(scalars)
        if wrong:
            step = int(ops.convert_to_numpy(self._system.train_steps))
            raise NotFiniteError(
                f"fit stopped at step {step}: {'; '.join(wrong)}. The weights "
                "of this step are lost: load those that you saved last. "
                "Expected finite numbers: look at the data of this step, or "
                "try a smaller learning rate or float32. With "
                "keras.callbacks.TerminateOnNaN() among the callbacks, fit "
                "ends there without an error."
            )


def _divided(sums, pictures):
    return {
        name: value / pictures if pictures else math.nan
        for name, value in sums.items()
    }


def _overall_loss(means):
    """The sum of all phases' totals, NaN where a gradient is not finite."""
    if any(not x == 1 for k, x in means.items() if k.startswith("finite/")):
        return math.nan
    return sum(x for k, x in means.items() if _is_total(k))


def _is_total(name):
    return name.startswith("loss/") and name.endswith("/total")


def _make_steps(system, step):
    """One step on all replicas, on data and on an iterator.

    Returns:
        Two functions, of what a data set holds and of a `tf.data` iterator.
        Both return the sums over all pictures, float64, and their number.
    """
    import tensorflow as tf

    def replica_step(data):
        batch = batch_of(data)
        scalars = step(batch)
        pictures = tf.cast(tf.shape(batch["class_ids"])[0], tf.float64)
        # At the end of an epoch a replica may get none: its means are 0 / 0.
        sums = {
            name: tf.where(
                pictures > 0, tf.cast(value, tf.float64) * pictures, 0.0
            )
            for name, value in scalars.items()
        }
        return sums, pictures

    def step_on_data(data):
        strategy = system.distribute_strategy
        return tf.nest.map_structure(
            lambda value: strategy.reduce("SUM", value, axis=None),
            strategy.run(replica_step, args=(data,)),
        )

    if not system.run_eagerly:
        step_on_data = tf.function(
            step_on_data,
            reduce_retracing=True,
            jit_compile=system.jit_compile,
            autograph=False,
        )
    step_on_iterator = tf.function(
        lambda iterator: step_on_data(iterator.get_next()),
        reduce_retracing=True,
        autograph=False,
    )
    return step_on_data, step_on_iterator
