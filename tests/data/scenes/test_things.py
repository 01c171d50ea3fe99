"""Things are painted where they stand, with their class and instance."""

import numpy as np
import pytest

from tf_semsynth.data.scenes import palette, things
from tf_semsynth.data.scenes.canvas import Canvas

THINGS = {
    "building": (
        lambda c: things.paint_building(c, 20, 70, 20, 80, palette.WALLS[0]),
        palette.BUILDING,
    ),
    "tree": (lambda c: things.paint_tree(c, 48, 80, 60), palette.TREE),
    "fence": (lambda c: things.paint_fence(c, 20, 70, 80, 20), palette.FENCE),
    "car": (
        lambda c: things.paint_car(c, 48, 80, 40, palette.CAR_LEFT),
        palette.CAR,
    ),
    "person": (
        lambda c: things.paint_person(c, 48, 80, 50, palette.SHIRT),
        palette.PERSON,
    ),
    "sign": (lambda c: things.paint_sign(c, 48, 80, 50), palette.SIGN),
}


@pytest.fixture
def canvas():
    canvas = Canvas(96, 96, np.random.default_rng(0))
    canvas.class_ids[:] = canvas.instance_ids[:] = palette.ROAD
    canvas.image[:] = 0.5
    return canvas


@pytest.mark.parametrize("paint, class_id", THINGS.values(), ids=THINGS)
def test_a_thing_stands_on_its_ground_with_texture(canvas, paint, class_id):
    paint(canvas)
    painted = canvas.class_ids == class_id
    rows, columns = np.nonzero(painted)
    assert painted.sum() > 40
    assert 76 <= rows.max() <= 80  # Its foot.
    assert columns.min() >= 10 and columns.max() <= 90
    assert canvas.image[painted].std() > 0.05
    assert len(np.unique(canvas.instance_ids[painted])) == 1


@pytest.mark.parametrize("name", ["tree", "car", "person"])
def test_a_thing_throws_a_shadow_on_the_ground(canvas, name):
    paint, class_id = THINGS[name]
    paint(canvas)
    ground = canvas.image[canvas.class_ids != class_id]
    assert (ground < 0.4).any()
    assert (ground == 0.5).mean() > 0.5


@pytest.mark.parametrize("name", THINGS)
def test_things_outside_the_picture_are_no_trouble(name):
    canvas = Canvas(96, 10, np.random.default_rng(0))
    THINGS[name][0](canvas)
    assert np.isfinite(canvas.image).all()
