import keras
import numpy as np
import pytest

from tf_semsynth.networks.unet import DoubleConv, UNet

H, W, K = 16, 32, 5


def build(**options):
    network = UNet(K, filters=2, **options)
    network.build((None, H, W, 3))
    rng = np.random.default_rng(0)
    for weight in network.weights:  # Fresh statistics would hide mistakes.
        weight.assign(rng.uniform(0.2, 1.0, weight.shape))
        if weight.name == "kernel":
            weight.assign(rng.normal(0, 0.3, weight.shape))
    return network


def pictures(height=H, width=W, count=2, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (count, height, width, 3)).astype("float32")


def convolve(features, kernel):
    """A 3 x 3 convolution with zeros around, pixel by pixel."""
    padded = np.pad(features, ((1, 1), (1, 1), (0, 0)))
    result = np.empty((*features.shape[:2], kernel.shape[-1]))
    for y, x in np.ndindex(features.shape[:2]):
        patch = padded[y : y + 3, x : x + 3]
        result[y, x] = np.einsum("ijc,ijcf->f", patch, kernel)
    return result


def test_a_double_convolution_matches_a_loop_over_pixels():
    block = DoubleConv(4)
    block.build((None, 5, 6, 3))
    rng = np.random.default_rng(0)
    for weight in block.weights:
        weight.assign(rng.uniform(0.3, 1.2, weight.shape))
        if weight.name == "kernel":
            weight.assign(rng.normal(size=weight.shape))
    image = rng.normal(size=(1, 5, 6, 3)).astype("float32")
    expected = image[0].astype("float64")
    for convolution, norm in zip(block.convolutions, block.norms, strict=True):
        expected = convolve(expected, convolution.get_weights()[0])
        gamma, beta, mean, variance = norm.get_weights()
        expected = (expected - mean) / np.sqrt(variance + 1e-5) * gamma + beta
        expected = np.maximum(expected, 0)
    found = block(image, training=False)
    np.testing.assert_allclose(found[0], expected, rtol=1e-4, atol=1e-4)


def test_the_number_of_weights_is_the_one_that_is_documented():
    network = UNet(11)
    network.build((None, 96, 128, 3))
    widths = [16, 32, 64, 128, 256]
    channels, expected = 3, 0
    for width in widths:
        expected += 9 * (channels * width + width * width) + 2 * 4 * width
        channels = width
    for width in reversed(widths[:-1]):
        expected += 9 * ((channels + width) * width + width * width)
        expected += 2 * 4 * width
        channels = width
    expected += 16 * 11 + 11
    assert network.count_params() == expected
    assert round(expected / 1e6, 2) == 1.97


@pytest.mark.parametrize("size", [(16, 16), (48, 32), (16, 160)])
def test_every_pixel_gets_logits(size):
    network, image = build(), pictures(*size)
    logits = network(image, training=False)
    assert logits.shape == (2, *size, K)
    assert logits.shape == network.compute_output_shape(image.shape)
    symbolic = network(keras.KerasTensor((None, None, None, 3)))
    assert symbolic.shape == (None, None, None, K)


def test_a_picture_that_moves_by_16_pixels_moves_its_logits():
    network, image = build(), pictures(16, 640, count=1)
    logits = network(image, training=False)
    moved = network(np.roll(image, 16, axis=2), training=False)
    # Farther from the sides than the 188 pixels that a logit looks at.
    expected = np.asarray(logits)[:, :, 200:-216]
    found = np.asarray(moved)[:, :, 216:-200]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert expected.std() > 1e-3


def test_pictures_do_not_mix():
    network, image = build(), pictures()
    both = network(image, training=False)
    one = network(image[1:], training=False)
    np.testing.assert_allclose(both[1:], one, rtol=1e-4, atol=1e-5)


def test_sizes_that_cannot_be_halved_four_times_are_refused():
    network = build()
    with pytest.raises(ValueError, match="width.*Received: 40. Try 32 or 48"):
        network(pictures(32, 40))
    with pytest.raises(ValueError, match="height.*Received: 8. Try 16"):
        network(pictures(8, 16))


def test_logits_are_float32_under_mixed_precision():
    network = UNet(K, filters=2, dtype="mixed_bfloat16")
    network.build((None, H, W, 3))
    assert network(pictures()).dtype == "float32"
    assert network.down[0].compute_dtype == "bfloat16"


def test_training_moves_the_statistics_and_scoring_does_not():
    network = build()
    before = network.get_weights()
    network(pictures(), training=False)
    for value, old in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, old)
    network(pictures(), training=True)
    moved = [
        not np.array_equal(value, old)
        for value, old in zip(network.get_weights(), before, strict=True)
    ]
    assert sum(moved) == len(network.non_trainable_weights) == 36


def test_it_is_saved_and_loaded(tmp_path):
    network, image = build(), pictures()
    network.save(tmp_path / "unet.keras")
    loaded = keras.saving.load_model(tmp_path / "unet.keras")
    np.testing.assert_array_equal(
        loaded(image, training=False), network(image, training=False)
    )
    assert loaded.filters == 2
