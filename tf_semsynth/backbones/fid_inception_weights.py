"""Weights for `FidInception`: the published ones, or from a file."""

from tf_semsynth.backbones.fid_inception import FidInception
from tf_semsynth.backbones.weight_files import (
    PublishedFile,
    find_file,
    fingerprint,
    load_file,
)
from tf_semsynth.porting.layer_rules import (
    batch_norm_rules,
    conv_rules,
    dense_rules,
)
from tf_semsynth.porting.rules import apply_rules

# The graph of 2015-12-05 as pytorch-fid converted it; torch-fidelity ships
# the same bytes as weights-inception-2015-12-05-6726825d.pth.
FID_INCEPTION = PublishedFile(
    what="the weights of the FID Inception",
    name="pt_inception-2015-12-05-6726825d.pth",
    url=(
        "https://github.com/mseitzer/pytorch-fid/releases/download/"
        "fid_weights/pt_inception-2015-12-05-6726825d.pth"
    ),
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    flag="--fid_weights",
)


def load_fid_inception(path=None):
    """Returns the FID Inception with weights; never a random network.

    Args:
        path: path of a weight file, or None to download the published one
            once (96 MB). `.pth`: pytorch-fid's or torch-fidelity's file
            (needs PyTorch, extra `[convert]`); `.npz`: arrays under the same
            keys (`Conv2d_1a_3x3.conv.weight`, PyTorch's layout);
            `.weights.h5` or `.keras`: as Keras saved a `FidInception`.

    Returns:
        A built, frozen `FidInception`. Its `fingerprint` tells weights
        apart; it is `official` exactly if the file is the published one. A
        Frechet distance from a network that is not must not be called FID.

    Raises:
        OSError: the file is missing or cannot be read, or the download
            failed.
        ValueError: the file holds something else.
        ImportError: a `.pth` file without PyTorch.
    """
    path, official = find_file(FID_INCEPTION, path)
    network = FidInception(name="fid_inception", dtype="float32")
    network.build((None, None, None, 3))
    load_file(
        network,
        path,
        lambda state: load_fid_state(network, state),
        FID_INCEPTION.what,
    )
    network.fingerprint = fingerprint(network.weights)
    network.official = official
    return network


def load_fid_state(network, state):
    """Loads arrays under pytorch-fid's keys.

    Args:
        network: built `FidInception`.
        state: dict, key -> array in PyTorch's layout.

    Raises:
        ValueError: keys or shapes do not fit.
    """
    rules = []
    for prefix, unit in network.units.items():
        rules += conv_rules(f"{prefix}.conv", unit)
        rules += batch_norm_rules(f"{prefix}.bn", unit)
    rules += dense_rules("fc", network.fc)
    apply_rules(rules, state, variables=network.weights, name="FID Inception")
