"""Judges that `train_judge` trained: a U-Net that describes itself."""

import json
import tempfile
from pathlib import Path

import keras
import numpy as np

from tf_semsynth.backbones.weight_files import fingerprint
from tf_semsynth.core import storage
from tf_semsynth.evaluation.judges import largest_class
from tf_semsynth.evaluation.saved_model import full_precision
from tf_semsynth.networks.unet import UNet

FILE_NAME = "judge.keras"
_ENTRIES = ("judge", "class_names", "label_png_to_class_id", "trained_on")


@keras.saving.register_keras_serializable(package="tf_semsynth")
class TrainedJudge(UNet):
    """A `UNet` whose `.keras` file says what it was trained for.

    Args:
        description: str, JSON: `judge` (its name), `class_names`,
            `label_png_to_class_id`, `working_width`, `working_height`,
            `trained_on` as `seen_labels.describe_training` makes it, and
            whatever else is worth knowing.
        **kwargs: Arguments of `UNet`.
    """

    def __init__(self, description="{}", **kwargs):
        super().__init__(**kwargs)
        self.description = description

    @property
    def about(self):
        """The description, a dict."""
        return json.loads(self.description)

    def get_config(self):
        return {**super().get_config(), "description": self.description}


class KerasJudge:
    """A `Judge` from the file of a `TrainedJudge`.

    Args:
        path: path of the file, or of the folder that `train_judge` wrote.

    Attributes:
        about: dict, the description.
        trained_on: dict, what it must not judge, see `seen_labels.py`.

    Raises:
        OSError: There is no such file.
        ValueError: It is damaged, or holds something else.
    """

    def __init__(self, path):
        path = Path(path)
        file = path / FILE_NAME if path.is_dir() else path
        if not file.is_file():
            raise FileNotFoundError(
                f"--judge={path}: there is no such file. Train a judge first: "
                "python -m tf_semsynth.train_judge."
            )
        self._model = _load(file)
        self.about = about = self._model.about
        self.name = about["judge"]
        self.fingerprint = fingerprint(self._model.weights)
        self.class_names = tuple(about["class_names"])
        self.label_table = tuple(about["label_png_to_class_id"])
        self.working_size = about["working_width"], about["working_height"]
        self.trained_on = about["trained_on"]

    def predict(self, images, label_size):
        pixels = np.asarray(images).astype("float32") / 127.5 - 1.0
        with full_precision():
            logits = self._model(pixels, training=False)
        return largest_class(logits, label_size)


def write_judge(judge, output):
    """Writes `judge.keras` and `judge.json`, each whole or not at all.

    Args:
        judge: `TrainedJudge`, built.
        output: path of a folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE_NAME)
        judge.save(path)
        storage.write_bytes(storage.join(output, FILE_NAME), path.read_bytes())
    about = judge.about
    del about["trained_on"]["labels"]  # Of use to the program alone.
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    storage.write_text(storage.join(output, "judge.json"), text)


def _load(file):
    try:
        model = keras.saving.load_model(file, compile=False)
    except Exception as error:  # Zip, HDF5, JSON, Keras: all their kinds.
        words = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(
            f"--judge={file}: this is no judge that train_judge wrote, or it "
            f"is damaged: {words}"
        ) from error
    about = getattr(model, "about", {})
    missing = [entry for entry in _ENTRIES if entry not in about]
    if missing:
        raise ValueError(
            f"--judge={file}: the model does not say {', '.join(missing)}, so "
            "it is no judge that train_judge wrote."
        )
    return model
