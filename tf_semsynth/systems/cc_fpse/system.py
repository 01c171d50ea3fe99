"""CC-FPSE: its networks, losses and the order of their updates."""

import keras
from keras import ops

from tf_semsynth.losses.feature_matching import feature_matching
from tf_semsynth.networks.image_encoder import ImageEncoder
from tf_semsynth.porting.network_rules import image_encoder_rules
from tf_semsynth.systems.adversarial import AdversarialSystem
from tf_semsynth.systems.cc_fpse import official_keys, official_sizes
from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.discriminator import PyramidDiscriminator
from tf_semsynth.systems.cc_fpse.generator import Generator


@keras.saving.register_keras_serializable(package="tf_semsynth.cc_fpse")
class CCFPSE(AdversarialSystem):
    """Layout-to-image synthesis with predicted convolutions.

    Liu et al., "Learning to Predict Layout-to-image Conditional Convolutions
    for Semantic Image Synthesis", NeurIPS 2019,
    https://arxiv.org/abs/1910.06809.
    """

    config_class = Config
    UNUSED_OFFICIAL_KEYS = official_keys.UNUSED_OFFICIAL_KEYS
    # The hinge loss moves all fake scores down and all real ones up alike
    # as long as every score is within its margin.
    WEIGHTS_WITHOUT_GRADIENT = ("discriminator/tf/bias",)

    def build_networks(self):
        config, policy = self.config, self.dtype_policy
        self.generator = Generator(config, dtype=policy, name="generator")
        self.generator.build()
        self.discriminator = PyramidDiscriminator(
            config.num_classes,
            config.discriminator_filters,
            dtype=policy,
            name="discriminator",
        )
        size = (config.image_height, config.image_width)
        edges = (None, *size, 1) if config.use_edges else None
        self.discriminator.build((None, *size, 3), (None, *size), edges)
        if config.use_encoder:
            self.encoder = ImageEncoder(
                config.generator_filters,
                config.latent_dim,
                dtype=policy,
                name="encoder",
            )
            self.encoder.build((None, *size, 3))

    def official_rules(self, network_name):
        rules = {
            "generator": official_keys.generator_rules,
            "discriminator": official_keys.discriminator_rules,
            "encoder": image_encoder_rules,
        }
        return rules[network_name](self.networks[network_name])

    @classmethod
    def infer_fields(cls, states, given):
        return official_sizes.infer_fields(states, given)

    def discriminate(self, images, layout, training):
        return self.discriminator(
            ops.concatenate(images, axis=0),
            layout["class_ids"],
            layout.get("edges"),
            training=training,
        )

    def feature_matching(self, fake_features, real_features):
        # The mean over the four maps (specification, section 3).
        return feature_matching(fake_features, real_features) / len(
            fake_features
        )
