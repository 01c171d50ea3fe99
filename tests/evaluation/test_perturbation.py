"""Perturbed layouts, against loops and hand-worked examples."""

import numpy as np
import pytest
from scipy import ndimage

from tf_semsynth.evaluation.perturbation import (
    LARGEST_SHIFT,
    PERTURBATIONS,
    choose_perturbations,
    drop_objects,
    perturb,
    shift_borders,
    swap_classes,
)

H, W = 40, 60


@pytest.fixture
def layout():
    """Sky (1) over ground (2), a house (3), a speck (4), a rim unknown (0)."""
    class_ids = np.full((H, W), 1, "int32")
    class_ids[25:] = 2
    class_ids[10:30, 5:25] = 3
    class_ids[20:22, 50:52] = 4
    class_ids[-2:] = 0
    return class_ids


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_it_depends_on_name_and_seed_alone(kind, layout):
    before = layout.copy()
    first = perturb(kind, layout, "a", 1).class_ids
    np.testing.assert_array_equal(layout, before)
    np.testing.assert_array_equal(perturb(kind, layout, "a", 1)[0], first)
    assert first.shape == layout.shape and (first != layout).any()
    assert set(np.unique(first)) <= set(np.unique(layout))
    if kind != "objects":  # Every small object goes, whatever the seed.
        for name, seed in (("b", 1), ("a", 2)):
            assert (perturb(kind, layout, name, seed).class_ids != first).any()


@pytest.mark.parametrize("kind", ["borders", "objects"])
def test_rows_and_columns_say_where_pixels_come_from(kind, layout):
    moved = perturb(kind, layout, "a")
    for pixel in np.ndindex(H, W):
        source = moved.rows[pixel], moved.columns[pixel]
        assert moved.class_ids[pixel] == layout[source]


def test_no_border_moves_too_far(layout):
    largest = 0.1
    moved = shift_borders(layout, rng(), largest=largest)
    rows, columns = np.indices(layout.shape)
    distance = np.hypot(moved.rows - rows, moved.columns - columns)
    # Half a pixel of rounding in either direction.
    assert 2 < distance.max() <= largest * H + np.sqrt(0.5)
    # Smooth: neighbours come from neighbours.
    assert np.abs(np.diff(moved.rows, axis=1)).max() <= 2
    assert np.abs(np.diff(moved.columns, axis=0)).max() <= 2
    still = shift_borders(layout, rng(), largest=0.0)
    np.testing.assert_array_equal(still.class_ids, layout)


def test_pixels_far_from_borders_keep_their_class(layout):
    moved = shift_borders(layout, rng(3)).class_ids
    same = np.ones((H, W), bool)
    same[1:] &= layout[1:] == layout[:-1]
    same[:, 1:] &= layout[:, 1:] == layout[:, :-1]
    distance = ndimage.distance_transform_edt(same)
    far = distance > LARGEST_SHIFT * H + 2
    assert far.any()
    np.testing.assert_array_equal(moved[far], layout[far])


def test_small_objects_are_filled_with_the_nearest_others(layout):
    dropped = drop_objects(layout).class_ids
    small = layout == 4  # 4 of 2400 pixels; all others are larger.
    assert (dropped[~small] == layout[~small]).all()
    assert (dropped[small] == 1).all()
    # At a border the nearer side wins.
    layout[20:22, 50:52] = 1
    layout[24:26, 50:52] = 4
    dropped = drop_objects(layout).class_ids
    assert (dropped[24, 50:52] == 1).all() and (dropped[25, 50:52] == 2).all()


def test_the_largest_area_stays_where_all_are_small():
    squares = np.arange(16, dtype="int32").reshape(4, 4)
    squares[0, 1] = 0
    dropped = drop_objects(squares, area=0.5).class_ids
    assert (dropped == 0).all()


def test_areas_that_touch_at_corners_are_one():
    diagonal = np.eye(6, dtype="int32")
    dropped = drop_objects(diagonal, area=6 / 36).class_ids
    np.testing.assert_array_equal(dropped, diagonal)


def test_whole_areas_change_their_class(layout):
    for seed in range(8):
        swapped = swap_classes(layout, rng(seed), unknown_id=0).class_ids
        changed = swapped != layout
        # One of the four areas: 10 % of them, rounded up.
        (old,) = np.unique(layout[changed])
        (new,) = np.unique(swapped[changed])
        assert old != 0 and new != 0
        np.testing.assert_array_equal(changed, layout == old)
    all_areas = swap_classes(layout, rng(), 0, share=1.0).class_ids
    np.testing.assert_array_equal(all_areas != layout, layout != 0)


def test_specks_are_not_swapped():
    layout = np.zeros((50, 50), "int32")
    layout[:, 25:] = 1
    layout[10, 10] = 2  # 1 of 2500 pixels.
    for seed in range(8):
        swapped = swap_classes(layout, rng(seed), share=1.0).class_ids
        assert swapped[10, 10] == 2
        assert (swapped == 2).sum() == 1


def test_one_class_alone_stays_as_it_is():
    layout = np.full((8, 8), 5, "int32")
    for kind in PERTURBATIONS:
        np.testing.assert_array_equal(perturb(kind, layout, "a")[0], layout)


def test_perturbations_are_chosen_by_name():
    assert choose_perturbations("all") == ["borders", "objects", "classes"]
    assert choose_perturbations("Classes, borders") == ["classes", "borders"]
    assert choose_perturbations("objects,objects") == ["objects"]
    for wrong in ("edges", "", "borders,"):
        with pytest.raises(ValueError, match="borders, objects, classes, or"):
            choose_perturbations(wrong)
