"""Reads official PyTorch weight files (`.pth`) without running their code."""

import os

import numpy as np


def read_state(path):
    """Reads a state dictionary from a PyTorch file.

    Both serialisations are read: the zip files of today and the legacy ones
    from before PyTorch 1.6. Only tensors are unpickled, so a file from a
    stranger cannot run code. A `module.` in front of every key (left by data
    parallel training) is taken off.

    Args:
        path: str or path of the file, on a local disk.

    Returns:
        Dict, key -> NumPy array as PyTorch lays it out (bfloat16 as float32).

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: the file holds something else than named tensors.
        ImportError: PyTorch is not installed.
    """
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {path!r}. Expected the path of a PyTorch "
            "weight file, such as `latest_net_G.pth`."
        )
    content = _load(path)
    if not isinstance(content, dict) or not content:
        raise ValueError(
            f"{path!r} holds a {type(content).__name__}, not a dictionary of "
            "named tensors. Save the network's `state_dict()`, not the "
            "network itself."
        )
    torch = _torch()
    for key, value in content.items():
        if not isinstance(value, torch.Tensor):
            raise ValueError(
                f"{path!r} holds more than named tensors: {key!r} is a "
                f"{type(value).__name__}. The first entries are "
                f"{list(content)[:5]}. If the state dictionary is one of "
                "them, save that one alone with `torch.save`."
            )
    state = {key: _array(torch, value) for key, value in content.items()}
    return _without_module(state)


def _load(path):
    torch = _torch()
    import pickle

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(
            f"{path!r} is no file of plain tensors, or is damaged. It was "
            "not opened any further, because such a file can run code. Save "
            "the network's `state_dict()` with `torch.save`."
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


def _array(torch, tensor):
    tensor = tensor.detach().cpu()
    if tensor.dtype == torch.bfloat16:  # NumPy has no such type.
        tensor = tensor.float()
    return np.ascontiguousarray(tensor.numpy())


def _without_module(state):
    if all(key.startswith("module.") for key in state):
        return {key.removeprefix("module."): v for key, v in state.items()}
    return state


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0]
