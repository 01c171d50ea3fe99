"""Tiny networks in the form that judges and feature networks come in."""

import json

import numpy as np
import tensorflow as tf
from PIL import Image

# Three classes and "void", in colours that the tiny judge knows.
COLOURS = np.array(
    [[250, 10, 10], [10, 250, 10], [10, 10, 250], [128, 128, 128]], "uint8"
)
NAMES = ["red", "green", "blue"]
VOID = 3


class ColourJudge(tf.Module):
    """Labels each pixel with the nearest of four colours."""

    @tf.function(
        input_signature=[tf.TensorSpec((None, None, None, 3), name="image")]
    )
    def __call__(self, image):
        self.colours = tf.constant(COLOURS, tf.float32) / 127.5 - 1
        difference = image[..., None, :] - self.colours
        logits = -tf.reduce_sum(difference**2, -1)
        return {"logits": logits}


class ColourFeatures(tf.Module):
    """Means and mean squares of the three channels."""

    def __init__(self):
        self.scale = tf.Variable(tf.constant([2.0, 1.0, 0.5]))

    @tf.function(
        input_signature=[tf.TensorSpec((None, None, None, 3), name="image")]
    )
    def __call__(self, image):
        scaled = image * self.scale
        both = tf.concat([scaled, scaled**2], -1)
        return {"pooled": tf.reduce_mean(both, (1, 2))}


class Counting:
    """A network that counts how many pictures it was shown."""

    def __init__(self, network):
        self._network = network
        self.shown = 0

    def __getattr__(self, name):
        return getattr(self._network, name)

    def predict(self, images, label_size):
        self.shown += len(images)
        return self._network.predict(images, label_size)

    def extract(self, images):
        self.shown += len(images)
        return self._network.extract(images)


def save_judge(folder, size=(16, 12), **changes):
    """Writes the judge; `changes` are entries of its judge.json."""
    about = {
        "judge": "colours",
        "working_width": size[0],
        "working_height": size[1],
        "class_names": NAMES,
        "ignored_class_id": VOID,
        "label_png_to_class_id": [0, 1, 2, 3],
        **changes,
    }
    return _save(ColourJudge(), folder, about)


def save_features(folder, datasets=("camvid", "scenes"), **changes):
    """Writes the feature network; its features are those of 8 x 6 pixels."""
    distances = {
        "features": "pooled",
        "feature_height_width": {name: [6, 8] for name in datasets},
        "frechet6": {"covariance": "N - 1"},
        "kid6": {
            "feature_scale": 0.5,
            "estimator": "unbiased MMD^2 over all pictures, no subsets",
        },
        **changes,
    }
    about = {"judge": "means", "distances": distances}
    return _save(ColourFeatures(), folder, about)


def save_scene(folder, name, label, pixels):
    """Writes `labels/<name>.png` and `<folder>/<name>.png`.

    Args:
        folder: `Path` of the pictures; labels lie beside it.
        name: str.
        label: uint8 array `(H, W)`.
        pixels: uint8 array `(H, W, 3)`.
    """
    labels = folder.parent / "labels"
    for path, array in ((labels, label), (folder, pixels)):
        path.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(path / f"{name}.png")


def make_scenes(root, count=4, size=(32, 24), seed=0):
    """Labels of blocks, and pictures with noise that show most of them."""
    rng = np.random.default_rng(seed)
    width, height = size
    for index in range(count):
        blocks = rng.integers(4, size=(height // 4, width // 4), dtype="uint8")
        label = blocks.repeat(4, axis=0).repeat(4, axis=1)
        shown = label.copy()
        shown[:4, : 4 * (index + 1)] = 0
        noise = rng.integers(-9, 10, (height, width, 3))
        pixels = np.clip(COLOURS[shown] + noise, 0, 255).astype("uint8")
        save_scene(root / "images", f"scene{index}", label, pixels)
        photo = np.clip(COLOURS[label] + noise, 0, 255).astype("uint8")
        save_scene(root / "photos", f"scene{index}", label, photo)
    return root


def _save(module, folder, about):
    tf.saved_model.save(
        module, str(folder), signatures={"serving_default": module.__call__}
    )
    extra = folder / "assets.extra"
    extra.mkdir()
    (extra / "judge.json").write_text(json.dumps(about))
    return folder
