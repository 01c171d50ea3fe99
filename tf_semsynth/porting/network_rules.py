"""Rules of the networks and parts that several systems share."""

from tf_semsynth.porting.layer_rules import (
    batch_norm_rules,
    conv_rules,
    dense_rules,
    spectral_rules,
)
from tf_semsynth.porting.transforms import chw_columns, chw_rows


def start_rules(generator):
    """Rules of a generator's first layer, `fc`.

    A linear layer's output is reshaped channel first in the official code,
    channel last in ours.
    """
    start = generator.start
    if len(start.kernel.shape) == 4:
        return conv_rules("fc", start)
    height, width = generator.start_height, generator.start_width
    channels = start.kernel.shape[-1] // (height * width)
    return dense_rules("fc", start, outputs=chw_rows(channels, height, width))


def spade_rules(prefix, layer):
    """Rules of a `SpadeNormalization`."""
    rules = [
        *conv_rules(f"{prefix}.mlp_shared.0", layer.shared),
        *conv_rules(f"{prefix}.mlp_gamma", layer.gamma),
        *conv_rules(f"{prefix}.mlp_beta", layer.beta),
    ]
    if hasattr(layer.normalize, "moving_mean"):
        key = f"{prefix}.param_free_norm"
        rules += batch_norm_rules(key, layer.normalize)
    return rules


def image_encoder_rules(encoder):
    """Rules of the `ImageEncoder`."""
    rules = []
    for wrapper in encoder.convolutions:
        rules += spectral_rules(f"{wrapper.name}.0", wrapper)
    channels = encoder.convolutions[-1].layer.filters
    flat = encoder.mean.kernel.shape[0]
    side = int((flat // channels) ** 0.5)
    columns = chw_columns(channels, side, side)
    rules += dense_rules("fc_mu", encoder.mean, inputs=columns)
    return rules + dense_rules("fc_var", encoder.log_variance, inputs=columns)


def patch_discriminator_rules(discriminator):
    """Rules of the `MultiScalePatchDiscriminator`."""
    rules = []
    for scale in discriminator.scales:
        rules += conv_rules(f"{scale.name}.model0.0", scale.first)
        for index, wrapper in enumerate(scale.middle, 1):
            rules += spectral_rules(f"{scale.name}.model{index}.0.0", wrapper)
        last = len(scale.middle) + 1
        rules += conv_rules(f"{scale.name}.model{last}.0", scale.score)
    return rules
