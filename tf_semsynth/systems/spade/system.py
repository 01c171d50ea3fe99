"""SPADE: its networks, losses and the order of their updates."""

import keras
from keras import ops

from tf_semsynth.networks.patch_discriminator import (
    MultiScalePatchDiscriminator,
)
from tf_semsynth.porting.network_rules import (
    image_encoder_rules,
    patch_discriminator_rules,
)
from tf_semsynth.systems.adversarial import AdversarialSystem
from tf_semsynth.systems.spade import official_keys, official_sizes
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.generator import Generator
from tf_semsynth.systems.spade.pix2pixhd_generator import Pix2PixHDGenerator


@keras.saving.register_keras_serializable(package="tf_semsynth.spade")
class SPADE(AdversarialSystem):
    """Layout-to-image synthesis by spatially-adaptive normalisation.

    Park et al., "Semantic Image Synthesis with Spatially-Adaptive
    Normalization", CVPR 2019, https://arxiv.org/abs/1903.07291.
    """

    config_class = Config
    OFFICIAL_SIGNS = official_sizes.SIGNS
    # The hinge loss moves all fake scores down and all real ones up alike
    # as long as every score is within its margin.
    WEIGHTS_WITHOUT_GRADIENT = ("discriminator/*/score/bias",)

    def make_generator(self):
        make = {"spade": Generator, "pix2pixhd": Pix2PixHDGenerator}
        return make[self.config.generator_type](
            self.config, dtype=self.dtype_policy, name="generator"
        )

    def make_discriminator(self):
        return MultiScalePatchDiscriminator(
            self.config.num_classes,
            self.config.discriminator_filters,
            self.config.discriminator_layers,
            self.config.discriminator_scales,
            dtype=self.dtype_policy,
            name="discriminator",
        )

    def official_rules(self, network_name):
        generator_rules = official_keys.generator_rules
        if self.config.generator_type == "pix2pixhd":
            generator_rules = official_keys.pix2pixhd_rules
        rules = {
            "generator": generator_rules,
            "discriminator": patch_discriminator_rules,
            "encoder": image_encoder_rules,
        }
        return rules[network_name](self.networks[network_name])

    @classmethod
    def infer_fields(cls, states, given):
        return official_sizes.infer_fields(states, given)

    def discriminate(self, images, layout, training):
        copies = len(images)
        layout = {
            name: ops.concatenate([tensor] * copies, axis=0)
            for name, tensor in layout.items()
        }
        return self.discriminator(
            ops.concatenate(images, axis=0),
            layout["class_ids"],
            layout.get("edges"),
            training=training,
        )
