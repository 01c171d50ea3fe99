"""Composes a street scene: far things first, near things over them."""

from typing import NamedTuple

import numpy as np

from tf_semsynth.data.scenes import palette, things
from tf_semsynth.data.scenes.canvas import Canvas
from tf_semsynth.data.scenes.ground import View, paint_ground


class Scene(NamedTuple):
    """A painted scene.

    Attributes:
        image: uint8 `(H, W, 3)`, RGB.
        class_ids: int32 `(H, W)`, ids of `palette.CLASSES`.
        instance_ids: int32 `(H, W)`.
    """

    image: np.ndarray
    class_ids: np.ndarray
    instance_ids: np.ndarray


def paint_scene(height, width, rng):
    """Paints a scene by chance.

    Args:
        height, width: int, pixels, at least 32 each.
        rng: `numpy.random.Generator`; it alone decides what is painted.

    Returns:
        A `Scene`.
    """
    canvas = Canvas(height, width, rng)
    view = View.draw(canvas)
    paint_ground(canvas, view)
    _paint_far_houses(canvas, view)
    _paint_near_houses(canvas, view)
    _paint_fences(canvas, view)
    for _, paint in sorted(_things_on_the_ground(canvas, view), key=_nearness):
        paint()
    return _finish(canvas, view)


def _nearness(item):
    return item[0]


def _paint_far_houses(canvas, view):
    rng, width, height = canvas.rng, canvas.width, canvas.height
    x = -width * rng.uniform(0, 0.15)
    while x < width:
        right = x + width * rng.uniform(0.14, 0.26)
        if rng.random() < 0.72:
            top = view.horizon - height * rng.uniform(0.10, 0.28)
            bottom = view.row(0.04)
            wall = _choose(rng, palette.WALLS)
            wall = palette.mix(wall, palette.HAZE, 0.25)
            things.paint_building(canvas, x, right, top, bottom, wall)
        x = right + width * rng.uniform(0, 0.04)


def _paint_near_houses(canvas, view):
    rng, width, height = canvas.rng, canvas.width, canvas.height
    for side in (-1, 1):
        if rng.random() < 0.3:
            continue
        reach = width * rng.uniform(0.14, 0.30)
        left, right = (0, reach) if side < 0 else (width - reach, width)
        top = view.horizon - height * rng.uniform(0.26, 0.42)
        bottom = view.row(rng.uniform(0.10, 0.2))
        wall = _choose(rng, palette.WALLS)
        things.paint_building(canvas, left, right, top, bottom, wall)


def _paint_fences(canvas, view):
    rng, width = canvas.rng, canvas.width
    for side in (-1, 1):
        if rng.random() < 0.25:
            continue
        nearness = rng.uniform(0.22, 0.34)
        y = view.row(nearness)
        inner = view.middle(nearness) + side * nearness * (
            view.road_width + view.pavement_width * 1.15
        )
        outer = inner + side * width * rng.uniform(0.2, 0.6)
        left, right = sorted((inner, outer))
        tall = canvas.height * rng.uniform(0.12, 0.17)
        things.paint_fence(canvas, left, right, y, tall)


def _things_on_the_ground(canvas, view):
    """Pairs of (nearness, function that paints the thing)."""
    rng, height = canvas.rng, canvas.height
    items = []

    def add(nearness, across, paint, *arguments):
        """`across`: columns from the road's middle at the lower border."""
        x = view.middle(nearness) + across * nearness
        y = view.row(nearness)
        items.append((nearness, lambda: paint(canvas, x, y, *arguments)))

    edge = view.road_width + view.pavement_width
    for _ in range(rng.integers(2, 5)):
        nearness = rng.uniform(0.14, 0.62)
        across = _side(rng) * (edge + canvas.width * rng.uniform(0.05, 0.5))
        tall = height * (0.26 + 0.55 * nearness)
        add(nearness, across, things.paint_tree, tall)
    for _ in range(rng.integers(1, 4)):
        nearness = rng.uniform(0.25, 0.9)
        side = _side(rng)
        across = side * view.road_width * rng.uniform(0.42, 0.56)
        tall = height * (0.03 + 0.33 * nearness)
        paint = palette.CAR_LEFT if side < 0 else palette.CAR_RIGHT
        add(nearness, across, things.paint_car, tall, _vary(rng, paint))
    for _ in range(rng.integers(1, 5)):
        nearness = rng.uniform(0.35, 0.95)
        across = _side(rng) * (
            view.road_width + view.pavement_width * rng.uniform(0.25, 0.75)
        )
        tall = height * (0.10 + 0.34 * nearness)
        shirt = _vary(rng, palette.SHIRT)
        add(nearness, across, things.paint_person, tall, shirt)
    for _ in range(rng.integers(1, 3)):
        nearness = rng.uniform(0.25, 0.75)
        across = _side(rng) * (view.road_width + view.pavement_width * 0.9)
        add(
            nearness,
            across,
            things.paint_sign,
            height * (0.16 + 0.3 * nearness),
        )
    return items


def _finish(canvas, view):
    """Evening light, a little noise of the camera, bytes."""
    evening = np.array([1.06, 0.97, 0.86], "float32")
    light = palette.mix(np.float32(1), evening, np.float32(view.warmth))
    image = canvas.image
    image *= 255 * light
    noise = canvas.rng.standard_normal(image.shape[:2], "float32")
    image += (3 * noise)[..., None]
    np.clip(image, 0, 255, out=image)
    return Scene(image.astype("uint8"), canvas.class_ids, canvas.instance_ids)


def _choose(rng, options):
    return options[rng.integers(len(options))]


def _vary(rng, colour):
    return colour * rng.uniform(0.85, 1.15, 3).astype("float32")


def _side(rng):
    return -1 if rng.random() < 0.5 else 1
