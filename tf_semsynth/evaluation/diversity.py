"""How much the pictures of one layout differ from each other."""

import numpy as np

from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.set_scores import Score
from tf_semsynth.metrics.mean_value import MeanValue

NUM_LAYOUTS, NUM_SAMPLES = 100, 20  # BicycleGAN: 19 pairs of 100 layouts.


def score_diversity(samples, distance, batch_size=8):
    """LPIPS between pictures of one layout, after BicycleGAN.

    Each sample is compared with the next one of its layout (19 pairs of 20
    samples), and all pairs are averaged
    (https://arxiv.org/abs/1711.11586, section 5.2).

    Args:
        samples: dict, name of a layout -> list of paths, 2 at least.
        distance: Function of two uint8 arrays `(B, H, W, 3)` that gives
            distances `(B,)`.
        batch_size: int, pairs at once.

    Returns:
        `Score`.

    Raises:
        ValueError: A layout has one sample only.
    """
    state = MeanValue()
    for name, paths in samples.items():
        if len(paths) < 2:
            raise ValueError(
                "Diversity compares pictures of one layout, at least 2. "
                f"Received: {len(paths)} for {name!r}."
            )
        images = np.stack([picture_files.read_picture(p) for p in paths])
        for start in range(0, len(images) - 1, batch_size):
            first = images[start : start + batch_size]
            second = images[start + 1 : start + 1 + batch_size]
            state.update(distance(first[: len(second)], second))
    return Score(state.result())


def lpips_distance(network):
    """The distance that a loaded `Lpips` gives, of uint8 pictures.

    Args:
        network: `backbones.lpips.Lpips`.

    Returns:
        Function of two uint8 arrays `(B, H, W, 3)` that gives float32 `(B,)`.
    """
    import tensorflow as tf

    from tf_semsynth.core.pixels import to_float
    from tf_semsynth.evaluation.saved_model import full_precision

    shape = tf.TensorSpec((None, None, None, 3), "float32")
    call = tf.function(
        lambda x, y: network(x, y), (shape, shape), autograph=False
    )

    def distance(x, y):
        with full_precision():
            return call(to_float(x), to_float(y)).numpy()

    return distance
