"""Small evaluations as the runner would leave them."""

import json

import numpy as np
from PIL import Image

from tf_semsynth.evaluation.result_folder import read_result

NAMES = ("sky", "road", "car")
COLOURS = ((70, 130, 180), (128, 64, 128), (0, 0, 142))
NUM_PICTURES = 12
DIMENSION = 4


def write_evaluation(folder, skill=0.7, seed=0, **changes):
    """Writes metrics.json, evaluation.npz and pictures.

    Args:
        folder: `Path`.
        skill: float, the share of pixels that the judge sees as asked for.
        seed: int, of the pixels.
        **changes: Entries of metrics.json that shall be others.

    Returns:
        The folder.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    keys = [f"scene_{i:02}" for i in range(NUM_PICTURES)]
    size = len(NAMES)
    confusions = np.zeros((NUM_PICTURES, size, size + 1), np.uint32)
    for counts in confusions:
        # Each true class has 100 pixels; some are seen as the last column.
        for true in range(size):
            hits = int(np.clip(100 * skill + rng.integers(-9, 10), 0, 100))
            counts[true, true] = hits
            counts[true, -1] = 100 - hits
    real = np.random.default_rng(99).normal(size=(NUM_PICTURES, DIMENSION))
    features = real + rng.normal(size=real.shape) * (1.2 - skill)
    features[:, 0] += 1 - skill
    np.savez(
        folder / "evaluation.npz",
        keys=np.array(keys),
        confusions=confusions,
        features=features.astype("float32"),
        reference_features=real.astype("float32"),
        kernel_scale=0.5,
    )
    total = confusions.sum(0)
    hits = np.diagonal(total).astype(float)
    union = total.sum(1) + total[:, :size].sum(0) - hits
    own = np.diagonal(confusions, axis1=1, axis2=2).sum(1) / (100 * size)
    results = {
        "schema": 1,
        "protocol": {"name": "toy", "hash": "0123456789ab", "mean_iou": "drn"},
        "networks": {
            "judge": {"name": "j", "fingerprint": "aaaa", "official": True},
            "features": {"name": "f", "fingerprint": "bbbb", "official": False},
        },
        "num_images": NUM_PICTURES,
        "num_reference": NUM_PICTURES,
        "image_size": [8, 6],
        "label_size": [8, 6],
        "scores": {
            "pixel_accuracy": score(hits.sum() / total.sum(), "higher"),
            "mean_iou": score((hits / union).mean(), "higher"),
            "kid4": score(0.4 - 0.3 * skill, "lower"),
        },
        "ceiling": {"pixel_accuracy": 0.9, "mean_iou": 0.8, "kid4": 0.01},
        "floors": {"class_mean_colours": {"mean_iou": 0.2, "kid4": 0.9}},
        "label_table": [0, 1, 2, 3],
        "per_class": [
            {
                "id": k,
                "name": name,
                "colour": list(COLOURS[k]),
                "iou": hits[k] / union[k],
                "pixels": int(total[k].sum()),
            }
            for k, name in enumerate(NAMES)
        ],
        "confusion": total.tolist(),
        "confusion_columns": [*NAMES, "other"],
        "pictures": [
            {
                "key": key,
                "image": f"pictures/{key}.png",
                "label": f"labels/{key}.png",
                "reference": None,
                "pixel_accuracy": float(accuracy),
                "mean_iou": float(accuracy),
            }
            for key, accuracy in zip(keys, own, strict=True)
        ],
        "samples": [],
        "warnings": ["Twelve pictures are few."],
        "versions": {"numpy": "2"},
        "seconds": {"judge": 1.5},
        **changes,
    }
    (folder / "metrics.json").write_text(json.dumps(results))
    write_pictures(folder, keys)
    return folder


def score(value, better):
    return {"value": float(value), "std": None, "better": better, "unit": ""}


def write_pictures(folder, keys):
    """A grey picture and a layout of the values 0..3 for each key."""
    (folder / "pictures").mkdir(exist_ok=True)
    (folder / "labels").mkdir(exist_ok=True)
    label = np.repeat(np.arange(4, dtype=np.uint8), 12).reshape(6, 8)
    for index, key in enumerate(keys):
        picture = np.full((6, 8, 3), 20 * index, np.uint8)
        Image.fromarray(picture).save(folder / "pictures" / f"{key}.png")
        Image.fromarray(label).save(folder / "labels" / f"{key}.png")


def read_evaluation(folder, **arguments):
    """Writes and reads an evaluation."""
    return read_result(write_evaluation(folder, **arguments))
