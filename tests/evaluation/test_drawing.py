import re

from tests.evaluation.sample_drawing import RED, make_drawing
from tf_semsynth.evaluation.drawing import THEME, style_sheet


def test_shapes_keep_the_order_in_which_they_were_drawn():
    shapes = make_drawing().shapes
    kinds = [kind for kind, _ in shapes]
    assert kinds == ["polygon", "place", "picture"]
    points, colour, *_ = shapes[0][1]
    assert colour == RED
    assert points == ((10, 5), (30, 5), (30, 15), (10, 15))


def test_every_colour_of_the_theme_has_a_light_and_a_dark_value():
    css = style_sheet()
    light, dark = css.split("@media(prefers-color-scheme:dark)")
    for name, (day, night) in THEME.items():
        assert f"--{name}:{day};" in light
        assert f"--{name}:{night};" in dark
        assert re.fullmatch("#[0-9a-f]{6}", day)
