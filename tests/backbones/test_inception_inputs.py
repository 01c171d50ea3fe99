"""Pictures for the FID Inception equal those of the official pipelines."""

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.backbones.inception_inputs import (
    VARIANTS,
    inception_inputs,
    resize_for_inception,
)

SIZES = ((256, 256), (64, 100), (310, 480), (1, 3), (720, 960))


def _pictures(height, width, count=2):
    rng = np.random.default_rng(height)
    return rng.integers(0, 256, (count, height, width, 3), dtype="uint8")


@pytest.mark.parametrize("size", SIZES)
def test_the_first_variant_is_tensorflow_1s_resize_bit_by_bit(size):
    images = _pictures(*size)
    expected = tf.raw_ops.ResizeBilinear(
        images=images.astype("float32"), size=(299, 299)
    )
    found = resize_for_inception(images, "tf1")
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("size", SIZES)
def test_the_pytorch_variant_is_pytorchs_resize(size):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    images = _pictures(*size)
    planes = torch.tensor(np.moveaxis(images, -1, 1)).float() / 255
    resized = torch.nn.functional.interpolate(
        planes, size=(299, 299), mode="bilinear", align_corners=False
    )
    expected = np.moveaxis((2 * resized - 1).numpy(), 1, -1)
    found = inception_inputs(images, "pytorch")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("size", [(64, 100), (310, 480)])
def test_the_clean_variant_is_an_antialiased_bicubic_resize(size):
    """TensorFlow's own bicubic resize has the same filter as Pillow's."""
    images = _pictures(*size)
    resized = tf.image.resize(images, (299, 299), "bicubic", antialias=True)
    found = resize_for_inception(images, "clean")
    np.testing.assert_allclose(
        found, np.clip(resized, 0, 255), rtol=0, atol=5e-3
    )


@pytest.mark.parametrize(
    ("variant", "black", "white"),
    [("pytorch", -1, 1), ("tf1", -1, 127 / 128), ("clean", -1, 127 / 128)],
)
def test_every_variant_has_its_range(variant, black, white):
    images = np.zeros((2, 20, 30, 3), "uint8")
    images[1] = 255
    found = inception_inputs(images, variant)
    assert found.shape == (2, 299, 299, 3) and found.dtype == np.float32
    np.testing.assert_allclose(found[0], black, atol=1e-6)
    np.testing.assert_allclose(found[1], white, atol=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_picture_does_not_depend_on_its_batch(variant):
    images = _pictures(40, 50, count=3)
    alone = inception_inputs(images[1:2], variant)
    np.testing.assert_array_equal(inception_inputs(images, variant)[1:2], alone)


def test_another_variant_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="pytorch, tf1, clean.*'legacy'"):
        inception_inputs(_pictures(8, 8), "legacy")


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 8, 8, 3), "float32"),
        np.zeros((8, 8, 3), "uint8"),
        np.zeros((1, 8, 8, 1), "uint8"),
        np.zeros((0, 8, 8, 3), "uint8"),
    ],
)
def test_anything_but_uint8_pictures_is_refused(images):
    with pytest.raises(ValueError, match=r"uint8 array \(B, H, W, 3\)"):
        inception_inputs(images)
