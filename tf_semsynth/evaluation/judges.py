"""Judges: networks that label the pixels of pictures.

A judge was trained on real photos and took no part in training the system.
If it finds in a picture what the layout asked for, the picture shows it.
"""

from pathlib import Path
from typing import Protocol

import numpy as np

from tf_semsynth.evaluation import label_tables
from tf_semsynth.evaluation.saved_model import SavedModelNetwork, full_precision


class Judge(Protocol):
    """What the runner asks of a judge.

    Attributes:
        name: str.
        fingerprint: str, tells weights apart.
        class_names: Names of the K classes that are scored.
        label_table: Sequence, byte of a label file -> class id 0..K-1, K
            where it does not count, -1 where it must not occur.
        working_size: (width, height) to which pictures are resized for it by
            Pillow's bicubic filter, or None: they are taken as they are.
    """

    name: str
    fingerprint: str
    class_names: tuple
    label_table: tuple
    working_size: tuple | None

    def predict(self, images, label_size):
        """Labels pictures.

        Args:
            images: uint8 array `(B, h, w, 3)` of the working size.
            label_size: (width, height) at which classes are wanted: scores
                of classes are brought to it bilinearly (pixel centres, no
                antialiasing), then the largest wins.

        Returns:
            int32 array `(B, H, W)`; what is not in 0..K-1 is a prediction
            that is always wrong, such as "void".
        """
        ...


def load_judge(spec):
    """Loads a judge by name.

    Args:
        spec: str: the folder of a SavedModel, the folder or `.keras` file
            that `train_judge` wrote, or a KerasHub preset such as
            `segformer_b5_ade20k_640`.

    Returns:
        A `Judge`.

    Raises:
        OSError, ValueError, ImportError: There is no such judge, or what it
            needs is missing; the message says what to do.
    """
    path = Path(spec)
    if path.suffix == ".keras" or Path(path, "judge.keras").is_file():
        from tf_semsynth.evaluation.keras_judge import KerasJudge

        return KerasJudge(path)
    if path.is_dir():
        is_preset = (path / "task.json").is_file()
        return KerasHubJudge(spec) if is_preset else SavedModelJudge(path)
    if path.suffix or "/" in spec:
        raise FileNotFoundError(
            f"--judge={spec}: there is no such folder. Expected the folder of "
            "a SavedModel, what train_judge wrote, or the name of a KerasHub "
            "preset such as segformer_b5_ade20k_640."
        )
    return KerasHubJudge(spec)


class SavedModelJudge(SavedModelNetwork):
    """A judge from a SavedModel with the output `logits` `(B, H, W, C)`.

    `judge.json` holds `class_names`, `ignored_class_id` (= K, also the class
    "void" among the logits), `label_png_to_class_id`, and `working_width` and
    `working_height` (optional).

    Args:
        folder: path.
    """

    def __init__(self, folder):
        super().__init__(folder, "--judge")
        self.class_names = tuple(self.described("class_names"))
        self.label_table = tuple(self.described("label_png_to_class_id"))
        ignored = self.described("ignored_class_id")
        count = len(self.class_names)
        if ignored != count or max(self.label_table) > count:
            raise ValueError(
                f"{folder}: judge.json names {count} classes, so the ignored "
                f"one must be {count} and no label may be larger. Received: "
                f"ignored_class_id={ignored}, largest label "
                f"{max(self.label_table)}."
            )
        if "logits" not in self.outputs:
            raise ValueError(
                f"--judge={folder}: the SavedModel has no output `logits`; it "
                f"has {', '.join(self.outputs)}. A feature network belongs to "
                "--features."
            )
        self.working_size = None
        if "working_width" in self.about:
            self.working_size = (
                self.about["working_width"],
                self.described("working_height"),
            )

    def predict(self, images, label_size):
        return largest_class(self.run(images, "logits"), label_size)


class KerasHubJudge:
    """A segmentation preset of KerasHub (extra `[eval]`).

    The network gets pictures of the size it was trained for, stretched where
    the ratio differs, and its own normalisation.

    Args:
        preset: str, such as `segformer_b5_cityscapes_1024`, or the folder of
            a preset. Its name tells whose classes it knows.
        dataset: str, that data set, where the name does not tell.
        segmenter: A KerasHub `ImageSegmenter` with a preprocessor, in place
            of the preset.
    """

    def __init__(self, preset, dataset=None, segmenter=None):
        if segmenter is None:
            segmenter = _load_preset(preset)
        self.name = str(preset)
        dataset = dataset or _dataset_of(self.name)
        self.class_names = label_tables.names_of(dataset)
        self.label_table = label_tables.table_of(dataset)
        self._segmenter = segmenter
        if segmenter.output_shape[-1] != len(self.class_names):
            raise ValueError(
                f"--judge={preset} tells {segmenter.output_shape[-1]} classes "
                f"apart, and {dataset} has {len(self.class_names)}."
            )
        height, width = segmenter.input_shape[1:3]
        self.working_size = None if height is None else (width, height)
        from tf_semsynth.backbones.weight_files import fingerprint

        self.fingerprint = fingerprint(segmenter.weights)

    def predict(self, images, label_size):
        converted = self._segmenter.preprocessor(np.asarray(images))
        with full_precision():
            scores = self._segmenter(converted, training=False)
        return largest_class(scores, label_size)


def largest_class(scores, label_size):
    """Brings scores `(B, h, w, C)` to (width, height) and takes the largest.

    Returns:
        int32 array `(B, H, W)`.
    """
    import tensorflow as tf

    width, height = label_size
    if tuple(scores.shape[1:3]) != (height, width):
        scores = tf.image.resize(scores, (height, width), "bilinear")
    return tf.argmax(scores, -1, output_type="int32").numpy()


def _load_preset(preset):
    try:
        import keras_hub
    except ImportError as error:
        raise ImportError(
            f"--judge={preset} is a preset of KerasHub, which is not "
            "installed. Install it with: pip install tf_semsynth[eval]. Or "
            "name the folder of a SavedModel."
        ) from error
    try:
        return keras_hub.models.ImageSegmenter.from_preset(preset)
    except Exception as error:  # KerasHub, Kaggle, network: all their kinds.
        words = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise OSError(
            f"--judge={preset}: KerasHub cannot load this preset: {words}. It "
            "is downloaded at first use; without a network, name the folder "
            "of a copy of it, or of a SavedModel."
        ) from error


def _dataset_of(preset):
    for dataset in ("ade20k", "cityscapes", "coco_stuff"):
        if dataset in preset:
            return dataset
    raise ValueError(
        f"--judge={preset}: the name does not say whose classes the network "
        "knows. Expected `ade20k`, `cityscapes` or `coco_stuff` in it."
    )
