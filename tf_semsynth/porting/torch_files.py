"""Reads official PyTorch weight files (`.pth`) without running their code."""

import os

import numpy as np

from tf_semsynth.porting import network_state
from tf_semsynth.porting.spectral import with_common_keys

_COUNTERS = "num_batches_tracked"  # Whole numbers, which nothing reads.


def read_state(path, own_keys=(), report=lambda words: None):
    """Reads a state dictionary from a PyTorch file.

    Both serialisations are read: the zip files of today and the legacy ones
    from before PyTorch 1.6. Only tensors are unpickled, so a file from a
    stranger cannot run code. Dictionaries within become dotted keys, and
    what is no tensor is left out; see `network_state.py`.

    Args:
        path: str or path of the file, on a local disk.
        own_keys: keys of the network that is wanted. Where they follow a
            prefix (`module.`, `state_dict.netG.`), the entries under it are
            taken; without such keys, all there are.
        report: function of one str, told what was taken off or rounded.

    Returns:
        Dict, key -> NumPy array as PyTorch lays it out, float32 (counters of
        steps: int64).

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: the file holds no named tensors, or the network several
            times.
        ImportError: PyTorch is not installed.
    """
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {path!r}. Expected the path of a PyTorch "
            "weight file, such as `latest_net_G.pth`."
        )
    try:
        found = _take(_load(path), own_keys, report)
        return _as_arrays(found, report)
    except ValueError as error:
        raise ValueError(f"{path!r}: {error}") from error


def _take(content, own_keys, report):
    """The tensors of one network."""
    torch = _torch()
    if not isinstance(content, dict | list | tuple) or not content:
        raise ValueError(
            f"holds a {type(content).__name__}, not a dictionary of named "
            "tensors. Save the network's `state_dict()`, not the network "
            "itself."
        )
    entries = network_state.flatten(content)
    tensors = {k: v for k, v in entries.items() if torch.is_tensor(v)}
    if not tensors:
        raise ValueError(
            f"holds no tensors. Its first entries are {list(entries)[:5]}. "
            "Save the network's `state_dict()` with `torch.save`."
        )
    common = with_common_keys(tensors)
    if set(common) != set(tensors):
        report("spectral norm as a parametrization (renamed)")
    prefix = network_state.find_prefix(common, own_keys)
    if prefix:
        report(f"`{prefix}` before its keys (taken off)")
    state = {
        key.removeprefix(prefix): value
        for key, value in common.items()
        if key.startswith(prefix)
    }
    left_out = len(entries) - len(state)
    if left_out:
        others = [k for k in entries if k not in tensors]
        others += [k for k in common if not k.startswith(prefix)]
        depth = max(1, prefix.count("."))
        parts = (".".join(key.split(".")[:depth]) for key in others)
        names = list(dict.fromkeys(parts))
        report(f"{left_out} other entries left out ({', '.join(names[:5])})")
    return state


def _as_arrays(tensors, report):
    torch = _torch()
    arrays, rounded = {}, {}
    for key, tensor in tensors.items():
        tensor = tensor.detach()
        is_plain = tensor.layout == torch.strided and not tensor.is_quantized
        if tensor.is_meta or tensor.is_complex() or not is_plain:
            raise ValueError(
                f"`{key}` is a tensor of {tensor.dtype}, {tensor.layout}, on "
                f"{tensor.device}. Expected plain real numbers."
            )
        is_counter = key.endswith(_COUNTERS) and not tensor.is_floating_point()
        if tensor.dtype != torch.float32 and not is_counter:
            kind = str(tensor.dtype).removeprefix("torch.")
            rounded.setdefault(kind, []).append(key)
            tensor = tensor.to(torch.float32)
        arrays[key] = np.ascontiguousarray(tensor.cpu().numpy())
    for kind, keys in rounded.items():
        more = f" and {len(keys) - 1} more are" if len(keys) > 1 else " is"
        report(f"`{keys[0]}`{more} {kind}, rounded to float32")
    return arrays


def _load(path):
    torch = _torch()
    import pickle

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(
            "is no file of plain tensors, or is damaged. It was not opened "
            "any further, because such a file can run code. Save the "
            "network's `state_dict()`; if you trust the file: "
            "torch.save(torch.load(file, weights_only=False).state_dict(), "
            "'state.pth'), or of the dictionary in it that is the state."
        ) from error
    except (RuntimeError, EOFError, OSError, KeyError, ValueError) as error:
        raise OSError(
            f"{path!r} cannot be read as a PyTorch file; it may be cut off "
            f"or something else. PyTorch says: {_first_line(error)}"
        ) from error


def _torch():
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            "Reading PyTorch files needs PyTorch, which is not installed. "
            'Install it with: pip install "tf_semsynth[convert]"'
        ) from error
    return torch


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]
