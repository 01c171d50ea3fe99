"""Networks that come as SavedModels and describe themselves."""

import contextlib
import hashlib
import json
from pathlib import Path

import numpy as np


class SavedModelNetwork:
    """A SavedModel with `assets.extra/judge.json` beside its weights.

    `serving_default` takes `image`, float32 `(B, H, W, 3)`, RGB in [-1, 1],
    of any B, H and W. What else is needed (sizes, classes, scales) stands in
    the JSON file. Loading a SavedModel is running a program: load those that
    you trust.

    Args:
        folder: path of the SavedModel.
        flag: str, the flag that names it, for messages.

    Attributes:
        about: dict, the content of `judge.json`.
        fingerprint: str, 16 digits of the SHA-256 of the weights.

    Raises:
        OSError: There is no SavedModel, or no description.
        ValueError: The description is damaged.
    """

    def __init__(self, folder, flag):
        self.folder = Path(folder)
        self.flag = flag
        self.about = _read_description(self.folder, flag)
        self.fingerprint = fingerprint(self.folder)
        import tensorflow as tf

        self._model = tf.saved_model.load(str(folder))
        self._signature = self._model.signatures["serving_default"]

    @property
    def name(self):
        return self.about.get("judge", self.folder.name)

    @property
    def outputs(self):
        """Output name -> shape, of `serving_default`."""
        return {
            name: spec.shape.as_list()
            for name, spec in self._signature.structured_outputs.items()
        }

    def run(self, images, output):
        """Calls `serving_default`.

        Args:
            images: uint8 array `(B, H, W, 3)`.
            output: str, the output that is wanted.

        Returns:
            Tensor.
        """
        import tensorflow as tf

        pixels = np.asarray(images).astype("float32") / 127.5 - 1.0
        with full_precision():
            return self._signature(image=tf.constant(pixels))[output]

    def described(self, *keys):
        """An entry of `judge.json`.

        Raises:
            ValueError: It lacks it.
        """
        value = self.about
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                raise ValueError(
                    f"{self.folder}/assets.extra/judge.json has no entry "
                    f"{'/'.join(map(str, keys))}, which {self.flag} needs. It "
                    f"has: {', '.join(map(str, self.about))}."
                )
            value = value[key]
        return value


def fingerprint(folder):
    """16 digits of the SHA-256 of a SavedModel's weights."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder, "variables").glob("variables.data-*")):
        with open(path, "rb") as file:
            while chunk := file.read(1 << 24):
                digest.update(chunk)
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def full_precision():
    """Without TensorFloat-32, which rounds products to 10 bits on GPUs."""
    import tensorflow as tf

    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def _read_description(folder, flag):
    if not (folder / "saved_model.pb").is_file():
        raise FileNotFoundError(
            f"{flag}={folder}: there is no SavedModel (saved_model.pb) in "
            "this folder. Name the folder that holds it."
        )
    path = folder / "assets.extra" / "judge.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"{flag}={folder}: {path} is missing. It says which classes, "
            "sizes and scales this network works with; docs/evaluation.md "
            "lists its entries."
        )
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}.") from error
