"""The options of an evaluation; its flags are made of them."""

import dataclasses

from tf_semsynth.core.config import check_config, option


@dataclasses.dataclass(frozen=True)
class EvaluationOptions:
    """How pictures are scored, besides which pictures."""

    protocol: str | None = option(
        None, "name of the protocol [the data set's first one]"
    )
    metrics: str | None = option(
        None,
        "names with commas between them, such as miou,kid [the protocol's]",
    )
    judge: str | None = option(
        None,
        "network that labels pictures: folder of a SavedModel, .keras file, "
        "or KerasHub preset such as segformer_b5_ade20k_640",
    )
    features: str | None = option(
        None,
        "network whose features are compared: folder of a SavedModel, or "
        "fid_inception",
    )
    data_dir: str | None = option(
        None,
        "folder of the data set: for floors, and for labels and reference "
        "[the work directory's]",
    )
    batch_size: int = option(8, "pictures looked at or made at once", minimum=1)
    seed: int = option(
        0, "seed of the noise and of the kernel distance's subsets"
    )
    perturb: str | None = option(
        None,
        "scores of pictures of perturbed layouts, too: some of borders, "
        "objects, classes with commas between them, or all",
    )
    baselines: bool = option(True, "also score real photos and trivial methods")
    max_pixels: int | None = option(
        None,
        "pixels to which a file may unpack [that of the training, or "
        "4096 x 4096]",
        minimum=1,
    )
    cache_dir: str | None = option(
        None,
        "folder for what networks said of pictures; evaluations may share it "
        "[<output>/cache]",
    )
    fid_weights: str | None = option(
        None,
        "weight file of the FID Inception (.pth, .npz, .weights.h5) "
        "[downloaded once]",
    )
    lpips: str = option(
        "alex", "network of LPIPS", choices=("alex", "vgg", "squeeze")
    )
    lpips_trunk: str | None = option(
        None, "its weight file (.pth, .npz) [downloaded once]"
    )
    lpips_heads: str | None = option(
        None, "weight file of its heads (.pth, .npz) [downloaded once]"
    )

    def __post_init__(self):
        check_config(self)
