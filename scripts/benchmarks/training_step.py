"""Times a training step beside plain PyTorch, as ratios in one run.

python scripts/benchmarks/training_step.py --system=cc_fpse

Both start from equal weights, make equal steps (hinge loss, feature matching,
L1 where the config has it, Adam; no perceptual loss, no averaged weights) on
the same batch, and must find equal losses. Sizes default to those of the
system's camvid_small.cfg.
"""

import dataclasses
import functools
import statistics

import pairs
from ours import Ours
from reference import Reference
from settings import Settings

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import option

# How far the losses of the two first steps may lie apart, relative. Where a
# gradient is rounding alone, Adam with beta_1 = 0 makes a whole step of it, and
# the second losses tell.
TOLERANCES = {"float32": (1e-3, 1e-2), "mixed_bfloat16": (5e-2, 5e-2)}


@dataclasses.dataclass(frozen=True)
class TrainingSettings(Settings):
    """`Settings` and the precision."""

    precision: str = option(
        "float32",
        "Precision of both; for PyTorch, mixed_bfloat16 is torch.autocast.",
        choices=tuple(TOLERANCES),
    )


class ReferenceTraining(Reference):
    """Steps in PyTorch, eager."""

    def prepare(self):
        import torch_training

        for network in (self.generator, self.discriminator):
            torch_training.initialize(network)
        fields = self.settings.system_fields()
        self._one_hot = torch_training.one_hot
        self._trainer = torch_training.Trainer(
            self.generator,
            self.discriminator,
            fields["lambda_feature_matching"],
            fields["lambda_l1"],
            self.settings.precision,
        )

    def step(self):
        """Makes a training step; returns the losses of its phases."""
        layout = self._one_hot(self.class_ids, self.settings.num_classes)
        return self._trainer.step(layout, self.image)

    def parameters(self):
        """How many there are, and how many of them nothing reads.

        The official generator has batch norms that no forward pass calls; to
        be asked for after a step, when they are those without a gradient.
        """
        found = list(self.generator.parameters())
        found += self.discriminator.parameters()
        unread = [p for p in found if p.grad is None]
        return sum(p.numel() for p in found), sum(p.numel() for p in unread)


class OurTraining(Ours):
    """Steps of a system as a graph, as `training/loop.py` makes them."""

    def prepare(self):
        from tf_semsynth.training.loop import make_train_step
        from tf_semsynth.training.strategy import make_strategy

        self.system.compile()
        self._train_step = make_train_step(self.system, make_strategy())
        self._batch = {"class_ids": self.class_ids, "image": self.image}

    def step(self):
        """Makes a training step; returns the losses of its phases."""
        scalars = self._train_step(self._batch)
        scalars = {name: float(value) for name, value in scalars.items()}
        return {
            phase: scalars[f"loss/{phase}/total"]
            for phase in ("generator", "discriminator")
        }

    def parameters(self):
        """How many there are, and how many of them nothing reads."""
        weights = self.system.trainable_variables
        return sum(int(self.tf.size(w)) for w in weights), 0


def define_flags():
    option_flags.define_option_flags(TrainingSettings)


def main():
    options = option_flags.options_from_flags(TrainingSettings)
    print(measure(options.complete()))


def measure(settings):
    """Runs the benchmark and returns its report.

    Args:
        settings: `TrainingSettings`, complete.

    Raises:
        ImportError: PyTorch is missing.
        ValueError: the two do not compute the same.
    """
    load = pairs.load_average()
    make_ours = functools.partial(OurTraining, precision=settings.precision)
    workers = pairs.contestants(settings, ReferenceTraining, make_ours)
    with workers as (reference, ours):
        for tolerance in TOLERANCES[settings.precision]:
            losses = [worker.call("step") for worker in (ours, reference)]
            check_losses(*losses, tolerance)
        seconds = pairs.time_steps(ours, reference, settings.pairs)
        return report(settings, ours, reference, losses, seconds, load)


def check_losses(ours, reference, tolerance):
    """Checks that equal steps are compared.

    Raises:
        ValueError: the losses differ.
    """
    for phase, expected in reference.items():
        if not abs(ours[phase] - expected) <= tolerance * abs(expected):
            raise ValueError(
                f"The two do not compute the same: a first step's loss of the "
                f"{phase} is {ours[phase]} in tf_semsynth, {expected} in "
                f"PyTorch. Expected them within {tolerance} of each other."
            )


def report(settings, ours, reference, losses, seconds, load):
    """The table and what is needed to understand it."""
    workers = (ours, reference)
    parameters = [worker.call("parameters") for worker in workers]
    memory = [worker.peak_memory() for worker in workers]
    versions = pairs.versions(*workers)
    if parameters[0][0] != parameters[1][0] - parameters[1][1]:
        raise ValueError(
            "The two have different networks: parameters (all, unread) are "
            f"{parameters[0]} in tf_semsynth, {parameters[1]} in PyTorch."
        )
    medians = [statistics.median(x) for x in seconds.values()]
    rows = [["", "tf_semsynth", "PyTorch"]]
    rows.append(["seconds a step, median", *(f"{x:.4f}" for x in medians)])
    rows.append(["peak memory, MiB", *(f"{x:.0f}" for x in memory)])
    rows.append(["parameters", *(f"{n:,}" for n, _ in parameters)])
    rows.append(
        ["  of them read by nothing", *(f"{n:,}" for _, n in parameters)]
    )
    for phase in losses[0]:
        values = (f"{loss[phase]:.5f}" for loss in losses)
        rows.append([f"loss of step {pairs.WARMUPS}, {phase}", *values])
    ratio = pairs.describe_ratio(seconds["reference"], seconds["ours"])
    machine = pairs.describe_machine(settings.threads, versions, load)
    return (
        f"A training step of {settings.describe()}; {settings.precision}\n\n"
        f"{pairs.make_table(rows)}\n\n"
        f"PyTorch / tf_semsynth: {ratio}, median (range) of {settings.pairs} "
        f"pairs\n{machine}"
    )


if __name__ == "__main__":
    command.run(main, define_flags)
