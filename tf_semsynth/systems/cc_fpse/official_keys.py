"""Where each tensor of the authors' CC-FPSE files goes."""

from tf_semsynth.porting.layer_rules import (
    batch_norm_rules,
    conv_rules,
    spectral_rules,
)
from tf_semsynth.porting.network_rules import spade_rules, start_rules
from tf_semsynth.porting.transforms import tap_major

# Batch norms that the official code owns and never calls.
UNUSED_OFFICIAL_KEYS = (
    "*.norm_0.*",
    "*.conv_0.norm_layer.*",
    "*.conv_2.norm_layer.*",
)
_OFFICIAL_BLOCKS = {"middle_0": "G_middle_0", "middle_1": "G_middle_1"}
_OFFICIAL_HEADS = {
    "kernels_1": "gen_weights1",
    "kernels_2": "gen_weights2",
    "gate_1": "gen_se_weights1",
    "gate_2": "gen_se_weights2",
}


def generator_rules(generator):
    """Rules of the CC generator, both sizes, with and without encoder."""
    rules = start_rules(generator)
    rules += pyramid_rules(generator.pyramid)
    for block in generator.blocks:
        prefix = _OFFICIAL_BLOCKS.get(block.name, block.name)
        rules += block_rules(block, f"{prefix}.")
    return rules + conv_rules("conv_img", generator.to_image)


def pyramid_rules(pyramid):
    """Rules of the layout encoder and decoder."""
    rules = []
    for name, layers in (
        ("labelenc", pyramid.encoder),
        ("labellat", pyramid.lateral),
        ("labeldec", pyramid.decoder),
    ):
        for index, layer in enumerate(layers, 1):
            prefix = f"{name}{index}.0"
            rules += spectral_rules(f"{prefix}.0", layer.convolution)
            rules += batch_norm_rules(f"{prefix}.1", layer.normalize)
    return rules


def block_rules(block, prefix=""):
    """Rules of one conditional convolution block."""
    rules = []
    for name, official in _OFFICIAL_HEADS.items():
        hidden, head = block.hidden_layers[name], block.heads[name]
        key = f"{prefix}{official}"
        rules += conv_rules(f"{key}.0", hidden)
        if name.startswith("kernels"):
            rules += conv_rules(f"{key}.2", head, outputs=tap_major)
        else:
            rules += conv_rules(f"{key}.2", head)
    rules += batch_norm_rules(f"{prefix}norm_1", block.norm_1)
    rules += conv_rules(f"{prefix}conv_1", block.conv_1)
    rules += batch_norm_rules(f"{prefix}norm_2", block.norm_2)
    rules += conv_rules(f"{prefix}conv_3", block.conv_2)
    if block.shortcut is not None:
        rules += spectral_rules(f"{prefix}conv_s", block.shortcut)
        rules += spade_rules(f"{prefix}norm_s", block.norm_shortcut)
    return rules


def discriminator_rules(discriminator):
    """Rules of the FPSE discriminator."""
    rules = []
    for wrapper in (
        *discriminator.bottom_up,
        *discriminator.lateral,
        *discriminator.final,
    ):
        rules += spectral_rules(f"{wrapper.name}.0.0", wrapper)
    rules += conv_rules("tf", discriminator.realism)
    rules += conv_rules("seg", discriminator.projection)
    return rules + conv_rules("embedding", discriminator.embedding)
