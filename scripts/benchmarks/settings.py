"""What both contestants of a benchmark are told, for equal work."""

import dataclasses
import re
from pathlib import Path

import numpy as np

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.config import check_config, option
from tf_semsynth.data import layout_files
from tf_semsynth.systems import registry

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = {
    "cc_fpse": "configs/camvid_small.cfg",
    "spade": "configs/spade/camvid_small.cfg",
}
# Layouts are made of squares of so many pixels of one class.
SQUARE = 8


@dataclasses.dataclass(frozen=True)
class Settings:
    """A network's sizes and how it is timed.

    Sizes that are None come from the system's `camvid_small.cfg`; after
    `complete` none of them is.
    """

    system: str = option(
        "cc_fpse", "System to measure.", choices=tuple(CONFIGS)
    )
    num_classes: int = option(
        12, "Classes of the layout; 12 are CamVid's.", minimum=1
    )
    generator_filters: int | None = option(
        None,
        "Channels of the generator's last block; default: the config's.",
        minimum=1,
    )
    discriminator_filters: int | None = option(
        None,
        "Channels of the discriminator's first layer; default: the config's.",
        minimum=1,
    )
    hidden_filters: int | None = option(
        None,
        "Hidden channels of what reads the layout; default: the config's.",
        minimum=1,
    )
    image_height: int | None = option(
        None,
        "Height of the picture in pixels; default: the config's.",
        minimum=32,
    )
    image_width: int | None = option(
        None,
        "Width of the picture in pixels; default: the config's.",
        minimum=32,
    )
    batch_size: int | None = option(
        None, "Pictures in a step; default: the config's.", minimum=1
    )
    layouts: str | None = option(
        None,
        "Folder of label PNGs to take the batch's layouts from; default: "
        "squares of classes drawn at random.",
    )
    threads: int = option(2, "Cores that each may use.", minimum=1)
    pairs: int = option(7, "Steps of each that count.", minimum=1)

    def __post_init__(self):
        check_config(self)

    def complete(self):
        """The same with what is None taken from the system's config file."""
        found = read_config(self.system)
        missing = {
            field.name: int(found[field.name])
            for field in dataclasses.fields(self)
            if field.name in found and getattr(self, field.name) is None
        }
        settings = dataclasses.replace(self, **missing)
        settings.check_sizes()
        return settings

    def system_fields(self):
        """The fields of the system's own `Config`."""
        found = read_config(self.system)
        sizes = (
            "num_classes",
            "generator_filters",
            "discriminator_filters",
            "hidden_filters",
            "image_height",
            "image_width",
        )
        return {
            **{name: getattr(self, name) for name in sizes},
            "use_encoder": False,
            "lambda_vgg": 0.0,
            "lambda_l1": float(found.get("lambda_l1", 0)),
            "lambda_feature_matching": float(found["lambda_feature_matching"]),
        }

    def check_sizes(self):
        """Checks the sizes as the system does, before anything starts."""
        registry.get_config_class(self.system)(**self.system_fields())

    def make_batch(self):
        """Class ids int32 `(B, H, W)` and pictures float32 `(B, H, W, 3)`."""
        rng = np.random.default_rng(0)
        size = (self.batch_size, self.image_height, self.image_width)
        ids = self._read_layouts() if self.layouts else self._draw_squares(rng)
        return ids, rng.uniform(-1, 1, (*size, 3)).astype("float32")

    def describe(self):
        """One line: the system, its widths and the size of its pictures."""
        return (
            f"{self.system}, {self.batch_size} pictures of "
            f"{self.image_height} x {self.image_width} (H x W), "
            f"{self.num_classes} classes, layouts "
            f"{'of ' + self.layouts if self.layouts else 'of squares'}\n"
            f"filters: generator {self.generator_filters}, discriminator "
            f"{self.discriminator_filters}, hidden {self.hidden_filters}"
        )

    def _draw_squares(self, rng):
        height, width = self.image_height, self.image_width
        squares = (-(-height // SQUARE), -(-width // SQUARE))
        size = (self.batch_size, *squares)
        ids = rng.integers(0, self.num_classes, size, dtype="int32")
        ids = ids.repeat(SQUARE, axis=1).repeat(SQUARE, axis=2)
        return ids[:, :height, :width]

    def _read_layouts(self):
        """Files from all over the folder: neighbours may be much alike."""
        files, _ = layout_files.find_layouts(self.layouts)
        rule = layout_files.make_rule(ClassTable.default(self.num_classes))
        size = (self.image_height, self.image_width)
        chosen = (
            files[i * len(files) // self.batch_size]
            for i in range(self.batch_size)
        )
        layouts = [layout_files.read_layout(f, rule, *size) for f in chosen]
        return np.stack([layout.class_ids for layout in layouts])


def read_config(system):
    """The flags in a system's `camvid_small.cfg`, name -> text."""
    text = (ROOT / CONFIGS[system]).read_text(encoding="utf-8")
    return dict(re.findall(r"^--(\w+)=(\S+)$", text, re.MULTILINE))
