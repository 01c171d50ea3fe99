import numpy as np

from tf_semsynth.systems.cc_fpse.layout_pyramid import LayoutPyramid


def test_maps_double_from_coarse_to_fine():
    pyramid = LayoutPyramid(num_classes=5, filters=3, num_levels=4)
    ids = np.random.default_rng(0).integers(0, 5, (2, 16, 24), dtype="int32")
    edges = np.ones((2, 16, 24, 1), "float32")
    maps = pyramid(ids, edges)
    assert [tuple(x.shape) for x in maps] == [
        (2, 2, 3, 3),
        (2, 4, 6, 3),
        (2, 8, 12, 3),
        (2, 16, 24, 3),
    ]


def test_edges_change_the_features():
    pyramid = LayoutPyramid(num_classes=5, filters=3, num_levels=2)
    ids = np.zeros((1, 4, 4), "int32")
    edges = np.zeros((1, 4, 4, 1), "float32")
    without = np.asarray(pyramid(ids, edges)[-1])
    edges[0, 2, 2] = 1
    assert np.abs(pyramid(ids, edges)[-1] - without).max() > 0


def test_training_moves_the_statistics_and_inference_does_not():
    pyramid = LayoutPyramid(num_classes=5, filters=3, num_levels=2)
    ids = np.random.default_rng(0).integers(0, 5, (2, 8, 8), dtype="int32")
    pyramid(ids)
    mean = pyramid.encoder[1].normalize.moving_mean
    before = np.array(mean)
    pyramid(ids, training=False)
    np.testing.assert_array_equal(before, mean)
    pyramid(ids, training=True)
    assert np.abs(np.asarray(mean) - before).max() > 0
