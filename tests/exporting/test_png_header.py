"""PNG headers read in the graph."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exporting.pngs import make_png
from tf_semsynth.exporting.png_header import read_png_headers

IDS = np.zeros((3, 5), int)


def read(*files):
    return read_png_headers(tf.constant(files))


def test_every_field_is_read_row_by_row():
    header = read(
        make_png(IDS), make_png(IDS, 16, 2, size=(70000, 2**31)), b"GIF89a"
    )
    np.testing.assert_array_equal(header.is_png, [True, True, False])
    np.testing.assert_array_equal(header.is_whole, [True, True, False])
    np.testing.assert_array_equal(header.height[:2], [3, 70000])
    np.testing.assert_array_equal(header.width[:2], [5, 2**31])
    np.testing.assert_array_equal(header.depth[:2], [8, 16])
    np.testing.assert_array_equal(header.colour_type[:2], [0, 2])


@pytest.mark.parametrize("length", [0, 1, 11, 12, 32, 33, 50])
def test_files_of_any_length_are_read(length):
    header = read(make_png(IDS)[:length])
    assert bool(header.is_png[0]) == (length >= 33)
    assert not header.is_whole[0]


def test_no_files_are_no_rows():
    header = read_png_headers(tf.zeros((0,), tf.string))
    assert {part.shape[0] for part in header} == {0}
