"""Weights for `Lpips`: its trunk and its heads, published or from files."""

import numpy as np

from tf_semsynth.backbones.lpips import TRUNKS, Lpips
from tf_semsynth.backbones.weight_files import (
    PublishedFile,
    find_file,
    fingerprint,
    load_file,
    read_arrays,
)
from tf_semsynth.porting.layer_rules import conv_rules
from tf_semsynth.porting.rules import Rule, apply_rules

_TORCHVISION = "https://download.pytorch.org/models/"
_LPIPS = (
    "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/"
    "082bb24f84c091ea94de2867d34c4544f68e0963/lpips/weights/v0.1/"
)


def _trunk_file(what, name, sha256):
    return PublishedFile(
        what=f"the weights of torchvision's {what}",
        name=name,
        url=_TORCHVISION + name,
        sha256=sha256,
        flag="--lpips_trunk",
    )


def _heads_file(trunk, sha256):
    return PublishedFile(
        what=f"the heads of LPIPS 0.1 for the trunk {trunk!r}",
        name=f"lpips_v0.1_{trunk}.pth",
        url=f"{_LPIPS}{trunk}.pth",
        sha256=sha256,
        flag="--lpips_heads",
    )


LPIPS_TRUNKS = {
    "alex": _trunk_file(
        "AlexNet",
        "alexnet-owt-7be5be79.pth",
        "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
    ),
    "vgg": _trunk_file(
        "VGG-16",
        "vgg16-397923af.pth",
        "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
    ),
    "squeeze": _trunk_file(
        "SqueezeNet 1.1",
        "squeezenet1_1-b8a52dc0.pth",
        "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
    ),
}
LPIPS_HEADS = {
    "alex": _heads_file(
        "alex",
        "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
    ),
    "vgg": _heads_file(
        "vgg",
        "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
    ),
    "squeeze": _heads_file(
        "squeeze",
        "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76",
    ),
}
# The published heads again, by their values: `fingerprint` of lin0, lin1, ...
HEADS_FINGERPRINTS = {
    "alex": "f3e6b8e0db8a34f5",
    "vgg": "1e12fddcec0ba767",
    "squeeze": "6b5c58d96250f32f",
}


def load_lpips(trunk="alex", trunk_path=None, heads_path=None):
    """Returns LPIPS with weights; never a random network.

    Args:
        trunk: str, "alex", "vgg" or "squeeze".
        trunk_path: path of the trunk's weights, or None to download
            torchvision's once (244, 553 or 5 MB). `.pth`: torchvision's file
            (needs PyTorch, extra `[convert]`); `.npz`: arrays under the same
            keys (`features.0.weight`, PyTorch's layout); `.weights.h5` or
            `.keras`: as Keras saved `Lpips(...).trunk`.
        heads_path: path of the linear heads, or None to download those of
            version 0.1 once (11 kB at most). `.pth` with the keys
            `lin0.model.1.weight`, ..., or `.npz` with these, with `lin0`,
            ..., or with `alex/lin0`, ... for several trunks.

    Returns:
        A built, frozen `Lpips`. Its `fingerprint` tells weights apart; it is
        `official` exactly if the trunk's file is the published one and the
        heads' file or their values are.

    Raises:
        OSError: a file is missing or cannot be read, or a download failed.
        ValueError: another trunk, or a file that holds something else.
        ImportError: a `.pth` file without PyTorch.
    """
    network = Lpips(trunk, name=f"lpips_{trunk}", dtype="float32")
    network.build((None, None, None, 3))
    trunk_file, heads_file = LPIPS_TRUNKS[trunk], LPIPS_HEADS[trunk]
    trunk_path, official_trunk = find_file(trunk_file, trunk_path)
    heads_path, official_heads = find_file(heads_file, heads_path)
    load_file(
        network.trunk,
        trunk_path,
        lambda state: load_trunk_state(network.trunk, state),
        trunk_file.what,
    )
    load_heads_state(network, read_arrays(heads_path, heads_file.what))
    known = HEADS_FINGERPRINTS[trunk] == fingerprint(network.heads)
    network.official = official_trunk and (official_heads or known)
    network.fingerprint = fingerprint(network.weights)
    return network


def load_trunk_state(trunk, state):
    """Loads arrays under torchvision's keys into a built trunk.

    Args:
        trunk: the `trunk` of a built `Lpips`.
        state: dict, key -> array in PyTorch's layout, with or without the
            classifier.

    Raises:
        ValueError: keys or shapes do not fit.
    """
    rules = []
    for prefix, conv in trunk.convs.items():
        rules += conv_rules(prefix, conv)
    apply_rules(
        rules, state, ("classifier.*",), trunk.weights, f"trunk {trunk.name!r}"
    )


def load_heads_state(network, state):
    """Loads the linear heads into a built `Lpips`.

    Args:
        network: built `Lpips`.
        state: dict, `lin0`, `alex/lin0` or `lin0.model.1.weight` -> array
            with one value, at least 0, per channel.

    Raises:
        ValueError: keys or shapes do not fit, or a value is below 0.
    """
    name = network.trunk_name
    prefix = f"{name}/" if f"{name}/lin0" in state else ""
    is_published = any(key.endswith("lin0.model.1.weight") for key in state)
    suffix = ".model.1.weight" if is_published else ""
    rules = [
        Rule(f"{prefix}lin{index}{suffix}", head, _as_vector)
        for index, head in enumerate(network.heads)
    ]
    others = ("meta", "shift", "scale", *(f"{t}/*" for t in TRUNKS))
    apply_rules(rules, state, others, network.heads, f"LPIPS {name!r}")


def _as_vector(weight):
    vector = np.asarray(weight).reshape(-1)
    if vector.min(initial=0) < 0:
        raise ValueError(
            "the weights of a distance are at least 0, and the smallest is "
            f"{vector.min()}"
        )
    return vector
