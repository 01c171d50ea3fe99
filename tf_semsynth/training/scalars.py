"""Writes losses and speed for TensorBoard."""

import tensorflow as tf

from tf_semsynth.training.actions import Action


class ScalarLog(Action):
    """Writes the scalars of the step and the speed to TensorBoard's files.

    Args:
        folder: str, the folder `logs` of a work directory.
        every: int, steps.
    """

    def __init__(self, folder, every=50):
        super().__init__(every, at_end=True)
        self._writer = tf.summary.create_file_writer(folder)

    def act(self, progress):
        with self._writer.as_default(step=progress.step):
            for name, value in progress.scalars.items():
                tf.summary.scalar(name, value)
            if progress.images_per_second is not None:
                tf.summary.scalar(
                    "images_per_second", progress.images_per_second
                )

    def end(self, progress):
        self._writer.close()
