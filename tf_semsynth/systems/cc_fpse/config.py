"""The hyper-parameters of CC-FPSE."""

import dataclasses

from tf_semsynth.core.config import option
from tf_semsynth.networks.block_plan import num_doublings
from tf_semsynth.systems.adversarial_config import AdversarialConfig
from tf_semsynth.systems.sizes import check_doublings


@dataclasses.dataclass(frozen=True)
class Config(AdversarialConfig):
    """CC-FPSE as published (Liu et al. 2019, arXiv 1910.06809)."""

    size: str = option(
        "normal",
        "Generator depth: normal, or more (one level deeper, for Cityscapes).",
        choices=("normal", "more"),
    )
    hidden_filters: int = option(
        128, "Hidden channels of the weight prediction heads.", minimum=1
    )
    use_encoder: bool = option(
        True,
        "Start from a vector that an image encoder learns (VAE), "
        "not from the layout.",
    )
    lambda_feature_matching: float = option(
        20.0,
        "Weight of feature matching; the published script uses 20, "
        "the code's default is 10.",
        minimum=0,
    )

    def __post_init__(self):
        super().__post_init__()
        check_doublings(self, num_doublings(self.size))

    def check_training(self):
        """Checks what binds training alone: the discriminator.

        Raises:
            ValueError: The pictures are too small for it.
        """
        if min(self.image_height, self.image_width) < 64:
            raise ValueError(
                "CC-FPSE can be trained on pictures of at least 64 pixels a "
                "side, because its discriminator halves the picture 5 times "
                "and normalises what is left. "
                f"Received: {self.image_height} x {self.image_width}. Try "
                "--image_height=64 --image_width=64. (A generator that is "
                "converted, synthesizes and is exported may be smaller.)"
            )

    def advice(self, precision):
        """Warnings about a training with these settings, in words."""
        if self.lambda_vgg or self.lambda_l1:
            return []
        return [
            "Warning: CC-FPSE is about to be trained with neither "
            "--lambda_vgg nor --lambda_l1. Its discriminator normalises the "
            "contrast of a picture away and cannot see it, so the pictures "
            "will have the right structure in uniform grey. Add "
            "--lambda_l1=10, or VGG weights and --lambda_vgg=10."
        ]

    @classmethod
    def tiny(cls, **overrides):
        """A configuration that two CPU cores train in seconds, for tests."""
        sizes = dict(
            num_classes=8,
            image_height=64,
            image_width=64,
            generator_filters=4,
            discriminator_filters=4,
            hidden_filters=4,
            latent_dim=8,
            lambda_vgg=0.0,
            lambda_l1=10.0,
        )
        return cls(**{**sizes, **overrides})
