import numpy as np
import pytest
import torch

from tf_semsynth.layers.resampling import (
    DownSampleIds,
    UpSample2D,
    first_pixels,
    repeat_pixels,
)


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, 3, 5, 4)).astype("float32")


def torch_interpolate(inputs, factor, **options):
    x = torch.tensor(inputs).permute(0, 3, 1, 2)
    y = torch.nn.functional.interpolate(x, scale_factor=factor, **options)
    return y.permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_nearest_repeats_pixels_as_pytorch_does(inputs, factor):
    expected = torch_interpolate(inputs, factor, mode="nearest")
    np.testing.assert_array_equal(UpSample2D(factor)(inputs), expected)


@pytest.mark.parametrize("shape", [(2, 3, 5, 4), (1, 1, 2, 3), (1, 2, 1, 1)])
def test_bilinear_equals_pytorch(shape):
    inputs = np.random.default_rng(0).normal(size=shape).astype("float32")
    expected = torch_interpolate(
        inputs, 2, mode="bilinear", align_corners=False
    )
    y = UpSample2D(interpolation="bilinear")(inputs)
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_ids_shrink_to_the_first_pixel_as_in_pytorch(factor):
    ids = np.random.default_rng(0).integers(0, 9, (2, 8, 12), dtype="int32")
    x = torch.tensor(ids[:, None].astype("float32"))
    expected = torch.nn.functional.interpolate(
        x, size=(8 // factor, 12 // factor), mode="nearest"
    )
    y = DownSampleIds(factor)(ids)
    assert y.dtype == "int32"
    np.testing.assert_array_equal(y, expected[:, 0])


def test_a_row_of_eight_keeps_0_2_4_6():
    row = np.arange(8).reshape(1, 1, 8)
    assert np.ravel(DownSampleIds(2)(row)).tolist() == [0, 2, 4, 6]


def test_ids_that_no_float_holds_stay_exact():
    ids = np.full((1, 2, 2), 2**24 + 1, "int32")
    assert np.asarray(DownSampleIds(2)(ids)).item() == 2**24 + 1


def test_repeating_and_taking_the_first_are_inverse(inputs):
    np.testing.assert_array_equal(
        first_pixels(repeat_pixels(inputs, 4), 4), inputs
    )


def test_odd_sizes_shrink_to_the_rounded_up_half():
    layer = DownSampleIds(2)
    assert layer.compute_output_shape((None, 5, None, 3)) == (None, 3, None, 3)
    assert layer(np.zeros((1, 5, 7), "int32")).shape == (1, 3, 4)


def test_other_interpolations_are_refused():
    with pytest.raises(ValueError, match='"nearest" or "bilinear"'):
        UpSample2D(interpolation="bicubic")
    with pytest.raises(ValueError, match="factor=2"):
        UpSample2D(3, interpolation="bilinear")
