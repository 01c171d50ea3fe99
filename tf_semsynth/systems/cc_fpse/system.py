"""CC-FPSE: its networks, losses and the order of their updates."""

import keras
from keras import ops

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
    OFFICIAL_SIGNS = official_sizes.SIGNS
    UNUSED_OFFICIAL_KEYS = official_keys.UNUSED_OFFICIAL_KEYS
    # The hinge loss moves all fake scores down and all real ones up alike
    # as long as every score is within its margin.
    WEIGHTS_WITHOUT_GRADIENT = ("discriminator/tf/bias",)

    def make_generator(self):
        return Generator(self.config, dtype=self.dtype_policy, name="generator")

    def make_discriminator(self):
        return PyramidDiscriminator(
            self.config.num_classes,
            self.config.discriminator_filters,
            dtype=self.dtype_policy,
            name="discriminator",
        )

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
