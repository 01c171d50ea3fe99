"""Feature networks equal the official ones, on every file of numbers."""

import functools

import numpy as np
import pytest

from tests.parity.fixtures import to_nhwc
from tests.parity.formula_weights import formula_state, formula_weight
from tests.parity.metric_fixtures import (
    FOLDER,
    metric_files,
    read,
    read_shapes,
)
from tests.parity.recording import recorded
from tf_semsynth.backbones.fid_inception import FidInception
from tf_semsynth.backbones.fid_inception_weights import (
    load_fid_inception,
    load_fid_state,
)
from tf_semsynth.backbones.inception_inputs import (
    inception_inputs,
    resize_for_inception,
)
from tf_semsynth.backbones.lpips import Lpips
from tf_semsynth.backbones.lpips_weights import (
    load_heads_state,
    load_lpips,
    load_trunk_state,
)

FEATURE_TOLERANCE = 1e-4  # All are absolute.
DISTANCE_TOLERANCE = 1e-6
# Our name of a pipeline -> the fixtures' name and tolerance of the picture.
PIPELINES = {
    "tf1": ("tf1", 1e-5),
    "pytorch": ("halfpixel", 1e-5),
    "clean": ("clean", 5e-3),
}
HEADS = "lpips_lin_v0_1.npz"


def largest_error(ours, official):
    ours = np.asarray(ours, "float64")
    assert ours.shape == official.shape
    return np.abs(ours - official).max()


@pytest.fixture(scope="module")
def inception():
    state = formula_state(read_shapes("fid_inception_shapes.json"))
    network = FidInception()
    network.build((None, None, None, 3))
    load_fid_state(network, state)
    return network


@functools.cache
def trunk_state(trunk):
    return formula_state(read_shapes("lpips_trunk_shapes.json")[trunk])


@functools.cache
def lpips(trunk):
    network = Lpips(trunk)
    network.build((None, None, None, 3))
    load_trunk_state(network.trunk, trunk_state(trunk))
    load_heads_state(network, read(FOLDER / HEADS))
    return network


def trunks_of(data):
    return [t for t in ("alex", "vgg", "squeeze") if f"out/{t}/lpips" in data]


def pictures(data):
    """The pictures as the networks see them, and the mask."""
    x, y = (to_nhwc(data[f"in/{name}_u8"]) for name in "xy")
    x, y = (image.astype("float32") / np.float32(127.5) - 1 for image in (x, y))
    return x, y, to_nhwc(data["in/mask"])


def test_the_formula_gives_the_check_values():
    weight = formula_weight("Conv2d_1a_3x3.conv.weight", (32, 3, 3, 3))
    expected = [0.36369252, 0.3732717, 0.30016077, 0.27905878]
    np.testing.assert_allclose(weight.flat[:4], expected, rtol=1e-7)
    bias = formula_weight("fc.bias", (1008,))
    expected = [0.05477674, -0.07144558, -0.08063023]
    np.testing.assert_allclose(bias[:3], expected, rtol=1e-6)


@pytest.mark.parametrize("variant", PIPELINES)
@pytest.mark.parametrize("path", metric_files("fid_inception"))
def test_a_picture_is_resized_as_each_pipeline_does(path, variant):
    data = read(path)
    name, tolerance = PIPELINES[variant]
    official = data.get(f"out/{name}/resized@13")
    if official is None:
        pytest.skip(f"{path.name} has nothing of the pipeline {name}")
    images = to_nhwc(data["in/image_u8"])
    resized = resize_for_inception(images, variant)
    if name == "halfpixel":
        resized = inception_inputs(images, variant)
    found = resized[:, ::13, ::13]
    assert largest_error(found, to_nhwc(official)) <= tolerance


@pytest.mark.parametrize("variant", PIPELINES)
@pytest.mark.parametrize("path", metric_files("fid_inception"))
def test_fid_inception(inception, path, variant):
    data = read(path)
    start = f"out/{PIPELINES[variant][0]}/"
    outputs = {
        key.removeprefix(start): value
        for key, value in data.items()
        if key.startswith(start) and "@" not in key
    }
    if not outputs:
        pytest.skip(f"{path.name} has nothing of the pipeline {variant}")
    images = inception_inputs(to_nhwc(data["in/image_u8"]), variant)
    layers = {**inception.units, **{b.name: b for b in inception.mixed}}
    names = {key: key.removesuffix("_mean") for key in outputs}
    points = {n: (layers[n], "call") for n in names.values() if n in layers}
    with recorded(points) as recording:
        found = inception(images)
    for key, official in outputs.items():
        if names[key] in points:
            (features,) = recording.results(names[key])
            value = np.mean(features, axis=(1, 2), dtype="float64")
        else:
            value = found[key]
        error = largest_error(value, official)
        assert error <= FEATURE_TOLERANCE, f"{key}: {error}"


@pytest.mark.parametrize("path", metric_files("lpips"))
def test_lpips_and_its_layers(path):
    data = read(path)
    x, y, _ = pictures(data)
    for trunk in trunks_of(data):
        network = lpips(trunk)
        official = data[f"out/{trunk}/lpips"]
        error = largest_error(network(x, y), official)
        assert error <= DISTANCE_TOLERANCE, f"{trunk}: {error}"
        parts = network.contributions(x, y)
        assert f"out/{trunk}/layer{len(parts)}" not in data
        for index, part in enumerate(parts):
            official = data[f"out/{trunk}/layer{index}"]
            error = largest_error(part, official)
            assert error <= DISTANCE_TOLERANCE, f"{trunk} {index}: {error}"


@pytest.mark.parametrize("path", metric_files("lpips"))
def test_lpips_features(path):
    data = read(path)
    x, y, _ = pictures(data)
    for trunk in trunks_of(data):
        network = lpips(trunk)
        with recorded({"taps": (network.trunk, "call")}) as recording:
            network(x, y)
        (taps,) = recording.results("taps")
        for index, tap in enumerate(taps):
            of_x = np.asarray(tap)[: len(x)]
            batch, channels, *size = data[f"out/{trunk}/feat{index}_shape"]
            assert of_x.shape == (batch, *size, channels)
            mean = of_x.mean(axis=(1, 2), dtype="float64")
            error = largest_error(mean, data[f"out/{trunk}/feat{index}_mean"])
            assert error <= FEATURE_TOLERANCE, f"{trunk} {index}: {error}"


@pytest.mark.parametrize("path", metric_files("lpips"))
def test_lpips_of_regions(path):
    data = read(path)
    x, y, mask = pictures(data)
    for trunk in trunks_of(data):
        network = lpips(trunk)
        found = {
            "spatial@4": network.spatial(x, y)[:, ::4, ::4],
            "lpips_region_masked_images": network.masked_distance(x, y, mask),
            "lpips_others_masked_images": network.masked_distance(
                x, y, 1 - mask
            ),
            "lpips_region_spatial_mean": network.region_mean(x, y, mask),
        }
        for name, value in found.items():
            official = data[f"out/{trunk}/{name}"]
            official = official[:, 0] if official.ndim == 4 else official
            error = largest_error(value, official)
            assert error <= DISTANCE_TOLERANCE, f"{trunk} {name}: {error}"


@pytest.mark.parametrize("path", metric_files("fid_inception"))
def test_the_inception_of_a_file_is_told_apart(inception, path, tmp_path):
    state = formula_state(read_shapes("fid_inception_shapes.json"))
    np.savez(tmp_path / "inception.npz", **state)
    network = load_fid_inception(tmp_path / "inception.npz")
    assert not network.official
    assert len(network.fingerprint) == 16
    images = inception_inputs(to_nhwc(read(path)["in/image_u8"])[:1, :48])
    features = network(images)["2048"]
    np.testing.assert_array_equal(features, inception(images)["2048"])


@pytest.mark.parametrize("path", metric_files("lpips"))
def test_published_heads_do_not_make_a_trunk_official(path, tmp_path):
    data = read(path)
    x, y, _ = pictures(data)
    for trunk in trunks_of(data):
        np.savez(tmp_path / f"{trunk}.npz", **trunk_state(trunk))
        network = load_lpips(trunk, tmp_path / f"{trunk}.npz", FOLDER / HEADS)
        assert not network.official
        official = data[f"out/{trunk}/lpips"]
        assert largest_error(network(x, y), official) <= DISTANCE_TOLERANCE
