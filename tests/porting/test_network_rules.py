import numpy as np
from keras import ops

from tf_semsynth.layers.spade_normalization import SpadeNormalization
from tf_semsynth.networks.image_encoder import ImageEncoder
from tf_semsynth.networks.patch_discriminator import (
    MultiScalePatchDiscriminator,
)
from tf_semsynth.porting.network_rules import (
    image_encoder_rules,
    patch_discriminator_rules,
    spade_rules,
)


def test_the_encoder_s_flattened_features_are_reordered():
    encoder = ImageEncoder(filters=2, latent_dim=3)
    encoder.build((None, 64, 64, 3))
    rules = {rule.key: rule for rule in image_encoder_rules(encoder)}
    # Official column c * 16 + y * 4 + x weighs feature (y, x, c).
    official = np.arange(3 * 16 * 16, dtype="float32").reshape(3, -1)
    ours = rules["fc_mu.weight"].transform(official)
    features = np.zeros((1, 4, 4, 16), "float32")
    features[0, 2, 1, 5] = 1
    column = 5 * 16 + 2 * 4 + 1
    found = ops.matmul(features.reshape(1, -1), ours)
    np.testing.assert_array_equal(found[0], official[:, column])


def test_batch_statistics_have_rules_and_instance_norm_has_none():
    for normalization, count in (("batch", 8), ("instance", 6)):
        layer = SpadeNormalization(3, 4, normalization=normalization)
        layer.build((None, 4, 4, 5), (None, 4, 4))
        rules = spade_rules("norm", layer)
        assert len(rules) == len(layer.variables) == count


def test_every_variable_of_the_discriminator_has_one_rule():
    discriminator = MultiScalePatchDiscriminator(3, filters=2)
    discriminator.build((None, 32, 32, 3), (None, 32, 32))
    rules = patch_discriminator_rules(discriminator)
    ruled = sorted(rule.variable.path for rule in rules)
    assert ruled == sorted(v.path for v in discriminator.variables)
    assert "discriminator_1.model4.0.bias" in {rule.key for rule in rules}
