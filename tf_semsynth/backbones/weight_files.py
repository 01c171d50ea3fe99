"""Files of pretrained weights: found, checked, downloaded, read.

A published file is known by its SHA-256. Only a network that was loaded from
one is `official`, and only its numbers carry the published metric's name.
"""

import dataclasses
import hashlib
import os
import zipfile

import keras
import numpy as np

from tf_semsynth.porting.torch_files import read_state

_CACHE = "tf_semsynth"  # Below Keras' own folder, ~/.keras.
_TORCH = (".pth", ".pt")
_KERAS = (".weights.h5", ".keras")


@dataclasses.dataclass(frozen=True)
class PublishedFile:
    """A weight file as its authors published it.

    Attributes:
        what: str, what it holds, for messages.
        name: str, the file's name.
        url: str, where it can be downloaded.
        sha256: str, 64 hexadecimal digits.
        flag: str, the flag of `evaluate` that names such a file.
    """

    what: str
    name: str
    url: str
    sha256: str
    flag: str


def find_file(published, path=None):
    """Returns the path of a weight file, after downloading it if need be.

    Args:
        published: `PublishedFile`.
        path: path of a file of the user's, or None for the published one,
            which is downloaded once and kept in Keras' folder
            (`~/.keras/tf_semsynth`, or below `KERAS_HOME`).

    Returns:
        Tuple of the path, a str, and whether the file is the published one.

    Raises:
        OSError: there is no such file, or the download failed.
        ValueError: a file under the published name has another content.
    """
    if path is None:
        return _download(published), True
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {path!r} with {published.what}. "
            f"{_remedy(published)}"
        )
    found = sha256(path)
    if os.path.basename(path) == published.name and found != published.sha256:
        raise ValueError(
            f"{path!r} has the name of the published file but another "
            f"content: its SHA-256 is {found}, expected {published.sha256}. "
            "It may be cut off. Download it again from "
            f"{published.url}, or rename it if other weights are meant."
        )
    return path, found == published.sha256


def load_file(network, path, load_state, what):
    """Loads a weight file of any known kind into a built network.

    Args:
        network: built `keras.Model`.
        path: str. `.pth`, `.pt`: a PyTorch file (needs the extra
            `[convert]`); `.npz`: arrays under the official keys, in
            PyTorch's layout; `.weights.h5`, `.keras`: as Keras saved the
            network.
        load_state: function that assigns a dictionary of official arrays.
        what: str, what the file should hold, for messages.

    Raises:
        OSError: the file cannot be read.
        ValueError: another kind of file, or keys or shapes do not fit.
        ImportError: a `.pth` file without PyTorch.
    """
    if path.endswith(_KERAS):
        _load_keras(network, path, what)
    else:
        load_state(read_arrays(path, what, _KERAS))


def read_arrays(path, what, other_endings=()):
    """Reads a `.pth`, `.pt` or `.npz` file of named arrays.

    Args:
        path: str.
        what: str, what the file should hold, for messages.
        other_endings: further endings that a message should list.

    Returns:
        Dict, key -> array as PyTorch lays it out.

    Raises:
        OSError: the file cannot be read.
        ValueError: another kind of file.
        ImportError: a `.pth` file without PyTorch.
    """
    if path.endswith(_TORCH):
        return read_state(path)
    if path.endswith(".npz"):
        return read_npz(path)
    endings = ", ".join((*_TORCH, ".npz", *other_endings))
    raise ValueError(
        f"A file with {what} must end in {endings}. Received: {path!r}"
    )


def read_npz(path):
    """Reads all arrays of an `.npz` file, without unpickling anything.

    Returns:
        Dict, key -> array.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise OSError(
            f"{path!r} cannot be read as an .npz file: {error}"
        ) from error


def sha256(path):
    """SHA-256 of a local file, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(arrays):
    """16 digits that tell weights apart, whatever file they came from.

    Args:
        arrays: iterable of arrays or variables, in a fixed order.

    Returns:
        str, the first 16 hexadecimal digits of a SHA-256 over shapes and
        float32 values.
    """
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array, "<f4")
        digest.update(repr(array.shape).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:16]


def _download(published):
    try:
        return keras.utils.get_file(
            published.name,
            published.url,
            cache_subdir=_CACHE,
            file_hash=published.sha256,
            hash_algorithm="sha256",
        )
    except Exception as error:  # Keras raises a bare Exception.
        words = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise OSError(
            f"{published.what[0].upper()}{published.what[1:]} could not be "
            f"downloaded: {words}. {_remedy(published)}"
        ) from error


def _remedy(published):
    return (
        f"The published file is {published.name}, from {published.url} "
        f"(SHA-256 {published.sha256}). Name your copy with "
        f"{published.flag}=<file>."
    )


def _load_keras(network, path, what):
    try:
        network.load_weights(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise OSError(
            f"{path!r} cannot be read as a Keras file: {error}"
        ) from error
    except (ValueError, KeyError) as error:
        words = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(
            f"{path!r} does not hold {what} as Keras saved this network: "
            f"{words}"
        ) from error
