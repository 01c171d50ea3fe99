"""The hyper-parameters of SPADE."""

import dataclasses

from tf_semsynth.core.config import check_config, option
from tf_semsynth.systems.sizes import check_doublings

NUM_DOUBLINGS = {"normal": 5, "more": 6, "most": 7}


@dataclasses.dataclass(frozen=True)
class Config:
    """SPADE as published (Park et al. 2019, arXiv 1903.07291)."""

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
    generator_type: str = option(
        "spade",
        "Generator: spade, or pix2pixhd (the same repository's baseline).",
        choices=("spade", "pix2pixhd"),
    )
    size: str = option(
        "normal",
        "Generator depth: normal (5 doublings), more (6, for "
        "Cityscapes), most (7).",
        choices=tuple(NUM_DOUBLINGS),
    )
    generator_filters: int = option(
        64, "Channels of the generator's last block (ngf).", minimum=1
    )
    discriminator_filters: int = option(
        64, "Channels of the discriminator's first layer (ndf).", minimum=1
    )
    hidden_filters: int = option(
        128, "Hidden channels of the SPADE layers (nhidden).", minimum=1
    )
    spade_kernel_size: int = option(
        3, "Side of the kernels inside the SPADE layers.", choices=(3, 5)
    )
    spade_normalization: str = option(
        "batch",
        "What SPADE modulates: batch or instance normalised features.",
        choices=("batch", "instance"),
    )
    use_spectral_norm: bool = option(
        True, "Spectral normalisation in the generator."
    )
    resnet_downsamples: int = option(
        4, "Halvings of the pix2pixhd generator.", minimum=1
    )
    resnet_blocks: int = option(
        9, "Residual blocks of the pix2pixhd generator.", minimum=1
    )
    resnet_kernel_size: int = option(
        3, "Side of the kernels in its residual blocks.", choices=(3, 5, 7)
    )
    resnet_initial_kernel_size: int = option(
        7, "Side of its first kernel.", choices=(3, 5, 7)
    )
    use_encoder: bool = option(
        False,
        "Start from a vector that an image encoder learns (VAE), "
        "not from the layout.",
    )
    latent_dim: int = option(256, "Length of that vector (z_dim).", minimum=1)
    discriminator_scales: int = option(
        2, "Patch discriminators, each at half the size (num_D).", minimum=1
    )
    discriminator_layers: int = option(
        4, "Layers of each before its score (n_layers_D).", minimum=1
    )
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
        if self.generator_type == "spade":
            check_doublings(self, NUM_DOUBLINGS[self.size])
            return
        check_doublings(self, self.resnet_downsamples)
        if self.use_encoder:
            raise ValueError(
                "The pix2pixhd generator has no latent vector. Received: "
                "use_encoder=True. Set --nouse_encoder, or "
                "--generator_type=spade."
            )

    @classmethod
    def tiny(cls, **overrides):
        """A configuration that two CPU cores train in seconds, for tests."""
        sizes = dict(
            num_classes=8,
            image_height=32,
            image_width=32,
            generator_filters=4,
            discriminator_filters=4,
            hidden_filters=4,
            latent_dim=8,
            lambda_vgg=0.0,
        )
        return cls(**{**sizes, **overrides})
