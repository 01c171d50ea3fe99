"""Borders between instances."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.core.edges import make_edges

IDS = np.random.default_rng(0).integers(0, 3, (2, 5, 7))


def loop_over_pixels(ids):
    edges = np.zeros(ids.shape + (1,), "float32")
    batch, height, width = ids.shape
    for b, y, x in np.ndindex(batch, height, width):
        for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            v, u = y + dy, x + dx
            inside = 0 <= v < height and 0 <= u < width
            if inside and ids[b, v, u] != ids[b, y, x]:
                edges[b, y, x] = 1
    return edges


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "uint16"])
def test_matches_a_loop_over_pixels(dtype):
    edges = make_edges(IDS.astype(dtype))
    assert keras.backend.standardize_dtype(edges.dtype) == "float32"
    np.testing.assert_array_equal(edges, loop_over_pixels(IDS))


def test_large_ids_that_float32_could_not_tell_apart_have_a_border():
    ids = np.full((1, 2, 2), 2**24, "int32")
    ids[0, 0, 0] += 1
    np.testing.assert_array_equal(make_edges(ids), loop_over_pixels(ids))


def test_one_row_and_one_pixel_have_no_wrap_around():
    row = np.array([[[1, 1, 2, 2, 1]]])
    assert np.ravel(make_edges(row)).tolist() == [0, 1, 1, 1, 1]
    assert np.ravel(make_edges(np.array([[[5]]]))).tolist() == [0]


def test_unknown_sizes_work_in_a_pipeline():
    signature = tf.TensorSpec((None, None, None), "int32")
    dataset = tf.data.Dataset.from_generator(
        lambda: iter([IDS, IDS[:, :3, :4]]), output_signature=signature
    )
    found = list(dataset.map(make_edges))
    for edges, ids in zip(found, (IDS, IDS[:, :3, :4]), strict=True):
        np.testing.assert_array_equal(edges, loop_over_pixels(ids))


def test_a_symbolic_tensor_gets_its_shape():
    symbolic = make_edges(keras.KerasTensor((None, 6, 8), "int32"))
    assert tuple(symbolic.shape) == (None, 6, 8, 1)


def test_a_layout_with_channels_is_refused():
    with pytest.raises(ValueError, match=r"\(B, H, W\)"):
        make_edges(np.zeros((1, 2, 2, 1), "int32"))
