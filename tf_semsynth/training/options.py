"""The options of a training that are not the system's own."""

import dataclasses

from tf_semsynth.core.config import check_config, option

STRATEGIES = ("auto", "mirrored", "multi_worker")


@dataclasses.dataclass(frozen=True)
class TrainingOptions:
    """How long, how often, on what. See the help of each field."""

    batch_size: int = option(
        1, "pictures in a step, over all devices", minimum=1
    )
    num_steps: int | None = option(
        None, "step to stop at, counted from the training's begin", minimum=1
    )
    num_epochs: float | None = option(
        None,
        "the same in passes over the data; without either, the system's "
        "constant_epochs + decay_epochs",
        minimum=0,
    )
    max_minutes: float = option(
        0.0,
        "stop after so many minutes of wall clock in this run, with "
        "checkpoint and samples; 0: no limit",
        minimum=0,
    )
    seed: int = option(0, "seed of weights, order, crops and noise", minimum=0)
    checkpoint_every: int = option(
        1000, "steps between checkpoints; 0: only at the end", minimum=0
    )
    keep_checkpoints: int = option(5, "checkpoints that stay", minimum=1)
    sample_every: int = option(
        500, "steps between sample grids; 0: only at the end", minimum=0
    )
    num_samples: int = option(
        4, "validation layouts in a sample grid", minimum=1
    )
    eval_every: int = option(
        0,
        "steps between scores of synthesized validation layouts, the best of "
        "which is kept in <workdir>/best; 0: never. Needs --eval_features",
        minimum=0,
    )
    eval_features: str | None = option(
        None,
        "network whose features are compared, which decides what is best: "
        "folder of a SavedModel, weight file of the FID Inception, or "
        "fid_inception",
    )
    eval_judge: str | None = option(
        None, "network that labels the pictures, as evaluate --judge"
    )
    eval_pictures: int = option(
        64, "validation layouts that are scored, at most", minimum=2
    )
    log_every: int = option(
        100,
        "steps between records of the losses (TensorBoard, log file)",
        minimum=1,
    )
    ema_decay: float | None = option(
        None,
        "keep averaged generator weights with this decay, such as 0.999; "
        "they draw all pictures later",
        minimum=0,
    )
    precision: str = option(
        "float32",
        "type of the computation; weights and losses stay float32",
        choices=("float32", "mixed_bfloat16"),
    )
    strategy: str = option(
        "auto",
        "devices: auto (all GPUs, or the CPU), mirrored (all GPUs, or all "
        "logical CPU devices), multi_worker (see TF_CONFIG)",
        choices=STRATEGIES,
    )
    deterministic: bool = option(
        False, "equal runs give equal numbers on GPUs, too; slower"
    )
    vgg_weights: str | None = option(
        None,
        "file of ImageNet weights of VGG-19 for lambda_vgg; without it they "
        "are downloaded",
        path="content",
    )

    def __post_init__(self):
        check_config(self)
        if self.num_steps is not None and self.num_epochs is not None:
            raise ValueError(
                "Give `num_steps` or `num_epochs`, not both. Received: "
                f"num_steps={self.num_steps}, num_epochs={self.num_epochs}."
            )
        if self.ema_decay is not None and self.ema_decay >= 1:
            raise ValueError(
                "`ema_decay` must be below 1. Received: "
                f"ema_decay={self.ema_decay}."
            )

        if self.eval_every and self.eval_features is None:
            raise ValueError(
                "--eval_every scores pictures by their features: name a "
                "feature network with --eval_features=<SavedModel, or weight "
                "file of the FID Inception>. Received: "
                f"eval_every={self.eval_every}, eval_features=None."
            )

    def count_steps(self, steps_per_epoch, default_epochs):
        """The step to stop at.

        Args:
            steps_per_epoch: int.
            default_epochs: Number of epochs where the options name none.

        Returns:
            int, at least 1.

        Raises:
            ValueError: Nothing says how long to train.
        """
        if self.num_steps is not None:
            return self.num_steps
        epochs = self.num_epochs or default_epochs
        if not epochs:
            raise ValueError(
                "Nothing says how long to train. Expected --num_steps or "
                "--num_epochs."
            )
        return max(1, round(epochs * steps_per_epoch))
