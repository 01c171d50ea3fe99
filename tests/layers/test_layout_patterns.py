import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.layers.layout_patterns import find_patterns

B, H, W, K = 2, 12, 16, 3


def windows_of(values, size, outside):
    """All windows of `(B, H, W, ...)`: `(B * H * W, size**2, ...)`."""
    half = size // 2
    sides = [(0, 0), (half, half), (half, half)] + [(0, 0)] * (values.ndim - 3)
    padded = np.pad(values, sides, constant_values=outside)
    taps = [
        padded[:, row : row + H, column : column + W]
        for row in range(size)
        for column in range(size)
    ]
    return np.stack(taps, axis=3).reshape(-1, size**2, *values.shape[3:])


@pytest.fixture
def layout():
    """Squares of four pixels, and edges somewhere."""
    rng = np.random.default_rng(0)
    squares = rng.integers(0, K, (B, H // 4, W // 4), dtype="int32")
    edges = rng.integers(0, 2, (B, H // 4, W // 4, 2)).astype("float32")
    return [x.repeat(4, axis=1).repeat(4, axis=2) for x in (squares, edges)]


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("with_features", [False, True])
def test_each_pixel_finds_its_windows_again(layout, size, with_features):
    class_ids, features = layout
    features = features if with_features else None
    patterns = find_patterns(class_ids, features, K, size)
    of_pixel = np.reshape(patterns.of_pixel, -1)
    windows = np.array(patterns.windows)[of_pixel]  # (pixels, taps)
    # What lies below the middle tap of the middle window.
    middle = windows[:, size**2 // 2]
    expected = windows_of(class_ids, size, K)
    np.testing.assert_array_equal(
        np.array(patterns.class_ids)[middle], expected
    )
    if with_features:
        np.testing.assert_array_equal(
            np.array(patterns.features)[middle], windows_of(features, size, 0)
        )
    # The other windows are those of the pixels there, or outside.
    outside = len(patterns.class_ids)
    expected = windows_of(middle.reshape(B, H, W), size, outside)
    np.testing.assert_array_equal(windows, expected)


def test_only_distinct_neighbourhoods_are_kept(layout):
    class_ids, features = layout
    patterns = find_patterns(class_ids, features, K, 3)
    labels = np.concatenate([class_ids[..., None], features + K], axis=-1)
    around = windows_of(labels, 5, -1).reshape(B * H * W, -1)
    assert int(patterns.count) == len(np.unique(around, axis=0))
    assert len(patterns.windows) == int(patterns.count)
    around = windows_of(labels, 3, -1).reshape(B * H * W, -1)
    assert len(patterns.class_ids) == len(np.unique(around, axis=0))


def test_many_patterns_are_told_from_few():
    flat = np.zeros((1, H, W), "int32")
    assert find_patterns(flat, None, K, 3).are_few
    noise = np.random.default_rng(0).integers(0, K, (1, H, W), dtype="int32")
    assert not find_patterns(noise, None, K, 3).are_few


def test_a_graph_takes_layouts_of_any_size():
    @tf.function(
        input_signature=[tf.TensorSpec((None, None, None), tf.int32)],
        autograph=False,
    )
    def count(class_ids):
        return find_patterns(class_ids, None, K, 3).count

    # A flat picture's pixels differ by how near the border is: 5 rows x 5.
    for size in ((1, 5, 5), (3, 9, 20)):
        assert count(np.zeros(size, "int32")) == 25
