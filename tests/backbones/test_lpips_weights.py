"""Weights for LPIPS: kinds of files, and what makes a network official."""

import dataclasses

import numpy as np
import pytest

from tf_semsynth.backbones import lpips_weights
from tf_semsynth.backbones.lpips import Lpips
from tf_semsynth.backbones.lpips_weights import (
    LPIPS_HEADS,
    LPIPS_TRUNKS,
    load_heads_state,
    load_lpips,
    load_trunk_state,
)
from tf_semsynth.backbones.weight_files import fingerprint, sha256


@pytest.fixture(scope="module")
def trunk_state():
    """AlexNet under torchvision's keys, with a classifier."""
    rng = np.random.default_rng(0)
    state = {"classifier.6.weight": np.zeros((10, 20), "float32")}
    shapes = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3)}
    shapes |= {8: (256, 384, 3), 10: (256, 256, 3)}
    for index, (filters, channels, side) in shapes.items():
        weight = rng.normal(0, 0.03, (filters, channels, side, side))
        state[f"features.{index}.weight"] = weight.astype("float32")
        bias = rng.normal(size=filters).astype("float32")
        state[f"features.{index}.bias"] = bias
    return state


@pytest.fixture
def heads():
    rng = np.random.default_rng(1)
    sizes = (64, 192, 384, 256, 256)
    return {f"lin{i}": rng.uniform(size=n) for i, n in enumerate(sizes)}


@pytest.fixture
def files(trunk_state, heads, tmp_path):
    np.savez(tmp_path / "trunk.npz", **trunk_state)
    np.savez(tmp_path / "heads.npz", **heads)
    return tmp_path / "trunk.npz", tmp_path / "heads.npz"


def _check_heads(network, heads):
    for index, head in enumerate(network.heads):
        np.testing.assert_allclose(head, heads[f"lin{index}"], rtol=1e-6)


def test_a_trunk_and_heads_are_loaded_from_files(files, trunk_state, heads):
    network = load_lpips("alex", *files)
    _check_heads(network, heads)
    kernel = np.asarray(network.trunk.convs["features.3"].kernel)
    weight = trunk_state["features.3.weight"]
    assert kernel[4, 1, 50, 100] == weight[100, 50, 4, 1]
    assert not network.official


@pytest.mark.parametrize(
    "rename",
    [
        lambda key: f"alex/{key}",
        lambda key: f"{key}.model.1.weight",
    ],
    ids=["of several trunks", "official"],
)
def test_heads_have_three_names(heads, rename):
    state = {rename(k): v.reshape(1, -1, 1, 1) for k, v in heads.items()}
    state |= {"vgg/lin0": np.ones(64)} if "alex/lin0" in state else {}
    network = Lpips("alex")
    network.build((None, None, None, 3))
    load_heads_state(network, state)
    _check_heads(network, heads)


def test_the_official_kind_of_file_is_read(trunk_state, heads, tmp_path):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    paths = tmp_path / "alexnet.pth", tmp_path / "alex.pth"
    official = {
        f"{key}.model.1.weight": value.reshape(1, -1, 1, 1)
        for key, value in heads.items()
    }
    for path, state in zip(paths, (trunk_state, official), strict=True):
        torch.save({k: torch.tensor(v) for k, v in state.items()}, path)
    _check_heads(load_lpips("alex", *paths), heads)


def test_the_fingerprint_does_not_depend_on_the_kind_of_file(files, tmp_path):
    network = load_lpips("alex", *files)
    assert len(network.fingerprint) == 16
    network.trunk.save_weights(tmp_path / "trunk.weights.h5")
    again = load_lpips("alex", tmp_path / "trunk.weights.h5", files[1])
    assert again.fingerprint == network.fingerprint
    heads = dict(np.load(files[1]))
    heads["lin4"][7] += 0.01
    np.savez(tmp_path / "others.npz", **heads)
    other = load_lpips("alex", files[0], tmp_path / "others.npz")
    assert other.fingerprint != network.fingerprint


def test_both_published_files_make_a_network_official(files, monkeypatch):
    for known, path in zip((LPIPS_TRUNKS, LPIPS_HEADS), files, strict=True):
        assert not load_lpips("alex", *files).official
        entry = dataclasses.replace(known["alex"], sha256=sha256(path))
        monkeypatch.setitem(known, "alex", entry)
    assert load_lpips("alex", *files).official


def test_published_heads_are_known_by_their_values_too(files, monkeypatch):
    trunk = dataclasses.replace(LPIPS_TRUNKS["alex"], sha256=sha256(files[0]))
    monkeypatch.setitem(LPIPS_TRUNKS, "alex", trunk)
    digits = fingerprint(load_lpips("alex", *files).heads)
    monkeypatch.setitem(lpips_weights.HEADS_FINGERPRINTS, "alex", digits)
    assert load_lpips("alex", *files).official


def test_torchvisions_names_hold_the_start_of_the_checksum():
    for file in LPIPS_TRUNKS.values():
        assert file.name.endswith(f"-{file.sha256[:8]}.pth")
        assert file.url.endswith(f"/{file.name}")
    for file in (*LPIPS_TRUNKS.values(), *LPIPS_HEADS.values()):
        assert len(file.sha256) == 64 and int(file.sha256, 16)


def test_heads_below_zero_are_refused(heads):
    network = Lpips("alex")
    network.build((None, None, None, 3))
    heads["lin2"][3] = -0.5
    with pytest.raises(ValueError, match="lin2.*at least 0.*-0.5"):
        load_heads_state(network, heads)


def test_a_trunk_of_another_network_is_refused(trunk_state):
    network = Lpips("squeeze")
    network.build((None, None, None, 3))
    with pytest.raises(ValueError, match=r"features.3.squeeze.weight. is miss"):
        load_trunk_state(network.trunk, trunk_state)


def test_missing_files_name_their_flags(files, tmp_path):
    nowhere = tmp_path / "nowhere.npz"
    with pytest.raises(OSError, match="alexnet-owt.*--lpips_trunk="):
        load_lpips("alex", nowhere, files[1])
    with pytest.raises(OSError, match="lpips/weights.*--lpips_heads="):
        load_lpips("alex", files[0], nowhere)


def test_another_trunk_is_refused_before_any_file_is_read(tmp_path):
    with pytest.raises(ValueError, match="alex, vgg, squeeze"):
        load_lpips("resnet", tmp_path / "a.pth", tmp_path / "b.pth")
