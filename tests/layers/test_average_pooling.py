import numpy as np
import pytest
import torch

from tf_semsynth.layers.average_pooling import AveragePooling2D, pool_classes

SIZES = [(6, 8), (7, 5), (2, 3), (1, 4)]


@pytest.mark.parametrize("size", SIZES)
def test_equals_pytorch_without_counting_the_padding(size):
    inputs = np.random.default_rng(0).normal(size=(2, *size, 3))
    inputs = inputs.astype("float32")
    layer = AveragePooling2D()
    expected = torch.nn.functional.avg_pool2d(
        torch.tensor(inputs).permute(0, 3, 1, 2),
        3,
        stride=2,
        padding=1,
        count_include_pad=False,
    )
    expected = expected.permute(0, 2, 3, 1).numpy()
    y = layer(inputs)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
    assert layer.compute_output_shape(inputs.shape) == y.shape


def test_one_row_by_hand():
    # A row of 1..6; Keras' own "same" pooling gives 2, 4, 5.5.
    row = np.arange(1.0, 7.0, dtype="float32").reshape(1, 1, 6, 1)
    y = np.asarray(AveragePooling2D()(row)).ravel()
    np.testing.assert_allclose(y, [1.5, 3, 5], rtol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_pooled_ids_equal_the_pooled_one_hot(size):
    num_classes = 4
    ids = np.random.default_rng(0).integers(0, num_classes, (2, *size))
    one_hot = np.eye(num_classes, dtype="float32")[ids]
    shares = pool_classes(ids.astype("int32"), num_classes)
    np.testing.assert_allclose(shares, AveragePooling2D()(one_hot), atol=1e-6)
    np.testing.assert_allclose(np.sum(shares, -1), 1, atol=1e-6)


def test_shares_come_in_the_dtype_asked_for():
    ids = np.zeros((1, 4, 4), "int32")
    assert pool_classes(ids, 2, "bfloat16").dtype == "bfloat16"
