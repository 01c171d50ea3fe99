"""The options of training a judge; its flags are made of them."""

import dataclasses

from tf_semsynth.core.config import check_config, option

_USUAL_WIDTH = 256


@dataclasses.dataclass(frozen=True)
class JudgeOptions:
    """How a judge is trained. See the help of each field."""

    image_height: int | None = option(
        None,
        "pixels to which pictures are resized for the judge, a multiple of 16 "
        "[by the data set's ratio]",
        minimum=1,
    )
    image_width: int | None = option(
        None, "likewise [256, or what the data set has]", minimum=1
    )
    filters: int = option(
        16, "channels of the first layer; 16: 2 million weights", minimum=1
    )
    num_epochs: int = option(60, "passes over the training split", minimum=1)
    max_minutes: float = option(
        0.0,
        "end after so many minutes of wall clock, the learning rate lowered "
        "in time for it; 0: no limit",
        minimum=0,
    )
    batch_size: int = option(8, "pictures in a step", minimum=1)
    learning_rate: float = option(
        2e-3, "highest learning rate of AdamW, lowered along a cosine"
    )
    scale_jitter: float = option(
        0.5,
        "enlarge each training picture by a random share up to this and crop",
        minimum=0.0,
    )
    colour_jitter: float = option(
        0.3,
        "change brightness, contrast and saturation by a random share up to "
        "this",
        minimum=0.0,
    )
    seed: int = option(0, "seed of weights, order, crops and colours")
    precision: str = option(
        "float32",
        "type of the computation; the stored judge computes in float32",
        choices=("float32", "mixed_bfloat16"),
    )

    def __post_init__(self):
        check_config(self)
        # Only here, for it loads Keras, which help need not wait for.
        from tf_semsynth.networks.unet import check_size

        check_size(self.image_height, self.image_width)
        if self.learning_rate <= 0:
            raise ValueError(
                "`learning_rate` must be above 0. Received: "
                f"learning_rate={self.learning_rate}."
            )

    def find_size(self, published):
        """The judge's working size.

        Args:
            published: `Published`, the data set's own size and ratio.

        Returns:
            (height, width) in pixels, multiples of 16.
        """
        height, width = self.image_height, self.image_width
        ratio = published.aspect_ratio
        if height is None and width is None:
            width = _round(min(_USUAL_WIDTH, published.crop_size))
        if width is None:
            width = _round(height * ratio)
        if height is None:
            height = _round(width / ratio)
        return height, width


def _round(size):
    from tf_semsynth.networks.unet import MULTIPLE

    return max(1, round(size / MULTIPLE)) * MULTIPLE
