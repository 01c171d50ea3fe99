"""LPIPS and its trunks: values by a loop, shapes, regions, errors."""

import keras
import numpy as np
import pytest

from tests.backbones.trunks import randomise
from tf_semsynth.backbones.lpips import SCALE, SHIFT, Lpips

TRUNKS = ("alex", "vgg", "squeeze")


def _network(trunk):
    network = Lpips(trunk)
    network.build((None, None, None, 3))
    randomise(network.trunk)
    rng = np.random.default_rng(0)
    for head in network.heads:
        head.assign(rng.uniform(0, 1, head.shape))
    return network


@pytest.fixture(scope="module", params=TRUNKS)
def network(request):
    return _network(request.param)


@pytest.fixture(scope="module")
def alex():
    return _network("alex")


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (2, 2, 37, 46, 3)).astype("float32")


@pytest.fixture
def mask():
    mask = np.zeros((2, 37, 46), "float32")
    mask[0, 5:20, 10:] = 1
    mask[1, :, :17] = 1
    return mask


def test_the_distance_is_a_sum_over_normalised_features(network, images):
    x, y = images
    batch = (np.concatenate([x, y]) - np.array(SHIFT)) / np.array(SCALE)
    taps = network.trunk(batch.astype("float32"))
    parts = []
    for tap, head in zip(taps, network.heads, strict=True):
        tap = np.asarray(tap, "float64")
        length = np.sqrt((tap**2).sum(axis=-1, keepdims=True))
        of_x, of_y = np.split(tap / (length + 1e-10), 2)
        squares = ((of_x - of_y) ** 2 * np.asarray(head)).sum(axis=-1)
        parts.append(squares.mean(axis=(1, 2)))
    found = network(x, y)
    np.testing.assert_allclose(found, np.sum(parts, axis=0), rtol=1e-4)
    contributions = network.contributions(x, y)
    np.testing.assert_allclose(contributions, parts, rtol=1e-4)


def test_it_is_symmetric_and_zero_for_equal_pictures(network, images):
    x, y = images
    np.testing.assert_allclose(network(x, y), network(y, x), rtol=1e-5)
    np.testing.assert_array_equal(network(x, x), 0)
    assert np.all(np.asarray(network(x, y)) > 0)


def test_the_map_is_where_the_pictures_differ(alex, images):
    x = images[0]
    y = x.copy()
    y[:, :8, :8] *= -1
    spatial = np.asarray(alex.spatial(x, y))
    assert spatial.shape == (2, 37, 46)
    assert spatial[:, :8, :8].mean() > 4 * spatial[:, 24:, 24:].mean()


def test_a_full_mask_changes_nothing(network, images, mask):
    x, y = images
    full = np.ones_like(mask)
    np.testing.assert_array_equal(
        network.masked_distance(x, y, full), network(x, y)
    )
    mean = np.asarray(network.spatial(x, y)).mean(axis=(1, 2))
    found = network.region_mean(x, y, full)
    np.testing.assert_allclose(found, mean, rtol=1e-5)


def test_what_the_mask_hides_does_not_count(network, images, mask):
    x, y = images
    other = np.where(mask[..., None] > 0, y, -0.3)
    np.testing.assert_array_equal(
        network.masked_distance(x, y, mask),
        network.masked_distance(x, other, mask),
    )
    hidden = np.zeros_like(mask)
    np.testing.assert_array_equal(network.masked_distance(x, y, hidden), 0)


@pytest.mark.parametrize(
    "convert",
    [lambda m: m > 0, lambda m: m.astype("uint8")[..., None]],
    ids=["bool", "uint8-column"],
)
def test_masks_of_other_kinds_mean_the_same(alex, images, mask, convert):
    for method in (alex.masked_distance, alex.region_mean):
        found = method(*images, convert(mask))
        np.testing.assert_array_equal(found, method(*images, mask))


def test_the_mean_of_an_empty_region_is_not_a_number(alex, images, mask):
    mask[1] = 0
    found = np.asarray(alex.region_mean(*images, mask))
    assert np.isfinite(found[0]) and np.isnan(found[1])


def test_nothing_is_trained_but_gradients_reach_the_pictures(alex, images):
    tf = pytest.importorskip("tensorflow")
    assert alex.trainable_weights == []
    x, y = map(tf.constant, images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        distance = alex(x, y)
    gradient = np.asarray(tape.gradient(distance, x))
    assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0


def test_a_traced_function_takes_batches_of_any_size(alex, images):
    tf = pytest.importorskip("tensorflow")
    spec = tf.TensorSpec((None, None, None, 3), "float32")
    distance = tf.function(lambda x, y: alex(x, y), input_signature=[spec] * 2)
    expected = alex(*images)
    np.testing.assert_allclose(distance(*images), expected, rtol=1e-5)
    spatial = tf.function(alex.spatial, input_signature=[spec] * 2)
    with pytest.raises(ValueError, match="known size"):
        spatial(*images)


def test_a_saved_network_gives_the_same_distances(network, images, tmp_path):
    network.save(tmp_path / "lpips.keras")
    again = keras.saving.load_model(tmp_path / "lpips.keras")
    np.testing.assert_array_equal(again(*images), network(*images))
    assert again.trainable_weights == []


def test_a_new_network_is_not_official(network):
    assert network.official is False and network.fingerprint is None


@pytest.mark.parametrize(
    ("trunk", "least"), [("alex", 31), ("vgg", 16), ("squeeze", 17)]
)
def test_pictures_that_vanish_on_the_way_are_refused(trunk, least):
    network = Lpips(trunk)
    x = np.zeros((1, least, least + 3, 3), "float32")
    assert np.asarray(network(x, x)).tolist() == [0]
    with pytest.raises(ValueError, match=f"at least {least}x{least}"):
        network(x[:, 1:], x[:, 1:])


def test_batches_of_different_shapes_are_refused(alex, images):
    x, y = images
    with pytest.raises(ValueError, match=r"\(2, 37, 46, 3\) and \(1, 37, 46"):
        alex(x, y[:1])


def test_another_trunk_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="alex, vgg, squeeze.*'resnet'"):
        Lpips("resnet")
