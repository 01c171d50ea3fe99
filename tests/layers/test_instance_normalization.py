import numpy as np
import pytest
import torch

from tf_semsynth.layers.instance_normalization import InstanceNormalization


def test_equals_pytorch_far_from_zero_and_nearly_constant():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 4, 6, 3)).astype("float32")
    inputs[..., 1] = 100 + 3 * inputs[..., 1]
    inputs[..., 2] *= 1e-3  # Here epsilon matters.
    expected = torch.nn.functional.instance_norm(
        torch.tensor(inputs).permute(0, 3, 1, 2), eps=1e-5
    )
    expected = expected.permute(0, 2, 3, 1).numpy()
    y = InstanceNormalization()(inputs)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)


def test_pictures_do_not_mix():
    inputs = np.random.default_rng(0).normal(size=(2, 4, 6, 3))
    layer = InstanceNormalization()
    np.testing.assert_allclose(
        layer(inputs)[:1], layer(inputs[:1]), rtol=1e-6, atol=1e-6
    )


def test_large_values_in_bfloat16_are_not_cut():
    inputs = np.random.default_rng(0).normal(size=(1, 8, 8, 1)) * 1e4
    layer = InstanceNormalization(dtype="mixed_bfloat16")
    y = np.asarray(layer(inputs), "float32")
    assert np.std(y) == pytest.approx(1, abs=0.02)


def test_a_single_pixel_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="larger picture"):
        InstanceNormalization().build((None, 1, 1, 8))
