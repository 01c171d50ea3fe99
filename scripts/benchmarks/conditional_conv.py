"""Times two layers beside the usual way to compute them, as ratios in one run.

python scripts/benchmarks/conditional_conv.py

ConditionalDepthwiseConv2D beside torch.nn.Unfold, and LayoutConv2D beside a
dense convolution of the one-hot layout in PyTorch and in TensorFlow: forward,
and forward with the gradients. All results must be equal.
"""

import contextlib
import dataclasses
import statistics

import numpy as np
import pairs
from layers import MODES, TensorFlowLayers, TorchLayers

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import check_config, option

# How far results may lie apart, of their largest value.
TOLERANCE = 1e-4


@dataclasses.dataclass(frozen=True)
class Settings:
    """Sizes of the tensors and how they are timed."""

    height: int = option(128, "Height, conditional convolution.", minimum=1)
    width: int = option(128, "Width, conditional convolution.", minimum=1)
    channels: int = option(64, "Channels, conditional convolution.", minimum=1)
    layout_height: int = option(256, "Height of the layout.", minimum=1)
    layout_width: int = option(256, "Width of the layout.", minimum=1)
    num_classes: int = option(151, "Classes of the layout.", minimum=1)
    filters: int = option(128, "Filters over the layout.", minimum=1)
    batch_size: int = option(1, "Pictures in a batch.", minimum=1)
    calls: int = option(5, "Calls in a turn; a time is their mean.", minimum=1)
    threads: int = option(2, "Cores that each may use.", minimum=1)
    pairs: int = option(7, "Turns of each that count.", minimum=1)

    def __post_init__(self):
        check_config(self)

    def make_arrays(self):
        """Inputs by name, channels last; a cotangent for each output."""
        rng = np.random.default_rng(0)
        place = (self.batch_size, self.height, self.width)
        layout = (self.batch_size, self.layout_height, self.layout_width)
        classes, filters = self.num_classes, self.filters
        arrays = {
            "features": rng.normal(size=(*place, self.channels)),
            # Axes: tap, channel.
            "kernels": rng.normal(size=(*place, 9, self.channels)),
            "features_cotangent": rng.normal(size=(*place, self.channels)),
            "kernel": rng.normal(size=(3, 3, classes, filters)),
            "layout_cotangent": rng.normal(size=(*layout, filters)),
        }
        arrays = {k: v.astype("float32") for k, v in arrays.items()}
        ids = rng.integers(0, classes, layout, dtype="int32")
        return {**arrays, "class_ids": ids}


def define_flags():
    option_flags.define_option_flags(Settings)


def main():
    print(measure(option_flags.options_from_flags(Settings)))


def measure(settings):
    """Runs the benchmark and returns its report.

    Raises:
        ImportError: PyTorch is missing.
        ValueError: the results differ.
    """
    load = pairs.load_average()
    with contextlib.ExitStack() as stack:
        torch, tensorflow = (
            stack.enter_context(
                pairs.Worker(name, settings.threads, make, settings)
            )
            for name, make in (
                ("PyTorch", TorchLayers),
                ("TensorFlow", TensorFlowLayers),
            )
        )
        conditional = compare(
            settings,
            {
                "tf_semsynth": (tensorflow, "conditional"),
                "PyTorch, Unfold": (torch, "conditional"),
            },
        )
        layout = compare(
            settings,
            {
                "tf_semsynth": (tensorflow, "layout"),
                "PyTorch, dense": (torch, "dense"),
                "TensorFlow, dense": (tensorflow, "dense"),
            },
        )
        versions = pairs.versions(tensorflow, torch)
    machine = pairs.describe_machine(settings.threads, versions, load)
    return (
        f"Conditional depthwise convolution 3x3 of {settings.batch_size} x "
        f"{settings.height} x {settings.width} x {settings.channels} (B, H, "
        f"W, C)\n\n{conditional}\n\n"
        f"Convolution 3x3 of a one-hot layout, {settings.batch_size} x "
        f"{settings.layout_height} x {settings.layout_width} x "
        f"{settings.num_classes} to {settings.filters} filters\n\n"
        f"{layout}\n\n"
        f"float32, medians (range) of {settings.pairs} turns of "
        f"{settings.calls} calls\n{machine}"
    )


def compare(settings, contestants):
    """Times one layer in all ways, checks the results, returns a table.

    Args:
        settings: `Settings`.
        contestants: dict, name -> (worker, name of its function); ours is
            the first.
    """
    ours, *others = contestants
    head = ["milliseconds a call", *contestants]
    rows = [head + [f"{name} / ours" for name in others]]
    differences = []
    for mode in MODES:
        differences.append(check_results(contestants, mode))
        seconds = pairs.take_turns(
            {
                name: lambda w=worker, n=function, m=mode: w.time("run", n, m)
                for name, (worker, function) in contestants.items()
            },
            settings.pairs,
        )
        row = [mode]
        for taken in seconds.values():
            median = statistics.median(taken) / settings.calls
            row.append(f"{1000 * median:.2f}")
        for name in others:
            row.append(pairs.describe_ratio(seconds[name], seconds[ours]))
        rows.append(row)
    return (
        f"{pairs.make_table(rows)}\nlargest difference: "
        f"{max(differences):.1g} of the largest value"
    )


def check_results(contestants, mode):
    """Checks that all compute the same.

    Returns:
        float, the largest difference, relative to the largest value.

    Raises:
        ValueError: it is too large.
    """
    results = [
        worker.call("results", function, mode)
        for worker, function in contestants.values()
    ]
    worst = 0.0
    for other in results[1:]:
        for expected, found in zip(results[0], other, strict=True):
            error = np.abs(found - expected).max() / np.abs(expected).max()
            worst = max(worst, float(error))
    if not worst <= TOLERANCE:
        names = ", ".join(contestants)
        raise ValueError(
            f"{names} do not compute the same: {mode}, the results lie "
            f"{worst} of the largest value apart. Expected {TOLERANCE}."
        )
    return worst


if __name__ == "__main__":
    command.run(main, define_flags)
