"""Weight files: found, checked, downloaded; every mistake told in words."""

import functools
import hashlib

import keras
import numpy as np
import pytest

from tf_semsynth.backbones.weight_files import (
    PublishedFile,
    find_file,
    fingerprint,
    load_file,
    read_arrays,
    read_npz,
    sha256,
)

CONTENT = b"weights, as it were"


@pytest.fixture
def published(tmp_path):
    """A published file that lies in a folder in place of the internet."""
    source = tmp_path / "host" / "net-1234.pth"
    source.parent.mkdir()
    source.write_bytes(CONTENT)
    return PublishedFile(
        what="the weights of a network",
        name="net-1234.pth",
        url=source.as_uri(),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        flag="--net_weights",
    )


@pytest.fixture
def cache(tmp_path, monkeypatch):
    get_file = functools.partial(keras.utils.get_file, cache_dir=str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", get_file)
    return tmp_path / "tf_semsynth"


def test_the_published_file_is_known_by_its_content(published, tmp_path):
    path = tmp_path / "renamed.pth"
    path.write_bytes(CONTENT)
    assert sha256(path) == published.sha256
    assert find_file(published, path) == (str(path), True)
    path.write_bytes(b"other weights")
    assert find_file(published, path) == (str(path), False)


def test_a_damaged_published_file_is_refused(published, tmp_path):
    path = tmp_path / published.name
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(ValueError, match=f"cut off.*{published.url}"):
        find_file(published, path)


def test_a_missing_file_says_which_where_from_and_the_flag(published, tmp_path):
    with pytest.raises(OSError) as caught:
        find_file(published, tmp_path / "nowhere.pth")
    for part in (
        "nowhere.pth",
        published.name,
        published.url,
        "--net_weights=",
    ):
        assert part in str(caught.value)


def test_a_file_is_downloaded_once(published, cache, tmp_path):
    path, official = find_file(published)
    assert official and path == str(cache / published.name)
    assert sha256(path) == published.sha256
    (tmp_path / "host" / published.name).unlink()
    assert find_file(published) == (path, True)


def test_a_failed_download_says_what_to_do(published, cache, tmp_path):
    (tmp_path / "host" / published.name).unlink()
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        find_file(published)
    assert "--net_weights=" in str(caught.value)


def test_a_download_of_something_else_is_refused(published, cache, tmp_path):
    (tmp_path / "host" / published.name).write_bytes(b"an error page")
    with pytest.raises(OSError, match="downloaded.*corrupted"):
        find_file(published)


def test_arrays_are_read_from_npz_and_torch_files(tmp_path):
    torch = pytest.importorskip("torch", reason="needs PyTorch, [convert]")
    state = {"a.weight": np.arange(6, dtype="float32").reshape(2, 3)}
    np.savez(tmp_path / "a.npz", **state)
    torch.save(
        {k: torch.tensor(v) for k, v in state.items()}, tmp_path / "a.pt"
    )
    for name in ("a.npz", "a.pt"):
        found = read_arrays(str(tmp_path / name), "something")
        assert found.keys() == state.keys()
        np.testing.assert_array_equal(found["a.weight"], state["a.weight"])


def test_pickled_objects_are_not_opened(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}], dtype=object))
    with pytest.raises(OSError, match="cannot be read"):
        read_npz(str(tmp_path / "a.npz"))


def _dense(units=3):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
    return model


@pytest.mark.parametrize("name", ["net.weights.h5", "net.keras"])
def test_a_file_of_keras_is_loaded(tmp_path, name):
    saved, network = _dense(), _dense()
    path = str(tmp_path / name)
    saved.save(path) if name.endswith(".keras") else saved.save_weights(path)
    load_file(network, path, None, "a network")
    for a, b in zip(saved.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_file_of_keras_with_other_shapes_is_refused(tmp_path):
    path = str(tmp_path / "net.weights.h5")
    _dense(units=4).save_weights(path)
    with pytest.raises(ValueError, match="does not hold a network"):
        load_file(_dense(), path, None, "a network")


@pytest.mark.parametrize("name", ["net.weights.h5", "net.keras", "net.npz"])
def test_a_broken_file_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(OSError, match=f"{name}.*cannot be read"):
        load_file(_dense(), str(path), None, "a network")


def test_a_file_that_is_cut_off_is_named(tmp_path):
    path = tmp_path / "net.npz"
    np.savez(path, a=np.arange(100))
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(OSError, match="net.npz.*cannot be read"):
        read_npz(str(path))


def test_an_unknown_ending_lists_the_known_ones(tmp_path):
    known = r"\.pth, \.pt, \.npz, \.weights\.h5, \.keras.*net\.bin"
    with pytest.raises(ValueError, match=known):
        load_file(_dense(), str(tmp_path / "net.bin"), None, "a network")


def test_a_fingerprint_tells_values_and_shapes_apart():
    a, b = np.arange(6, dtype="float32"), np.ones(2, "float32")
    found = {
        fingerprint(arrays)
        for arrays in ([a, b], [b, a], [a], [a.reshape(2, 3), b], [a, b + 1])
    }
    assert len(found) == 5
    assert fingerprint([a.astype("float64")]) == fingerprint([a])
    expected = hashlib.sha256(b"(2,)" + b.tobytes()).hexdigest()[:16]
    assert fingerprint([b]) == expected
