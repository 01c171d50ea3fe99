import numpy as np
import pytest
import torch

from tf_semsynth.networks.image_encoder import (
    ImageEncoder,
    resize_bilinear,
    sample_posterior,
)


@pytest.mark.parametrize(
    "size", [(16, 16), (64, 96), (300, 200), (257, 511), (256, 256), (1, 1)]
)
def test_resizing_equals_pytorchs_bilinear(size):
    image = np.random.default_rng(0).uniform(-1, 1, (1, *size, 3))
    image = image.astype("float32")
    expected = torch.nn.functional.interpolate(
        torch.tensor(image).permute(0, 3, 1, 2),
        size=(256, 256),
        mode="bilinear",
        align_corners=False,
    )
    expected = expected.permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(resize_bilinear(image), expected, atol=1e-4)


def test_resizing_runs_where_the_size_is_unknown():
    tf = pytest.importorskip("tensorflow")
    image = np.random.default_rng(0).uniform(-1, 1, (1, 48, 32, 3))
    image = image.astype("float32")
    spec = tf.TensorSpec((None, None, None, 3), tf.float32)
    resize = tf.function(resize_bilinear, input_signature=[spec])
    np.testing.assert_allclose(resize(image), resize_bilinear(image), atol=1e-5)


def test_a_posterior_is_sampled_by_its_deviation():
    mean, variance = np.array([1.0, 2.0]), np.array([4.0, 9.0])
    noise = np.array([1.0, -2.0])
    found = sample_posterior(mean, np.log(variance), noise)
    np.testing.assert_allclose(found, [3.0, -4.0], rtol=1e-6)


@pytest.fixture(scope="module")
def encoder():
    encoder = ImageEncoder(filters=2, latent_dim=5)
    encoder.build((None, 64, 64, 3))
    return encoder


def test_pictures_of_any_size_give_a_mean_and_a_log_variance(encoder):
    for size in ((40, 24), (256, 256)):
        image = np.zeros((2, *size, 3), "float32")
        shapes = [x.shape for x in encoder(image)]
        assert shapes == [(2, 5), (2, 5)]
        assert shapes == list(encoder.compute_output_shape(image.shape))


def test_pictures_do_not_mix(encoder):
    image = np.random.default_rng(0).uniform(-1, 1, (2, 32, 48, 3))
    for both, one in zip(encoder(image), encoder(image[:1]), strict=True):
        np.testing.assert_allclose(both[:1], one, rtol=1e-4, atol=1e-6)


def test_the_code_is_float32_under_mixed_precision():
    encoder = ImageEncoder(filters=2, latent_dim=5, dtype="mixed_bfloat16")
    encoder.build((None, 64, 64, 3))
    mean, log_variance = encoder(np.zeros((1, 32, 32, 3), "float32"))
    assert mean.dtype == log_variance.dtype == "float32"


def test_its_config_makes_an_equal_network(encoder):
    other = ImageEncoder.from_config(encoder.get_config())
    other.build((None, 64, 64, 3))
    assert [w.shape for w in other.weights] == [
        w.shape for w in encoder.weights
    ]
