"""Trains a system in a work directory: resume, loop, periodic actions."""

import contextlib
import dataclasses

import tensorflow as tf

from tf_semsynth.core import ownership
from tf_semsynth.training import resume
from tf_semsynth.training.checkpoints import CheckpointSaver
from tf_semsynth.training.interruption import Interruption
from tf_semsynth.training.loop import run_loop, steps_done
from tf_semsynth.training.progress_bar import ProgressBar, format_seconds
from tf_semsynth.training.samples import SampleGrid
from tf_semsynth.training.scalars import ScalarLog
from tf_semsynth.training.strategy import check_batch_size, is_chief


@dataclasses.dataclass(frozen=True)
class TrainingResult:
    """How a training ended.

    Attributes:
        step: int, steps done, earlier runs included.
        scalars: dict, name -> float, of the last step.
        signal: `signal.Signals` or None, what stopped it early.
    """

    step: int
    scalars: dict
    signal: object = None


def train(
    system,
    make_dataset,
    workdir,
    num_steps,
    batch_size,
    strategy=None,
    samples=None,
    checkpoint_every=1000,
    sample_every=500,
    log_every=100,
    keep_checkpoints=5,
    max_minutes=0.0,
    actions=(),
    prepare=lambda: None,
    report=print,
):
    """Trains a system, going on from the work directory's newest checkpoint.

    A run that is killed and started again gives the weights of one that was
    not, bit for bit on the same machine. The work directory belongs to this
    process until the training ends.

    Args:
        system: A compiled `System`, built within the strategy's scope.
        make_dataset: Function of the first step (int, steps done before)
            that returns an endless `tf.data.Dataset` of batches.
        workdir: `WorkDir`.
        num_steps: int, the step to stop at.
        batch_size: int, pictures in a batch, over all devices.
        strategy: `tf.distribute.Strategy`; the current one by default.
        samples: dict or None, a batch of layouts to draw now and then.
        checkpoint_every: int, steps from checkpoint to checkpoint; 0: only
            at the end.
        sample_every: int, steps from one sample grid to the next; 0: only
            at the end.
        log_every: int, steps from one record of the losses to the next.
        keep_checkpoints: int, how many checkpoints stay.
        max_minutes: float, stop after so many minutes of wall clock, counted
            from this run's first step; 0: no limit.
        actions: further `Action`s.
        prepare: function without arguments, called when the work directory
            is owned, before anything is read or written there.
        report: function of one str.

    Returns:
        `TrainingResult`.

    Raises:
        NotFiniteError: a loss or gradient is not finite.
        ValueError: the batch cannot be shared, the data end, the
            checkpoints do not fit, or another process trains there.
        OSError: the work directory cannot be written.
    """
    strategy = strategy or tf.distribute.get_strategy()
    check_batch_size(batch_size, strategy)
    with _owned(workdir, strategy, report):
        prepare()
        if resume.restore_newest(system, workdir, report):
            if steps_done(system) >= num_steps:
                report(f"All {num_steps} steps are done already.")
                return TrainingResult(steps_done(system), {})
        saver = CheckpointSaver(
            system,
            workdir.checkpoints,
            strategy,
            checkpoint_every,
            keep_checkpoints,
        )
        all_actions = [saver, *actions]
        if is_chief(strategy):
            all_actions.append(ScalarLog(workdir.logs, log_every))
            if samples is not None:
                folders = (workdir.samples, workdir.logs)
                all_actions.append(
                    SampleGrid(system, samples, *folders, sample_every)
                )
            all_actions.append(ProgressBar(log_every))
        with Interruption() as interruption:
            progress = run_loop(
                system,
                make_dataset,
                num_steps,
                batch_size,
                strategy,
                all_actions,
                max_minutes,
                interruption.wants_stop,
            )
    report(_farewell(progress, interruption.signal))
    return TrainingResult(progress.step, progress.scalars, interruption.signal)


def _owned(workdir, strategy, report):
    """Of several machines, only the first one writes."""
    if not is_chief(strategy):
        return contextlib.nullcontext()
    return ownership.owned(workdir.path, "training", report)


def _farewell(progress, signal):
    took = format_seconds(progress.seconds)
    done = f"{progress.step} of {progress.num_steps} steps"
    if progress.step >= progress.num_steps:
        return f"Done: {done}, {took} in this run."
    why = "the time is over" if signal is None else f"{signal.name} came"
    return (
        f"Stopped after {done} and {took}, for {why}. The same command goes on."
    )
