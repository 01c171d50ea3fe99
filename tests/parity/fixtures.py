"""Reads the numbers of the official code that the parity tests compare with.

A fixture is one `.npz` file in `<shared>/fixtures/<system>/`: weights under
the official keys, inputs, and what the official code made of them. Tests take
every file of a kind that lies there and build the system from its `meta`, so
they also pass on files that were not there when they were written:

    @pytest.mark.parametrize("path", fixture_files("spade", "encoder"))
    def test_the_encoder_equals_the_official_one(path):
        fixture = Fixture(path)
"""

import functools
import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest

_ROOT = Path(__file__).resolve().parents[2]


def fixture_folder(system):
    """The folder of a system's fixtures; it need not exist."""
    shared = os.environ.get("TF_SEMSYNTH_SHARED", _ROOT.parent / "shared")
    return Path(shared, "fixtures", system)


def fixture_files(system, *kinds):
    """Parameters for pytest: the path of every file of the given kinds.

    Where there is none, the one parameter is a skip that names what is
    missing, so that a test without its files is seen.
    """
    folder = fixture_folder(system)
    found = [
        pytest.param(path, id=path.stem)
        for path in sorted(folder.glob("*.npz"))
        if Fixture(path).kind in kinds
    ]
    return found_or_skip(found, folder, f"kind {' or '.join(kinds)}")


def found_or_skip(found, folder, what):
    """The parameters that were found, or one skip that says what is missing."""
    if found:
        return found
    reason = (
        f"{folder} has no file of {what}; TF_SEMSYNTH_SHARED names the folder "
        "above `fixtures`"
    )
    return [pytest.param(None, marks=pytest.mark.skip(reason), id="no-files")]


class Fixture:
    """One file of official numbers. All arrays are as PyTorch lays them out.

    Attributes:
        path: the file.
        meta: dict, what the file says about itself.
        config: dict, the official options, such as `ngf` and `crop_size`.
        kind: str, what the file pins down.
    """

    def __init__(self, path):
        self.path = Path(path)
        self._file = np.load(path, allow_pickle=False)
        self.meta = json.loads(str(self._file["meta"]))
        self.config = self.meta.get("config", {})
        self.kind = self.meta["kind"]

    def group(self, prefix):
        """Dict of all arrays under `<prefix>/`, without the prefix."""
        prefix += "/"
        return {
            key.removeprefix(prefix): self._file[key]
            for key in self._file.files
            if key.startswith(prefix)
        }

    def state(self, network=None):
        """Official key -> array, before anything ran.

        Args:
            network: str, which one (`"G"`, `"D"`, `"E"`, `"vgg"`, ...) in
                files with several.
        """
        prefix = "state" if network is None else f"state/{network}"
        return {**self._formula_state(), **self.group(prefix)}

    def state_after(self, network=None):
        """The buffers after one training-mode forward (or iteration)."""
        return self.group(_join("state_after", network))

    @functools.cached_property
    def inputs(self):
        """Name -> input, without the cotangents."""
        found = self.group("in")
        return {k: v for k, v in found.items() if "/" not in k}

    @functools.cached_property
    def cotangents(self):
        """Output name -> c, for the scalar L = sum(output * c)."""
        return self.group("in/cotangent")

    def outputs(self, mode=None):
        """Name -> output, of `"eval"`, `"train"` or `"sample"`, or of none."""
        found = self.group(_join("out", mode))
        return {k: v for k, v in found.items() if "/" not in k}

    @functools.cached_property
    def losses(self):
        """Name (such as `"hinge/G"`) -> scalar."""
        return {k: float(v) for k, v in self.group("loss").items()}

    def gradients(self, network=None):
        """Official key -> gradient; those of inputs are under `in/NAME`."""
        return self.group(_join("grad", network))

    def gradient_norms(self, network=None):
        """Official key -> L2 norm of the gradient, for every parameter."""
        start = "gradnorm/" + ("" if network is None else f"{network}_")
        names = self._file[f"{start}names"]
        values = self._file[f"{start}values"]
        return dict(zip(map(str, names), map(float, values), strict=True))

    def neighbour(self, name):
        """The path of a file that lies beside this one."""
        return self.path.parent / name

    def _formula_state(self):
        """The large tensors of `generator_full`, which are computed."""
        return {
            key: computed_weight(self.meta["seed"], key, shape, scale)
            for key, (shape, scale) in self.meta.get("formula", {}).items()
        }


def computed_weight(seed, key, shape, scale):
    """The tensor that the fixtures' README defines for a key and seed."""
    random = np.random.RandomState(zlib.crc32(f"{seed}:{key}".encode()))
    return (random.standard_normal(shape) * scale).astype("float32")


def to_nhwc(array):
    """`(B, C, H, W)` of the official code to our `(B, H, W, C)`."""
    return np.moveaxis(np.asarray(array), 1, -1)


def to_class_ids(semantics, num_classes=None):
    """One-hot `(B, S, H, W)` to class ids; only the first are classes."""
    one_hot = np.asarray(semantics)[:, :num_classes]
    return np.argmax(one_hot, axis=1).astype("int32")


def assert_close(ours, reference, tolerance=2e-4, name="value"):
    """Fails where the largest error exceeds the fixtures' tolerance.

    Args:
        ours: array, in the layout of `reference`.
        reference: array of the official code.
        tolerance: float, times the largest absolute value of the reference,
            plus 2e-6; 2e-4 for outputs, running values and vectors, 1e-4
            for losses.
        name: str, what is compared, for the message.
    """
    ours, reference = _pair(ours, reference, name)
    largest = np.abs(reference).max(initial=0.0)
    allowed = tolerance * largest + 2e-6
    error = np.abs(ours - reference).max(initial=0.0)
    assert error <= allowed, (  # Also false if the error is not a number.
        f"{name}: largest error {error:.3g}, allowed {allowed:.3g} "
        f"(largest value {largest:.3g})"
    )


def assert_close_l2(ours, reference, tolerance=1e-2, name="gradient"):
    """Fails where the relative L2 error is larger: whole-network gradients."""
    ours, reference = _pair(ours, reference, name)
    error = np.linalg.norm(ours - reference)
    allowed = tolerance * np.linalg.norm(reference) + 1e-9
    assert error <= allowed, (
        f"{name}: L2 error {error:.3g}, allowed {allowed:.3g}"
    )


def _pair(ours, reference, name):
    ours = np.asarray(ours, "float64")
    reference = np.asarray(reference, "float64")
    assert ours.shape == reference.shape, (
        f"{name}: shape {ours.shape}, official {reference.shape}"
    )
    return ours, reference


def _join(prefix, name):
    return prefix if name is None else f"{prefix}/{name}"
