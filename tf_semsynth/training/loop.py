"""The training loop: a thin one around `system.train_step`."""

import time

import keras
import tensorflow as tf

from tf_semsynth.data.pipeline import as_data_error
from tf_semsynth.systems.not_finite import NotFiniteError, find_not_finite
from tf_semsynth.training.progress import Progress
from tf_semsynth.training.strategy import any_worker, distribute


def run_loop(
    system,
    make_dataset,
    num_steps,
    batch_size,
    strategy,
    actions=(),
    max_minutes=0.0,
    wants_stop=lambda: False,
):
    """Trains until a step, a time limit or a wish to stop.

    `system.train_steps` says where to begin, so a restored system goes on
    where it stood: the data are asked for from that step on.

    Args:
        system: A compiled `System`, built within the strategy's scope.
        make_dataset: Function of the first step (int, steps done before)
            that returns an endless `tf.data.Dataset` of batches.
        num_steps: int, the step to stop at.
        batch_size: int, pictures in a batch.
        strategy: `tf.distribute.Strategy`.
        actions: `Action`s, called in this order after each step.
        max_minutes: float, stop after so many minutes of wall clock; 0: no
            limit.
        wants_stop: Function without arguments, asked after each step.

    Returns:
        `Progress` at the end.

    Raises:
        NotFiniteError: Names what is not finite, and the step. No action is
            called any more, so the last checkpoint stands.
        ValueError: The data ended.
    """
    progress = Progress(
        steps_done(system), num_steps, batch_size, max_minutes=max_minutes
    )
    if progress.step >= num_steps:
        progress.is_last = True
        return progress
    train_step = make_train_step(system, strategy)
    batches = iter(distribute(make_dataset(progress.step), strategy))
    for action in actions:
        action.begin(progress)
    try:
        while not progress.is_last:
            started = time.monotonic()
            scalars = train_step(_next_batch(batches, progress))
            scalars = {k: float(v) for k, v in scalars.items()}
            progress.count(scalars, time.monotonic() - started)
            _check_finite(progress)
            stop = wants_stop() or progress.is_out_of_time
            progress.is_last = (
                any_worker(strategy, stop) or progress.step >= num_steps
            )
            for action in actions:
                if action.is_due(progress):
                    action.act(progress)
    finally:
        for action in actions:
            action.end(progress)
    return progress


def steps_done(system):
    """The steps that a system was trained for, earlier runs included."""
    return int(keras.ops.convert_to_numpy(system.train_steps))


def make_train_step(system, strategy):
    """One step on all replicas, as a graph.

    Returns:
        Function of a distributed batch that returns the scalars of
        `system.train_step`, averaged over the replicas: each is the mean
        over the replica's own pictures, so the result is the mean over all.
        A flag that is 0 on any replica comes back below 1.
    """

    @tf.function(autograph=False)
    def train_step(batch):
        scalars = strategy.run(system.train_step, args=(batch,))
        return {
            name: strategy.reduce("MEAN", value, axis=None)
            for name, value in scalars.items()
        }

    return train_step


def _next_batch(batches, progress):
    try:
        return next(batches)
    except tf.errors.OpError as error:
        raise as_data_error(error) from error
    except StopIteration:
        raise ValueError(
            f"The data ended after step {progress.step} of "
            f"{progress.num_steps}. Expected an endless data set; add "
            "`.repeat()` to it."
        ) from None


def _check_finite(progress):
    wrong = find_not_finite(progress.scalars)
    if wrong:
        raise NotFiniteError(
            f"Training stopped at step {progress.step}: {'; '.join(wrong)}. "
            "The weights of this step are lost, the last checkpoint stands "
            "and the same command goes on from it. Expected finite numbers: "
            "look at the data of this step, or try a smaller learning rate "
            "or --precision=float32."
        )
