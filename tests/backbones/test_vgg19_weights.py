"""Weights for VGG-19: every kind of file, and no silent random network."""

import keras
import numpy as np
import pytest

from tf_semsynth.backbones.vgg19 import Vgg19Features
from tf_semsynth.backbones.vgg19_weights import (
    imagenet_vgg19,
    load_vgg_weights,
)

TORCHVISION_LAYERS = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)
DIVISOR = 32


def _network():
    network = Vgg19Features(DIVISOR)
    network.build((None, None, None, 3))
    return network


@pytest.fixture
def torchvision_state():
    rng = np.random.default_rng(0)
    state = {}
    convs = _network().convs
    for index, conv in zip(TORCHVISION_LAYERS, convs, strict=True):
        kh, kw, channels, filters = conv.kernel.shape
        shape = (filters, channels, kh, kw)
        state[f"features.{index}.weight"] = rng.normal(size=shape)
        state[f"features.{index}.bias"] = rng.normal(size=filters)
    state["features.30.weight"] = np.zeros((16, 16, 3, 3))
    state["classifier.0.weight"] = np.zeros((4, 4))
    return {key: value.astype("float32") for key, value in state.items()}


def _check_torchvision(network, state):
    for index, conv in zip(TORCHVISION_LAYERS, network.convs, strict=True):
        weight = state[f"features.{index}.weight"]
        kernel = np.asarray(conv.kernel)
        for o, i, y, x in ((0, 0, 0, 2), (1, 1, 2, 0)):
            assert kernel[y, x, i, o] == weight[o, i, y, x]
        np.testing.assert_array_equal(
            conv.bias, state[f"features.{index}.bias"]
        )
    assert not np.any(network.input_shift)


def test_torchvisions_keys_are_read_from_npz(torchvision_state, tmp_path):
    np.savez(tmp_path / "vgg.npz", **torchvision_state)
    network = _network()
    load_vgg_weights(network, tmp_path / "vgg.npz")
    _check_torchvision(network, torchvision_state)


def test_torchvisions_file_is_read(torchvision_state, tmp_path):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    tensors = {k: torch.tensor(v) for k, v in torchvision_state.items()}
    torch.save(tensors, tmp_path / "vgg19.pth")
    network = _network()
    load_vgg_weights(network, tmp_path / "vgg19.pth")
    _check_torchvision(network, torchvision_state)


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory):
    """Keras' VGG-19 with random weights, in the layout of Keras' own file."""
    h5py = pytest.importorskip("h5py")
    path = tmp_path_factory.mktemp("vgg") / "vgg19_notop.h5"
    model = keras.applications.VGG19(include_top=False, weights=None)
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [x.name.encode() for x in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}_W_1:0", f"{layer.name}_b_1:0"]
            names = names if layer.weights else []
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights, strict=True):
                size = 30.0 if weight.ndim == 1 else 0.05
                values = rng.normal(0, size, weight.shape)
                group.create_dataset(name, data=values.astype("float32"))
    return path


def test_keras_weights_give_keras_own_features_over_127_5(keras_file):
    """Compared with Keras' network on its own preprocessing."""
    model = keras.applications.VGG19(include_top=False, weights=keras_file)
    taps = [model.get_layer(f"block{i}_conv1").output for i in range(1, 6)]
    model = keras.Model(model.input, taps)
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (1, 32, 48, 3)).astype("float32")
    expected = model(keras.applications.vgg19.preprocess_input(pixels.copy()))
    network = imagenet_vgg19(keras_file)
    for ours, theirs in zip(network(pixels / 127.5 - 1), expected, strict=True):
        theirs = np.asarray(theirs) / 127.5
        error = np.abs(ours - theirs).max()
        assert error < 1e-5 * np.abs(theirs).max()


def test_a_failed_download_says_what_to_do(monkeypatch):
    def no_network(**kwargs):
        raise Exception("URL fetch failure on https://...: None")

    monkeypatch.setattr(keras.applications, "VGG19", no_network)
    with pytest.raises(OSError, match="--vgg_weights=.*--lambda_vgg=0"):
        imagenet_vgg19()


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(OSError, match="nowhere.h5.*--lambda_vgg=0"):
        imagenet_vgg19(tmp_path / "nowhere.h5")


def test_an_unknown_ending_lists_the_known_ones(tmp_path):
    path = tmp_path / "vgg.bin"
    path.write_bytes(b"x")
    with pytest.raises(ValueError, match=r"\.pth, \.pt, \.h5, \.npz"):
        load_vgg_weights(_network(), path)


@pytest.mark.parametrize("suffix", [".h5", ".npz"])
def test_a_broken_file_is_named(tmp_path, suffix):
    path = tmp_path / f"vgg{suffix}"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(OSError, match="cannot be read"):
        load_vgg_weights(_network(), path)


def test_a_file_of_other_widths_is_refused(torchvision_state, tmp_path):
    np.savez(tmp_path / "vgg.npz", **torchvision_state)
    with pytest.raises(ValueError, match=r"features.0.weight.*\(3, 3, 3, 64"):
        imagenet_vgg19(tmp_path / "vgg.npz")


def test_an_incomplete_file_is_refused(torchvision_state, tmp_path):
    del torchvision_state["features.28.bias"]
    np.savez(tmp_path / "vgg.npz", **torchvision_state)
    with pytest.raises(ValueError, match="`features.28.bias` is missing"):
        load_vgg_weights(_network(), tmp_path / "vgg.npz")
