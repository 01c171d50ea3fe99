"""Saves checkpoints during a training."""

from tf_semsynth.core import checkpoint
from tf_semsynth.training.actions import Action
from tf_semsynth.training.strategy import is_chief


class CheckpointSaver(Action):
    """Saves everything that a training needs to go on.

    Args:
        system: A `System`.
        directory: str, the folder `checkpoints` of a work directory.
        every: int, steps; 0 means only at the end.
        keep: int, how many stay.
        strategy: `tf.distribute.Strategy`; every machine must save, and only
            the first one's files are kept.
    """

    def __init__(self, system, directory, strategy, every=1000, keep=5):
        super().__init__(every, at_end=True)
        self._system = system
        self._directory = directory
        self._keep = keep
        self._is_chief = is_chief(strategy)

    def act(self, progress):
        checkpoint.save(
            self._directory,
            progress.step,
            self._system.checkpoint_roots(),
            list(self._system.networks),
            keep=self._keep,
            is_chief=self._is_chief,
        )
