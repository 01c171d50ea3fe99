"""Times the feature pass of an evaluation beside plain PyTorch, in one run.

python scripts/benchmarks/features.py

Both take the 2048 features of the FID Inception, from uint8 pictures on, as
pytorch-fid prepares them. They have equal weights (random ones: no published
file is needed) and must find equal features. Ours is what `python -m
tf_semsynth.evaluate --features=fid_inception` runs.
"""

import dataclasses
import statistics

import numpy as np
import pairs
from ours import import_tensorflow
from reference import import_torch

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import check_config, option

# How far the features may lie apart, of their largest value.
TOLERANCE = 1e-4


@dataclasses.dataclass(frozen=True)
class FeatureSettings:
    """What is looked at, and how often."""

    image_height: int = option(256, "Height of the pictures.", minimum=1)
    image_width: int = option(256, "Width of the pictures.", minimum=1)
    batch_size: int = option(8, "Pictures at once.", minimum=1)
    threads: int = option(2, "Cores that each may use.", minimum=1)
    pairs: int = option(7, "Batches of each that count.", minimum=1)

    def __post_init__(self):
        check_config(self)

    def make_images(self):
        """uint8 pictures `(B, H, W, 3)`."""
        size = (self.batch_size, self.image_height, self.image_width, 3)
        return np.random.default_rng(0).integers(0, 256, size, dtype="uint8")


class ReferenceFeatures:
    """Features in PyTorch, eager.

    Args:
        settings: `FeatureSettings`.
        state_path: path of a file to write the network's state to.
    """

    def __init__(self, settings, state_path):
        self.torch = import_torch(settings.threads)
        import torch_inception

        self._inputs = torch_inception.inception_inputs
        self._images = settings.make_images()
        self._network = torch_inception.FidInception().eval()
        torch_inception.initialize(self._network)
        state = self._network.state_dict()
        np.savez(state_path, **{k: v.numpy() for k, v in state.items()})

    def step(self):
        """Takes the features of a batch, float32 `(B, 2048)`."""
        with self.torch.inference_mode():
            return self._network(self._inputs(self._images)).numpy()

    def versions(self):
        return {"torch": self.torch.__version__}


class OurFeatures:
    """Features as `evaluate` takes them.

    Args:
        settings: `FeatureSettings`.
        state_path: path of the file that `ReferenceFeatures` wrote.
    """

    def __init__(self, settings, state_path):
        self.tf = import_tensorflow(settings.threads)
        from tf_semsynth.evaluation.feature_networks import InceptionFeatures

        self._images = settings.make_images()
        self._features = InceptionFeatures(state_path)

    def step(self):
        """Takes the features of a batch, float32 `(B, 2048)`."""
        return self._features.extract(self._images)

    def versions(self):
        import keras

        return {"tensorflow": self.tf.__version__, "keras": keras.__version__}


def define_flags():
    option_flags.define_option_flags(FeatureSettings)


def main():
    print(measure(option_flags.options_from_flags(FeatureSettings)))


def measure(settings):
    """Runs the benchmark and returns its report.

    Args:
        settings: `FeatureSettings`.

    Raises:
        ImportError: PyTorch is missing.
        ValueError: the two do not find the same features.
    """
    load = pairs.load_average()
    workers = pairs.contestants(settings, ReferenceFeatures, OurFeatures)
    with workers as (reference, ours):
        difference = check_features(ours.call("step"), reference.call("step"))
        seconds = pairs.time_steps(
            ours, reference, settings.pairs, pairs.WARMUPS - 1
        )
        return report(settings, ours, reference, difference, seconds, load)


def check_features(ours, reference):
    """Checks that equal features are compared.

    Returns:
        str, how far they lie apart.

    Raises:
        ValueError: they differ.
    """
    difference = np.abs(ours - reference).max() / np.abs(reference).max()
    if not difference <= TOLERANCE:
        raise ValueError(
            "The two do not find the same features: they differ by "
            f"{difference} of the largest. Expected at most {TOLERANCE}."
        )
    return f"{difference:.1g} of the largest"


def report(settings, ours, reference, difference, seconds, load):
    """The table and what is needed to understand it."""
    workers = (ours, reference)
    versions = pairs.versions(*workers)
    medians = [statistics.median(x) for x in seconds.values()]
    rates = (settings.batch_size / median for median in medians)
    memory = (worker.peak_memory() for worker in workers)
    rows = [["", "tf_semsynth", "PyTorch"]]
    rows.append(["images a second, median", *(f"{x:.2f}" for x in rates)])
    rows.append(["peak memory, MiB", *(f"{x:.0f}" for x in memory)])
    ratio = pairs.describe_ratio(seconds["reference"], seconds["ours"])
    machine = pairs.describe_machine(settings.threads, versions, load)
    size = f"{settings.image_height} x {settings.image_width} (H x W)"
    return (
        f"Features of the FID Inception, {settings.batch_size} pictures of "
        f"{size} at once; float32\n\n{pairs.make_table(rows)}\n\n"
        f"images a second, tf_semsynth / PyTorch: {ratio}, median (range) of "
        f"{settings.pairs} pairs\n"
        f"largest difference of the features: {difference}\n{machine}"
    )


if __name__ == "__main__":
    command.run(main, define_flags)
