"""Where each tensor of the authors' SPADE files goes."""

from tf_semsynth.porting.layer_rules import (
    conv_rules,
    conv_transpose_rules,
    spectral_rules,
)
from tf_semsynth.porting.network_rules import spade_rules, start_rules

_OFFICIAL_BLOCKS = {"middle_0": "G_middle_0", "middle_1": "G_middle_1"}


def generator_rules(generator):
    """Rules of the SPADE generator, all sizes, with and without encoder."""
    rules = start_rules(generator)
    for block in generator.blocks:
        prefix = _OFFICIAL_BLOCKS.get(block.name, block.name)
        rules += block_rules(block, f"{prefix}.")
    return rules + conv_rules("conv_img", generator.to_image)


def block_rules(block, prefix=""):
    """Rules of one SPADE residual block."""
    rules = convolution_rules(f"{prefix}conv_0", block.conv_0)
    rules += convolution_rules(f"{prefix}conv_1", block.conv_1)
    rules += spade_rules(f"{prefix}norm_0", block.norm_0)
    rules += spade_rules(f"{prefix}norm_1", block.norm_1)
    if block.shortcut is not None:
        rules += convolution_rules(f"{prefix}conv_s", block.shortcut)
        rules += spade_rules(f"{prefix}norm_s", block.norm_shortcut)
    return rules


def pix2pixhd_rules(generator):
    """Rules of the pix2pixHD generator; keys count the official modules."""
    # Reflection padding, convolution, norm, ReLU; then pairs of convolution
    # and activation, the residual blocks, and pairs again.
    rules = convolution_rules("model.1.0", generator.first)
    index = 3
    for layer in generator.down:
        rules += convolution_rules(f"model.{index}.0", layer)
        index += 2
    for number, layer in enumerate(generator.residual):
        part = 1 if number % 2 == 0 else 4
        key = f"model.{index + number // 2}.conv_block.{part}.0"
        rules += convolution_rules(key, layer)
    index += len(generator.residual) // 2
    for layer in generator.up:
        rules += convolution_rules(f"model.{index}.0", layer)
        index += 2
    return rules + conv_rules(f"model.{index + 1}", generator.to_image)


def convolution_rules(prefix, layer):
    """Rules of a convolution with or without spectral normalisation."""
    if hasattr(layer, "vector_u"):
        return spectral_rules(prefix, layer)
    if type(layer).__name__ == "Conv2DTranspose":
        return conv_transpose_rules(prefix, layer)
    return conv_rules(prefix, layer)
