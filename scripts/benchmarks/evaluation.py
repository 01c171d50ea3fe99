"""Measures time and peak memory of an evaluation as pictures grow in number.

python scripts/benchmarks/evaluation.py

The networks cost next to nothing here, so what is seen is the evaluation
itself: reading, hashing, caching, sums, distances. Features have the 2048
numbers of the FID Inception's. Each count of pictures is scored by the command
`evaluate` in a process of its own; pictures, labels and photos are made first.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pairs
from PIL import Image

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import check_config, option

NUM_FEATURES = 2048
COLOURS = np.array([[230, 25, 75], [60, 180, 75], [0, 130, 200]], "uint8")
BLOCK = 8  # Pixels; layouts are made of squares of one class.
PEAK = "peak memory in MiB:"
# What a child runs: the command, then its peak.
CHILD = f"""
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_module("tf_semsynth.evaluate", run_name="__main__")
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("{PEAK}", peak)
"""


@dataclasses.dataclass(frozen=True)
class EvaluationSettings:
    """How many pictures, of what size, and what is computed of them."""

    counts: str = option(
        "5000,20000", "Numbers of pictures, with commas between them."
    )
    metrics: str = option("segmentation,fid,kid", "Metrics of `evaluate`.")
    image_size: int = option(
        64, "Height and width of the pictures.", minimum=BLOCK
    )

    def __post_init__(self):
        check_config(self)
        parts = self.counts.split(",")
        if not all(part.isdigit() and int(part) > 1 for part in parts):
            raise ValueError(
                "--counts must be whole numbers from 2 on, separated by "
                f"commas. Received: {self.counts!r}."
            )

    @property
    def numbers(self):
        return [int(part) for part in self.counts.split(",")]


def define_flags():
    option_flags.define_option_flags(EvaluationSettings)


def main():
    settings = option_flags.options_from_flags(EvaluationSettings)
    load = pairs.load_average()
    cores = len(os.sched_getaffinity(0))
    versions = {"numpy": np.__version__}
    print(f"{pairs.describe_machine(cores, versions, load)}\n", flush=True)
    print(
        f"Frechet distance of {NUM_FEATURES} features: {time_frechet():.1f} s"
    )
    rows = [["pictures", "seconds", "pictures a second", "peak memory, MiB"]]
    with tempfile.TemporaryDirectory() as folder:
        networks = save_networks(Path(folder))
        for count in settings.numbers:
            data = make_pictures(Path(folder, str(count)), count, settings)
            seconds, peak = run_evaluate(data, networks, settings)
            rate = f"{count / seconds:.0f}"
            rows.append([f"{count:,}", f"{seconds:.0f}", rate, f"{peak:.0f}"])
    print(f"evaluate --metrics={settings.metrics}\n\n{pairs.make_table(rows)}")


def time_frechet():
    """Seconds of the distance alone, the median of three."""
    from tf_semsynth.metrics.frechet import FrechetDistance

    rng = np.random.default_rng(0)
    distance = FrechetDistance()
    for real in (True, False):
        mixing = rng.normal(size=(NUM_FEATURES, NUM_FEATURES)) / 45
        rows = rng.normal(size=(2 * NUM_FEATURES, NUM_FEATURES)) @ mixing
        distance.update(rows.astype("float32"), real=real)
    found = []
    for _ in range(3):
        start = time.perf_counter()
        distance.result()
        found.append(time.perf_counter() - start)
    return sorted(found)[1]


def save_networks(folder):
    """Writes a judge and a feature network as SavedModels; returns flags."""
    # In a child, so that TensorFlow does not stay in this process' memory.
    code = "import evaluation, sys; evaluation.save_both(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        check=True,
        cwd=Path(__file__).parent,
        stderr=subprocess.DEVNULL,
    )
    return [f"--judge={folder}/judge", f"--features={folder}/features"]


def save_both(folder):
    """Writes `judge` and `features` into a folder."""
    import tensorflow as tf

    spec = tf.TensorSpec((None, None, None, 3), name="image")
    colours = tf.constant(COLOURS, tf.float32) / 127.5 - 1
    rng = np.random.default_rng(0)
    size = 16
    mixing = rng.normal(size=(size * size * 3, NUM_FEATURES)) / size
    mixing = tf.constant(mixing, tf.float32)

    @tf.function(input_signature=[spec])
    def judge(image):
        distance = tf.reduce_sum((image[..., None, :] - colours) ** 2, -1)
        return {"logits": -distance}

    @tf.function(input_signature=[spec])
    def features(image):
        small = tf.image.resize(image, (size, size))
        rows = tf.reshape(small, (-1, size * size * 3))
        return {"pooled": tf.nn.relu(rows @ mixing)}

    names = ["red", "green"]
    save(
        judge,
        Path(folder, "judge"),
        {
            "judge": "three colours",
            "class_names": names,
            "ignored_class_id": len(names),
            "label_png_to_class_id": list(range(len(COLOURS))),
        },
    )
    save(
        features,
        Path(folder, "features"),
        {
            "judge": "random projection",
            "distances": {
                "features": "pooled",
                "feature_height_width": {},
                f"frechet{NUM_FEATURES}": {},
                f"kid{NUM_FEATURES}": {"feature_scale": 1.0},
            },
        },
    )


def save(function, folder, about):
    import tensorflow as tf

    module = tf.Module()
    module.function = function
    tf.saved_model.save(
        module, str(folder), signatures={"serving_default": function}
    )
    extra = folder / "assets.extra"
    extra.mkdir()
    (extra / "judge.json").write_text(json.dumps(about))


def make_pictures(folder, count, settings):
    """Writes pictures, labels and photos; returns flags."""
    rng = np.random.default_rng(0)
    side = -(-settings.image_size // BLOCK)
    for name in ("images", "labels", "photos"):
        (folder / name).mkdir(parents=True)
    for index in range(count):
        ids = rng.integers(len(COLOURS), size=(side, side), dtype="uint8")
        ids = ids.repeat(BLOCK, 0).repeat(BLOCK, 1)
        ids = ids[: settings.image_size, : settings.image_size]
        colours = COLOURS[ids].astype("int16")
        for name, noise in (("images", 30), ("photos", 20)):
            tint = rng.integers(-noise, noise + 1, 3)
            shown = np.clip(colours + tint, 0, 255).astype("uint8")
            Image.fromarray(shown).save(folder / name / f"{index}.png")
        Image.fromarray(ids).save(folder / "labels" / f"{index}.png")
    return [
        f"--images={folder}/images",
        f"--labels={folder}/labels",
        f"--reference={folder}/photos",
        f"--output={folder}/scores",
    ]


def run_evaluate(data, networks, settings):
    """Runs the command in a child; returns its seconds and peak MiB."""
    start = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-c", CHILD, "evaluate"),
            *data,
            *networks,
            "--protocol=own_pictures",
            f"--metrics={settings.metrics}",
            "--noreport",
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise OSError(f"evaluate failed:\n{done.stderr[-2000:]}")
    peak = done.stdout.rsplit(PEAK, 1)[1]
    return time.perf_counter() - start, float(peak)


if __name__ == "__main__":
    command.run(main, define_flags)
