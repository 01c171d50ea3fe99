"""Draws the same few layouts now and then, to see what was learned."""

import numpy as np
import tensorflow as tf

from tf_semsynth.core import storage
from tf_semsynth.core.pixels import to_uint8
from tf_semsynth.core.png_files import write_png
from tf_semsynth.systems.averages import averaged_weights
from tf_semsynth.training.actions import Action

_GAP = 2  # White pixels between the pictures.


class SampleGrid(Action):
    """Writes a grid: layout in colour | synthesized | real, a row a picture.

    The layouts and the noise stay the same for the whole training. The
    generator's averaged weights draw, where the system has them.

    Args:
        system: A `System`.
        batch: dict, a batch of layouts to draw: `class_ids`, and what else
            the system needs; with `image` the real pictures are shown, too.
        folder: str, the folder `samples` of a work directory.
        log_folder: str, its folder `logs`, for TensorBoard.
        every: int, steps; 0 means only at the end.
        at_begin: bool, whether to draw before the first step of a training.
    """

    def __init__(
        self, system, batch, folder, log_folder, every=500, at_begin=True
    ):
        super().__init__(every, at_end=True)
        self._system = system
        self._batch = {key: np.asarray(value) for key, value in batch.items()}
        self._folder = folder
        self._at_begin = at_begin
        self._writer = tf.summary.create_file_writer(log_folder)

    def begin(self, progress):
        if self._at_begin and progress.step == 0:
            self.act(progress)

    def act(self, progress):
        grid = make_grid(self._columns())
        path = storage.join(self._folder, f"step_{progress.step:08d}.png")
        write_png(path, grid)
        with self._writer.as_default(step=progress.step):
            tf.summary.image("samples", grid[np.newaxis])

    def end(self, progress):
        self._writer.close()

    def _columns(self):
        class_ids = self._batch["class_ids"]
        columns = [self._system.classes.colourise(class_ids)]
        columns.append(to_uint8(np.asarray(self._synthesize())))
        if "image" in self._batch:
            columns.append(to_uint8(self._batch["image"]))
        return columns

    def _synthesize(self):
        """One picture at a time: samples must not need a batch's memory."""
        with averaged_weights(self._system):
            return np.concatenate(
                [
                    self._system.synthesize(
                        {k: v[i : i + 1] for k, v in self._batch.items()},
                        seed=[i],
                    )
                    for i in range(len(self._batch["class_ids"]))
                ]
            )


def make_grid(columns, num_blocks=1):
    """Puts pictures side by side.

    Args:
        columns: list of uint8 arrays `(N, H, W, 3)`, all of one shape.
        num_blocks: int, how often the columns stand side by side: the first
            rows in the first block, those after them in the next.

    Returns:
        uint8 array, ceil(N / `num_blocks`) rows and `num_blocks` times
        `len(columns)` columns of pictures on white.
    """
    pictures = np.stack(columns, axis=1)  # (N, columns, H, W, 3)
    num_rows = -(-len(pictures) // num_blocks)
    missing = num_rows * num_blocks - len(pictures)
    gaps = ((0, missing), (0, 0), (_GAP, 0), (_GAP, 0), (0, 0))
    padded = np.pad(pictures, gaps, constant_values=255)
    _, num_columns, height, width, _ = padded.shape
    blocks = padded.reshape(num_blocks, num_rows, num_columns, height, width, 3)
    grid = blocks.transpose(1, 3, 0, 2, 4, 5).reshape(
        num_rows * height, num_blocks * num_columns * width, 3
    )
    return np.pad(grid, ((0, _GAP), (0, _GAP), (0, 0)), constant_values=255)
