"""Sky, grass, pavement and road lie where perspective puts them."""

import numpy as np
import pytest

from tf_semsynth.data.scenes import palette
from tf_semsynth.data.scenes.canvas import Canvas
from tf_semsynth.data.scenes.ground import View, paint_ground


@pytest.fixture
def painted():
    canvas = Canvas(80, 100, np.random.default_rng(0))
    view = View(
        horizon=40.0,
        vanishing_x=50.0,
        road_x=50.0,
        road_width=25.0,
        pavement_width=15.0,
        height=80,
        warmth=0.5,
    )
    paint_ground(canvas, view)
    return canvas, view


def test_surfaces_follow_each_other_from_the_middle(painted):
    canvas, _ = painted
    last = canvas.class_ids[-1]
    assert last[50] == last[26] == last[74] == palette.ROAD
    assert last[20] == last[80] == palette.PAVEMENT
    assert last[5] == last[95] == palette.GRASS
    assert (canvas.class_ids[:40] == palette.SKY).all()


def test_the_road_narrows_towards_the_horizon(painted):
    canvas, _ = painted
    widths = (canvas.class_ids == palette.ROAD).sum(1)
    assert widths[79] > 45 and widths[60] < 30 and widths[42] < 5
    assert (np.diff(widths[41:]) >= 0).all()


def test_rows_and_columns_of_the_ground(painted):
    _, view = painted
    assert (view.row(0), view.row(1)) == (40, 80)
    assert view.middle(0.5) == 50


def test_views_by_chance_keep_the_horizon_in_the_picture():
    canvas = Canvas(80, 100, np.random.default_rng(1))
    for _ in range(50):
        view = View.draw(canvas)
        assert 0.3 * 80 < view.horizon < 0.6 * 80
        assert 0 < view.vanishing_x < 100
