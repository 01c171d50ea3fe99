"""A canvas paints picture, layout and instances together."""

import numpy as np

from tf_semsynth.data.scenes.canvas import Canvas


def _canvas(height=20, width=30):
    return Canvas(height, width, np.random.default_rng(0))


def test_painting_changes_all_three_at_the_same_pixels():
    canvas = _canvas()
    window = canvas.window(3, 4, 10, 9)
    mask = canvas.x[window] < 6
    canvas.paint(window, mask, np.array([1, 0.5, 0], "float32"), 7, 7003)
    painted = canvas.class_ids == 7
    assert painted.sum() == mask.sum() > 0
    np.testing.assert_array_equal(canvas.instance_ids == 7003, painted)
    np.testing.assert_array_equal(canvas.image[..., 0] == 1, painted)


def test_without_a_class_only_the_picture_changes():
    canvas = _canvas()
    window = canvas.window(0, 0, 5, 5)
    canvas.paint(window, np.ones((6, 6), bool), np.ones(3, "float32"))
    assert canvas.image.any() and not canvas.class_ids.any()


def test_windows_are_cut_at_the_borders():
    canvas = _canvas()
    rows, columns = canvas.window(-5, 15, 99, 99)
    assert (rows, columns) == (slice(15, 20), slice(0, 30))
    assert canvas.image[canvas.window(50, 50, 60, 60)].size == 0


def test_darkening_multiplies():
    canvas = _canvas()
    canvas.image[:] = 0.8
    window = canvas.window(0, 0, 3, 3)
    canvas.darken(window, canvas.x[window] < 2, 0.5)
    np.testing.assert_allclose(canvas.image[0, :4, 0], [0.4, 0.4, 0.8, 0.8])


def test_instances_are_numbered_for_each_class():
    canvas = _canvas()
    numbers = [canvas.new_instance(k) for k in (7, 7, 8, 7)]
    assert numbers == [7000, 7001, 8000, 7002]


def test_noise_is_smooth_and_bounded():
    noise = _canvas(64, 64).smooth_noise(5)
    assert noise.shape == (64, 64)
    assert np.abs(noise).max() < 1.6
    assert np.abs(np.diff(noise, axis=1)).max() < 0.3
