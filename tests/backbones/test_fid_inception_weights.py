"""Weights for the FID Inception: kinds of files, official or not."""

import dataclasses

import numpy as np
import pytest

from tf_semsynth.backbones import fid_inception_weights
from tf_semsynth.backbones.fid_inception import FidInception
from tf_semsynth.backbones.fid_inception_weights import (
    FID_INCEPTION,
    load_fid_inception,
    load_fid_state,
)
from tf_semsynth.backbones.weight_files import sha256


@pytest.fixture(scope="module")
def state():
    """Weights under pytorch-fid's keys, in PyTorch's layout."""
    network = FidInception()
    network.build((None, None, None, 3))
    rng = np.random.default_rng(0)
    state = {
        "fc.weight": rng.normal(size=(1008, 2048)).astype("float32"),
        "fc.bias": rng.normal(size=1008).astype("float32"),
    }
    for prefix, unit in network.units.items():
        kh, kw, channels, filters = unit.kernel.shape
        shape = (filters, channels, kh, kw)
        weight = rng.standard_normal(shape, "float32")
        state[f"{prefix}.conv.weight"] = weight
        for name in ("weight", "bias", "running_mean", "running_var"):
            state[f"{prefix}.bn.{name}"] = rng.uniform(0.5, 1, filters)
        state[f"{prefix}.bn.num_batches_tracked"] = np.array(0)
    return state


@pytest.fixture(scope="module")
def path(state, tmp_path_factory):
    path = tmp_path_factory.mktemp("fid") / "inception.npz"
    np.savez(path, **state)
    return path


@pytest.fixture(scope="module")
def network(path):
    return load_fid_inception(path)


def test_every_tensor_finds_its_place(network, state):
    unit = network.units["Mixed_7c.branch3x3dbl_3a"]
    prefix = "Mixed_7c.branch3x3dbl_3a"
    kernel = np.asarray(unit.kernel)
    assert kernel.shape == (1, 3, 384, 384)
    weight = state[f"{prefix}.conv.weight"]
    assert kernel[0, 2, 7, 100] == weight[100, 7, 0, 2]
    pairs = {
        "weight": unit.gamma,
        "bias": unit.beta,
        "running_mean": unit.moving_mean,
        "running_var": unit.moving_variance,
    }
    for name, variable in pairs.items():
        expected = state[f"{prefix}.bn.{name}"]
        np.testing.assert_allclose(variable, expected, rtol=1e-6)
    kernel = np.asarray(network.fc.kernel)
    assert kernel[5, 1000] == state["fc.weight"][1000, 5]


def test_the_official_kind_of_file_is_read(network, state, tmp_path):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    path = tmp_path / "inception.pth"
    torch.save({k: torch.tensor(v) for k, v in state.items()}, path)
    again = load_fid_inception(path)
    assert again.fingerprint == network.fingerprint


def test_a_file_of_keras_is_read(network, tmp_path):
    network.save_weights(tmp_path / "inception.weights.h5")
    again = load_fid_inception(tmp_path / "inception.weights.h5")
    assert again.fingerprint == network.fingerprint
    for a, b in zip(again.weights, network.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_only_the_published_file_makes_it_official(network, path, monkeypatch):
    assert not network.official
    entry = dataclasses.replace(FID_INCEPTION, sha256=sha256(path))
    monkeypatch.setattr(fid_inception_weights, "FID_INCEPTION", entry)
    assert load_fid_inception(path).official


def test_the_published_name_holds_the_start_of_the_checksum():
    assert FID_INCEPTION.name.endswith(f"-{FID_INCEPTION.sha256[:8]}.pth")
    assert FID_INCEPTION.url.endswith(f"/{FID_INCEPTION.name}")
    assert len(FID_INCEPTION.sha256) == 64


def test_the_weights_of_another_inception_are_refused(network, state):
    """torchvision's has a thousand classes and an auxiliary head."""
    other = {**state, "fc.weight": np.zeros((1000, 2048))}
    other["AuxLogits.fc.bias"] = np.zeros(1000)
    before = network.get_weights()
    with pytest.raises(
        ValueError, match="(?s)2 faults.*fc.weight.*1000"
    ) as caught:
        load_fid_state(network, other)
    assert "AuxLogits.fc.bias" in str(caught.value)
    for a, b in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(OSError, match="6726825d.*--fid_weights="):
        load_fid_inception(tmp_path / "nowhere.pth")
