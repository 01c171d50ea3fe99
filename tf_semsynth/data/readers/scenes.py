"""Procedural street scenes, the embedded default: 10 classes and instances.

Scene i of a split is a pure function of (split, i) and of the size it is
painted at: nothing is stored and nothing is downloaded.
"""

from tf_semsynth.data import randomness
from tf_semsynth.data.reader import (
    DatasetReader,
    Example,
    Published,
    Record,
)
from tf_semsynth.data.scenes import palette
from tf_semsynth.data.scenes.street import paint_scene

READS = ("label_map", "num_scenes")
_SPLIT_NUMBERS = {"train": 0, "validation": 1, "test": 2}
_HELD_OUT = 100
_SMALLEST = 32


class SceneReader(DatasetReader):
    """Paints scenes on the fly; a 64 x 64 scene takes about 3 ms.

    Args:
        split: "train", "validation" or "test".
        image_height, image_width: int, pixels to paint at, at least 32.
        num_scenes: int, scenes of the training split; the others have 100.
        label_map: `LabelMap` or None.
        seed: int; another seed gives other scenes.
    """

    is_procedural = True

    def __init__(
        self,
        split,
        image_height=128,
        image_width=128,
        num_scenes=800,
        label_map=None,
        seed=0,
    ):
        if min(image_height, image_width) < _SMALLEST:
            raise ValueError(
                f"scenes need at least {_SMALLEST} x {_SMALLEST} pixels. "
                f"Received: image_height={image_height}, "
                f"image_width={image_width}."
            )
        count = num_scenes if split == "train" else _HELD_OUT
        examples = [Example(f"scene_{i:05d}") for i in range(count)]
        classes, self._new_ids = palette.CLASSES, None
        if label_map is not None:
            self._new_ids = label_map.table(classes)
            classes = label_map.apply(classes)
        # The light comes from the left, and more scenes cost nothing.
        published = Published("fixed", image_width, image_width, flip=False)
        super().__init__("scenes", split, classes, examples, published)
        self.has_instances = True
        self.image_height = image_height
        self.image_width = image_width
        self.seed = seed

    def read(self, index):
        number = _SPLIT_NUMBERS[self.split]
        rng = randomness.generator(self.seed, number, index)
        scene = paint_scene(self.image_height, self.image_width, rng)
        class_ids = scene.class_ids
        if self._new_ids is not None:
            class_ids = self._new_ids[class_ids]
        return Record(scene.image, class_ids, scene.instance_ids)
