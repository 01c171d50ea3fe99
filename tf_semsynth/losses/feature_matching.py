"""Feature matching: what the discriminator sees should be alike."""

import keras
from keras import ops

from tf_semsynth.losses.l1 import mean_absolute


def feature_matching(fake_features, real_features):
    """Returns the summed differences of a discriminator's features.

    No gradient flows to the real ones. The publications divide this sum
    differently (CC-FPSE by the number of features, SPADE by the number of
    discriminators), so systems divide it.

    Args:
        fake_features: list of float tensors, or nested lists of them (one
            per discriminator), of synthesized pictures.
        real_features: the same structure, of the real pictures.

    Returns:
        float32 scalar: the sum over the features of the mean of
        |fake - real|.

    Raises:
        ValueError: the two structures differ, or hold nothing.
    """
    keras.tree.assert_same_structure(fake_features, real_features)
    pairs = zip(
        keras.tree.flatten(fake_features),
        keras.tree.flatten(real_features),
        strict=True,
    )
    terms = [mean_absolute(f, ops.stop_gradient(r)) for f, r in pairs]
    if not terms:
        raise ValueError(
            "`fake_features` must hold at least one feature map. Received: "
            f"{fake_features!r}"
        )
    return sum(terms)
