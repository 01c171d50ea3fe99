"""Adversarial losses on lists of score maps, in the four modes of SPADE.

`s` is a score before any sigmoid. The generator wants the scores of its
pictures to look real, so its loss is the real one, but where it must not be
bounded (hinge, w).

| mode | discriminator, fake | discriminator, real | generator |
| --- | --- | --- | --- |
| hinge | max(0, 1 + s) | max(0, 1 - s) | -s |
| ls | s^2 | (s - 1)^2 | (s - 1)^2 |
| original | softplus(s) | softplus(-s) | softplus(-s) |
| w | s | -s | -s |

`original` is the binary cross-entropy with logits against 0 and 1. Each score
map counts by its mean, whatever its size, and the maps of a list alike.
"""

from keras import ops

_FAKE_LOSSES = {
    "hinge": lambda s: ops.relu(1 + s),
    "ls": ops.square,
    "original": ops.softplus,
    "w": lambda s: s,
}
_REAL_LOSSES = {
    "hinge": lambda s: ops.relu(1 - s),
    "ls": lambda s: ops.square(s - 1),
    "original": lambda s: ops.softplus(-s),
    "w": lambda s: -s,
}
_GENERATOR_LOSSES = {**_REAL_LOSSES, "hinge": lambda s: -s}

GAN_MODES = tuple(_REAL_LOSSES)


def generator_loss(mode, scores):
    """Returns how far the scores of synthesized pictures are from real ones.

    Args:
        mode: str, one of `GAN_MODES`.
        scores: list of float tensors, one per scale, any shapes: the
            discriminator's scores of synthesized pictures.

    Returns:
        float32 scalar, the mean over the list of each map's mean.

    Raises:
        ValueError: an unknown mode or an empty list.
    """
    return _mean_over_scales(_GENERATOR_LOSSES, mode, scores)


def discriminator_loss(mode, fake_scores, real_scores):
    """Returns the discriminator's two terms; their sum is its loss.

    Args:
        mode: str, one of `GAN_MODES`.
        fake_scores: list of float tensors, scores of synthesized pictures.
        real_scores: list of float tensors, scores of real pictures.

    Returns:
        Tuple of two float32 scalars: the fake term and the real term.

    Raises:
        ValueError: an unknown mode or an empty list.
    """
    return (
        _mean_over_scales(_FAKE_LOSSES, mode, fake_scores),
        _mean_over_scales(_REAL_LOSSES, mode, real_scores),
    )


def _mean_over_scales(losses, mode, scores):
    if mode not in losses:
        raise ValueError(
            f"`mode` must be one of {', '.join(GAN_MODES)}. Received: "
            f"mode={mode!r}"
        )
    if not scores:
        raise ValueError(
            "`scores` must hold at least one score map. Received an empty "
            "list: is the discriminator's number of scales 0?"
        )
    means = [ops.mean(losses[mode](ops.cast(s, "float32"))) for s in scores]
    return sum(means) / len(means)
