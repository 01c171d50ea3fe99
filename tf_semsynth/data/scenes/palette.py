"""Classes of the street scenes and the colours that things are painted in."""

import numpy as np

from tf_semsynth.core.classes import ClassTable

(
    SKY,
    BUILDING,
    ROAD,
    PAVEMENT,
    GRASS,
    TREE,
    FENCE,
    CAR,
    PERSON,
    SIGN,
) = range(10)

# Names and colours follow Cityscapes where it has the class.
CLASSES = ClassTable(
    names=(
        "sky",
        "building",
        "road",
        "pavement",
        "grass",
        "tree",
        "fence",
        "car",
        "person",
        "sign",
    ),
    colours=(
        (70, 130, 180),
        (70, 70, 70),
        (128, 64, 128),
        (244, 35, 232),
        (152, 251, 152),
        (107, 142, 35),
        (190, 153, 153),
        (0, 0, 142),
        (220, 20, 60),
        (220, 220, 0),
    ),
)


def mix(first, second, share):
    """Blends two colours; share 0 gives the first."""
    return first + (second - first) * share


def _colour(red, green, blue):
    return np.array([red, green, blue], "float32") / 255


SKY_HIGH = _colour(62, 122, 206)
SKY_LOW = _colour(176, 212, 242)
DUSK_HIGH = _colour(92, 118, 190)
DUSK_LOW = _colour(250, 205, 160)
CLOUD = _colour(250, 250, 250)
DUSK_CLOUD = _colour(255, 226, 205)
GRASS_COLOUR = _colour(112, 172, 62)
PAVEMENT_COLOUR = _colour(196, 184, 168)
ROAD_COLOUR = _colour(78, 78, 84)
LINE_COLOUR = _colour(235, 232, 220)
HAZE = _colour(190, 205, 220)

WALLS = tuple(
    _colour(*c)
    for c in (
        (168, 84, 62),
        (182, 104, 74),
        (150, 72, 58),
        (196, 140, 96),
    )
)
MORTAR = _colour(214, 196, 180)
GLASS = _colour(52, 66, 92)
FRAME = _colour(238, 232, 222)
ROOF = _colour(84, 62, 60)
LEAVES = _colour(44, 96, 40)
TRUNK = _colour(96, 66, 42)
PLANK = _colour(158, 108, 58)
CAR_LEFT = _colour(200, 36, 40)
CAR_RIGHT = _colour(40, 84, 196)
CAR_GLASS = _colour(120, 170, 196)
TYRE = _colour(22, 22, 24)
LAMP = _colour(255, 240, 170)
SKIN = _colour(226, 172, 136)
SHIRT = _colour(246, 128, 36)
TROUSERS = _colour(38, 40, 66)
POLE = _colour(150, 154, 160)
PLATE = _colour(214, 24, 30)
PLATE_BAR = _colour(248, 248, 248)
