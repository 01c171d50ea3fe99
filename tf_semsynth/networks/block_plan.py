"""The plan of SPADE's family of generators; it needs no Keras."""

import dataclasses

# Doublings before each block; "normal" enters both middle blocks at one size.
_LEVELS = {
    "normal": (0, 1, 1, 2, 3, 4, 5),
    "more": (0, 1, 2, 3, 4, 5, 6),
    "most": (0, 1, 2, 3, 4, 5, 6, 7),
}
GENERATOR_SIZES = tuple(_LEVELS)


@dataclasses.dataclass(frozen=True)
class Step:
    """A block: its name, the doublings before it, its channels."""

    name: str
    level: int
    filters: int


def block_plan(size, filters):
    """The blocks of a generator (Park et al. 2019, figure 4).

    Args:
        size: str, "normal" (5 doublings), "more" (6) or "most" (7).
        filters: int, channels of the block "up_3".

    Returns:
        tuple of `Step`, in the order in which they work.
    """
    names = ["head_0", "middle_0", "middle_1", "up_0", "up_1", "up_2", "up_3"]
    channels = [factor * filters for factor in (16, 16, 16, 8, 4, 2, 1)]
    if size == "most":
        names.append("up_4")
        channels.append(filters // 2)
    return tuple(map(Step, names, _LEVELS[size], channels))


def num_doublings(size):
    """How often a generator of a size doubles its first map: 5, 6 or 7."""
    return _LEVELS[size][-1]
