"""Where resized pixels come from, worked by hand."""

import numpy as np

from tf_semsynth.backbones.interpolation import (
    corner_taps,
    half_pixel_taps,
    resize_matrix,
)


def test_half_pixel_centres_lie_evenly_around_the_middle():
    matrix = resize_matrix(half_pixel_taps(2, 4), 2)
    expected = [[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]]
    np.testing.assert_array_equal(matrix, expected)


def test_shrinking_without_antialiasing_takes_two_neighbours_alone():
    first, second, share = half_pixel_taps(8, 2)  # Centres 1.5 and 5.5.
    assert first.tolist() == [1, 5] and second.tolist() == [2, 6]
    assert share.tolist() == [0.5, 0.5]


def test_corner_aligned_positions_start_at_the_first_pixel():
    matrix = resize_matrix(corner_taps(2, 4), 2)
    expected = [[1, 0], [0.5, 0.5], [0, 1], [0, 1]]
    np.testing.assert_array_equal(matrix, expected)


def test_the_same_size_changes_nothing():
    for taps in (half_pixel_taps, corner_taps):
        np.testing.assert_array_equal(resize_matrix(taps(7, 7), 7), np.eye(7))


def test_a_row_of_weights_sums_to_one():
    for sizes in ((1, 5), (299, 37), (37, 299), (1000, 299)):
        for taps in (half_pixel_taps, corner_taps):
            first, second, share = taps(*sizes)
            assert share.dtype == np.float32
            assert 0 <= first.min() and second.max() < sizes[0]
            matrix = resize_matrix((first, second, share), sizes[0])
            np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-6)
