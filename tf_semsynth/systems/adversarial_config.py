"""The hyper-parameters that all systems of the SPADE family have."""

import dataclasses

from tf_semsynth.core.config import check_config, option


@dataclasses.dataclass(frozen=True)
class AdversarialConfig:
    """What `AdversarialSystem` reads, with the values of SPADE's code."""

    num_classes: int = option(
        151, "Classes of the layout, the unknown one counted.", minimum=1
    )
    use_edges: bool = option(
        False, "Feed instance borders as one more layout channel."
    )
    image_height: int = option(
        256, "Height of the picture in pixels.", minimum=32
    )
    image_width: int = option(
        256, "Width of the picture in pixels.", minimum=32
    )
    generator_filters: int = option(
        64, "Channels of the generator's last block (ngf).", minimum=1
    )
    discriminator_filters: int = option(
        64, "Channels of the discriminator's first layer (ndf).", minimum=1
    )
    use_encoder: bool = option(
        False,
        "Start from a vector that an image encoder learns (VAE), "
        "not from the layout.",
    )
    latent_dim: int = option(256, "Length of that vector (z_dim).", minimum=1)
    gan_mode: str = option(
        "hinge", "Adversarial loss.", choices=("hinge", "ls", "original", "w")
    )
    lambda_feature_matching: float = option(
        10.0, "Weight of feature matching; 0 switches it off.", minimum=0
    )
    lambda_vgg: float = option(
        10.0,
        "Weight of the perceptual loss on VGG-19; 0 needs no VGG weights.",
        minimum=0,
    )
    lambda_kl: float = option(
        0.05,
        "Weight of the KL divergence of the encoder's posterior.",
        minimum=0,
    )
    lambda_l1: float = option(
        0.0,
        "Weight of the mean absolute difference to the real picture (ours).",
        minimum=0,
    )
    kl_batch_size: int | None = option(
        None,
        "The official code sums the KL over its batch: pictures per "
        "GPU there; default the global batch.",
        minimum=1,
    )
    generator_learning_rate: float = option(
        1e-4,
        "Adam's rate for generator and encoder (TTUR: half of 2e-4).",
        minimum=0,
    )
    discriminator_learning_rate: float = option(
        4e-4,
        "Adam's rate for the discriminator (TTUR: double of 2e-4).",
        minimum=0,
    )
    beta_1: float = option(
        0.0, "Adam's first decay; 0.5 without TTUR.", minimum=0
    )
    beta_2: float = option(
        0.9, "Adam's second decay; 0.999 without TTUR.", minimum=0
    )
    constant_epochs: int = option(
        50, "Epochs at the full learning rate (niter).", minimum=0
    )
    decay_epochs: int = option(
        0,
        "Epochs over which the rate then falls linearly to zero (niter_decay).",
        minimum=0,
    )

    def __post_init__(self):
        check_config(self)
