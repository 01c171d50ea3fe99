"""Finds one network's tensors in what somebody saved.

PyTorch users save networks alone (`fc.weight`), wrapped (`module.fc.weight`,
`_orig_mod.fc.weight`), as parts of something larger (`netG.fc.weight`), and in
dictionaries of dictionaries. One rule reads them all: nested dictionaries are
written as dotted keys, and the network lies under the prefix after which its
own keys follow.
"""

_WRAPPERS = ("module.", "_orig_mod.")  # Of PyTorch itself.


def flatten(content):
    """Writes nested dictionaries and lists as one.

    Args:
        content: dict, list or tuple of anything, nested.

    Returns:
        dict, dotted key -> what is no dict, list or tuple.

    Raises:
        ValueError: two things have one key.
    """
    flat = {}
    _flatten(content, "", flat)
    return flat


def find_prefix(state, own_keys):
    """Finds what stands before a network's keys.

    Args:
        state: dict, dotted key -> tensor.
        own_keys: keys that the network has; some may be missing. Where none
            is known, only PyTorch's wrappers of all keys are found.

    Returns:
        str, such as `"module."`; empty where there is none, or where the
        network is not there.

    Raises:
        ValueError: the network is there several times.
    """
    own_keys = set(own_keys)
    if not own_keys:
        return _find_wrappers(state)
    found = {}
    for key in state:
        start = 0
        while start >= 0:
            if key[start:] in own_keys:
                prefix = key[:start]
                found[prefix] = found.get(prefix, 0) + 1
            start = key.find(".", start) + 1 or -1
    # A few equal keys elsewhere, such as another network's `fc.weight`, are
    # no network.
    enough = max(found.values(), default=0) / 2
    prefixes = sorted(p for p, count in found.items() if count > enough)
    if len(prefixes) > 1:
        listing = ", ".join(f"`{p}`" if p else "no prefix" for p in prefixes)
        raise ValueError(
            f"the network is there {len(prefixes)} times, under {listing}. "
            "Save the one that you mean alone, with `torch.save`."
        )
    return prefixes[0] if prefixes else ""


def take_network(state, own_keys):
    """The entries under `find_prefix`, without the prefix.

    Raises:
        ValueError: as `find_prefix`.
    """
    prefix = find_prefix(state, own_keys)
    return {
        key.removeprefix(prefix): value
        for key, value in state.items()
        if key.startswith(prefix)
    }


def _find_wrappers(state):
    prefix = ""
    while state:
        for wrapper in _WRAPPERS:
            if all(key.startswith(prefix + wrapper) for key in state):
                prefix += wrapper
                break
        else:
            break
    return prefix


def _flatten(content, key, flat):
    if isinstance(content, dict):
        entries = content.items()
    elif isinstance(content, list | tuple):
        entries = enumerate(content)
    elif key in flat:
        raise ValueError(f"two entries have the key `{key}`.")
    else:
        flat[key] = content
        return
    for name, value in entries:
        _flatten(value, f"{key}.{name}" if key else str(name), flat)
