"""Times making pictures beside plain PyTorch, as ratios in one run.

python scripts/benchmarks/synthesis.py --system=cc_fpse

Ours is the graph that an export has: spectral norms folded into the kernels,
nothing compiled by XLA, float32. The reference is the generator in evaluation
mode under torch.inference_mode. Both have equal weights and must make equal
pictures. Sizes default to those of the system's camvid_small.cfg.
"""

import dataclasses
import statistics

import numpy as np
import pairs
from ours import Ours
from reference import Reference
from settings import Settings

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import option

# How far the pictures may lie apart; they range from -1 to 1.
TOLERANCE = 1e-3


@dataclasses.dataclass(frozen=True)
class SynthesisSettings(Settings):
    """`Settings` and what the reference does about spectral norms."""

    fold_reference: bool = option(
        False,
        "Fold spectral norms in PyTorch, too (the official code computes "
        "them anew for each picture).",
    )


class ReferenceSynthesis(Reference):
    """Pictures in PyTorch, eager."""

    def prepare(self):
        import torch_training

        self._layout = lambda: torch_training.one_hot(
            self.class_ids, self.settings.num_classes
        )
        torch_training.calibrate(self.generator, self._layout())
        self.generator.eval()

    def fold(self):
        """Folds spectral norms into the kernels."""
        from torch.nn.utils import remove_spectral_norm

        for module in self.generator.modules():
            if hasattr(module, "weight_orig"):
                remove_spectral_norm(module)

    def step(self):
        """Makes a batch of pictures."""
        self._make()

    def pictures(self):
        """Makes a batch of pictures; returns them as `(B, H, W, 3)`."""
        return self._make().numpy().transpose(0, 2, 3, 1)

    def _make(self):
        with self.torch.inference_mode():
            return self.generator(self._layout())


class OurSynthesis(Ours):
    """Pictures from the graph of an export."""

    def prepare(self):
        from tf_semsynth.core import backend
        from tf_semsynth.exporting import inference_copy

        tf, settings = self.tf, self.settings
        inference_copy.fold(self.system)
        size = (None, settings.image_height, settings.image_width)
        synthesize = tf.function(
            lambda ids: self.system.synthesize({"class_ids": ids}),
            input_signature=[tf.TensorSpec(size, tf.int32)],
            autograph=False,
        )
        with backend.exporting():
            self._make = synthesize.get_concrete_function()

    def step(self):
        """Makes a batch of pictures."""
        self._make(self.class_ids)

    def pictures(self):
        """Makes a batch of pictures; returns them as `(B, H, W, 3)`."""
        return self._make(self.class_ids).numpy()


def define_flags():
    option_flags.define_option_flags(SynthesisSettings)


def main():
    options = option_flags.options_from_flags(SynthesisSettings)
    print(measure(options.complete()))


def measure(settings):
    """Runs the benchmark and returns its report.

    Args:
        settings: `SynthesisSettings`, complete.

    Raises:
        ImportError: PyTorch is missing.
        ValueError: the two do not make the same pictures.
    """
    load = pairs.load_average()
    workers = pairs.contestants(settings, ReferenceSynthesis, OurSynthesis)
    with workers as (reference, ours):
        if settings.fold_reference:
            reference.call("fold")
        pictures = [worker.call("pictures") for worker in (ours, reference)]
        difference = check_pictures(*pictures)
        seconds = pairs.time_steps(
            ours, reference, settings.pairs, pairs.WARMUPS - 1
        )
        return report(settings, ours, reference, difference, seconds, load)


def check_pictures(ours, reference):
    """Checks that equal pictures are compared.

    Returns:
        str, how far they lie apart.

    Raises:
        ValueError: they differ.
    """
    largest = np.abs(ours - reference).max()
    if not largest <= TOLERANCE:
        raise ValueError(
            "The two do not make the same pictures: they differ by "
            f"{largest}. Expected at most {TOLERANCE}."
        )
    return f"{largest:.1g} (standard deviation {reference.std():.2g})"


def report(settings, ours, reference, difference, seconds, load):
    """The table and what is needed to understand it."""
    workers = (ours, reference)
    memory = [worker.peak_memory() for worker in workers]
    versions = pairs.versions(*workers)
    medians = [statistics.median(x) for x in seconds.values()]
    rates = [settings.batch_size / median for median in medians]
    rows = [["", "tf_semsynth", "PyTorch"]]
    rows.append(["images a second, median", *(f"{x:.2f}" for x in rates)])
    rows.append(["seconds a batch, median", *(f"{x:.4f}" for x in medians)])
    rows.append(["peak memory, MiB", *(f"{x:.0f}" for x in memory)])
    ratio = pairs.describe_ratio(seconds["reference"], seconds["ours"])
    machine = pairs.describe_machine(settings.threads, versions, load)
    folded = ", folded" if settings.fold_reference else ""
    return (
        f"Synthesis, {settings.describe()}; float32{folded}\n\n"
        f"{pairs.make_table(rows)}\n\n"
        f"images a second, tf_semsynth / PyTorch: {ratio}, median (range) of "
        f"{settings.pairs} pairs\n"
        f"largest difference of the pictures: {difference}\n{machine}"
    )


if __name__ == "__main__":
    command.run(main, define_flags)
