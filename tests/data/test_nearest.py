import numpy as np
import pytest

from tf_semsynth.data.nearest import resize_nearest

rng = np.random.default_rng(0)


@pytest.mark.parametrize("size", [(3, 4), (12, 20), (7, 5), (1, 1)])
def test_a_pixel_is_the_one_under_its_centre(size):
    ids = rng.integers(0, 70000, (6, 10))
    expected = np.empty(size, "int64")
    for y, x in np.ndindex(size):
        row = int((y + 0.5) * 6 / size[0])
        column = int((x + 0.5) * 10 / size[1])
        expected[y, x] = ids[row, column]
    np.testing.assert_array_equal(resize_nearest(ids, *size), expected)


def test_the_same_size_is_the_same_array():
    ids = rng.integers(0, 9, (4, 5), dtype="uint8")
    assert resize_nearest(ids, 4, 5) is ids
