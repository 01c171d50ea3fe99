"""The hyper-parameters of SPADE."""

import dataclasses

from tf_semsynth.core.config import option
from tf_semsynth.networks.block_plan import GENERATOR_SIZES, num_doublings
from tf_semsynth.systems.adversarial_config import AdversarialConfig
from tf_semsynth.systems.sizes import check_doublings


@dataclasses.dataclass(frozen=True)
class Config(AdversarialConfig):
    """SPADE as published (Park et al. 2019, arXiv 1903.07291)."""

    generator_type: str = option(
        "spade",
        "Generator: spade, or pix2pixhd (the same repository's baseline).",
        choices=("spade", "pix2pixhd"),
    )
    size: str = option(
        "normal",
        "Generator depth: normal (5 doublings), more (6, for "
        "Cityscapes), most (7).",
        choices=GENERATOR_SIZES,
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
    discriminator_scales: int = option(
        2, "Patch discriminators, each at half the size (num_D).", minimum=1
    )
    discriminator_layers: int = option(
        4, "Layers of each before its score (n_layers_D).", minimum=1
    )

    def __post_init__(self):
        super().__post_init__()
        if self.generator_type == "spade":
            check_doublings(self, num_doublings(self.size))
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
