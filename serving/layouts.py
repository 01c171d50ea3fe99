"""Layouts as people have them, turned into what a model takes: exactly or not.

The signatures of a model take one form, a grey PNG whose values are class ids.
Here palette and RGB pictures become one, by the class colours that the model's
`describe` signature lists and somebody gave. Nothing is guessed: a colour that
is no class's, or a palette that can be read in two ways, is refused.
"""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from tf_semsynth_serving.errors import LayoutError
from tf_semsynth_serving.label_values import (
    MAX_VALUE,
    values_of_array,
    values_of_picture,
    values_of_png,
)

ENCODINGS = ("auto", "index", "colour")


class LayoutReader:
    """Reads layouts for one version of a model.

    Args:
        description: dict, what the model's `describe` signature answers.
        label_encoding: str, how palette pictures are read: "index": by their
            indices, which are class ids; "colour": by their colours; "auto":
            by their indices, unless the palette uses class colours and one
            of its indices has another, which is refused. Grey pictures hold
            class ids always, RGB pictures class colours.
        resize: bool, whether layouts of another size are brought to the
            model's by nearest; otherwise they are refused.

    Raises:
        ValueError: There is no such encoding.
    """

    def __init__(self, description, label_encoding="auto", resize=False):
        if label_encoding not in ENCODINGS:
            raise ValueError(
                f"`label_encoding` must be one of {', '.join(ENCODINGS)}. "
                f"Received: {label_encoding!r}."
            )
        self.height = description["image_height"]
        self.width = description["image_width"]
        self._encoding = label_encoding
        self._resize = resize
        self._names = [c["name"] for c in description["classes"]]
        self._colours = [tuple(c["colour"]) for c in description["classes"]]
        self._unknown_id = description["unknown_id"]
        self._id_of_value = self._make_table()
        invented = description.get("invented_colours", ())
        self._ids_of_colour = _ids_by_colour(self._colours, invented)

    def encode(self, layout, name=None):
        """A layout as the bytes that the signatures take.

        Args:
            layout: path of a PNG, the bytes of one, a `PIL.Image.Image`, an
                integer array `(H, W)` of class ids, or a uint8 array
                `(H, W, 3)` of class colours.
            name: str for messages; the path by default.

        Returns:
            bytes of a grey PNG, of 16 bits where 8 are too few.

        Raises:
            LayoutError: It is damaged, has another size, or holds what is no
                class.
            OSError: The file cannot be read.
        """
        class_ids = self.read(layout, name)
        dtype = "uint8" if len(self._names) <= 256 else "uint16"
        file = io.BytesIO()
        Image.fromarray(class_ids.astype(dtype)).save(file, "PNG")
        return file.getvalue()

    def read(self, layout, name=None):
        """The class ids of a layout, int32 `(H, W)`; see `encode`."""
        if isinstance(layout, (str, os.PathLike)):
            name = str(layout) if name is None else name
            layout = Path(layout).read_bytes()
        name = "the layout" if name is None else name
        if isinstance(layout, bytes):
            values, palette = values_of_png(layout, name)
        elif isinstance(layout, Image.Image):
            values, palette = values_of_picture(layout, None, name)
        else:
            values, palette = values_of_array(layout, name), None
        if palette is not None:
            if self._encoding == "colour":
                values = _look_up(palette, values, name)
            elif self._encoding == "auto":
                self._check_palette(values, palette, name)
        if values.ndim == 3:
            class_ids = self._from_colours(values, name)
        else:
            class_ids = self._from_values(values, name)
        return self._to_size(class_ids, name)

    def _make_table(self):
        """A table from every possible value to its class id, or -1."""
        table = np.full(MAX_VALUE + 1, -1, "int32")
        table[: len(self._names)] = np.arange(len(self._names))
        if table[255] < 0 and self._unknown_id is not None:
            table[255] = self._unknown_id
        return table

    def _from_values(self, values, name):
        class_ids = self._id_of_value[values]
        if class_ids.min(initial=0) >= 0:
            return class_ids
        y, x = np.argwhere(class_ids < 0)[0]
        wrong, counts = np.unique(values[class_ids < 0], return_counts=True)
        listing = ", ".join(
            f"{value} ({count} pixels)"
            for value, count in list(zip(wrong, counts, strict=True))[:5]
        )
        known = f"0 to {len(self._names) - 1}"
        if self._id_of_value[255] >= 0:
            known += ", or 255 for unknown"
        remedy = "Check that it was made for this model."
        if set(np.unique(values).tolist()) <= {0, 255}:
            remedy = "It seems to be a mask, of 0 and 255, and no layout."
        raise LayoutError(
            f"{name} holds values that are no class: {listing}, first at "
            f"(x={x}, y={y}). Expected: the model's class ids, {known}. "
            f"{remedy}"
        )

    def _from_colours(self, colours, name):
        if not self._ids_of_colour:
            raise LayoutError(
                f"{name} holds colours, and the model's classes have none: "
                "those that `describe` lists were made up to show them. Save "
                "class ids as a grey PNG."
            )
        packed = _pack(colours)
        known = np.array(sorted(self._ids_of_colour), "int32")
        found = [self._ids_of_colour[c] for c in known.tolist()]
        places = np.minimum(np.searchsorted(known, packed), len(known) - 1)
        wrong = known[places] != packed
        if wrong.any():
            self._refuse_colour(colours, packed, wrong, name)
        is_shared = np.array([len(ids) > 1 for ids in found])[places]
        if is_shared.any():
            y, x = np.argwhere(is_shared)[0]
            both = " and ".join(self._names[i] for i in found[places[y, x]])
            raise LayoutError(
                f"{name} has the colour {tuple(colours[y, x].tolist())} at "
                f"(x={x}, y={y}), which the classes {both} share. Save class "
                "ids as a grey PNG."
            )
        return np.array([ids[0] for ids in found], "int32")[places]

    def _refuse_colour(self, colours, packed, wrong, name):
        y, x = np.argwhere(wrong)[0]
        red, green, blue = colours[y, x].tolist()
        remedy = (
            "Every pixel must have the colour of a class; smoothed or "
            "compressed borders do not. --describe lists the colours."
        )
        if (colours[..., :1] == colours).all():
            remedy = (
                "All pixels are grey: if their values are class ids, save it "
                "with one channel."
            )
        raise LayoutError(
            f"{name} has the colour ({red}, {green}, {blue}) at (x={x}, "
            f"y={y}), which is no class's ({len(np.unique(packed[wrong]))} "
            f"such colours on {wrong.sum()} pixels). {remedy}"
        )

    def _check_palette(self, values, palette, name):
        """Refuses a palette whose colours name other classes than indices."""
        used = [i for i in np.unique(values).tolist() if i < len(palette)]
        found = {
            i: self._ids_of_colour.get(int(_pack(palette[i]))) for i in used
        }
        named = {i: ids for i, ids in found.items() if ids}
        wrong = [i for i, ids in named.items() if i not in ids]
        if not named:
            return
        if wrong:
            index, class_id = wrong[0], named[wrong[0]][0]
            says = f"the colour of class {class_id} ({self._names[class_id]})"
        elif len(named) < len(used):
            index = next(i for i in used if i not in named)
            colour = tuple(palette[index].tolist())
            says = f"the colour {colour}, which is no class's"
        else:
            return
        raise LayoutError(
            f"{name} can be read in two ways: its palette gives index {index} "
            f"{says}. Say which is right: --label_encoding=colour or "
            "--label_encoding=index."
        )

    def _to_size(self, class_ids, name):
        height, width = class_ids.shape
        if (height, width) == (self.height, self.width):
            return class_ids
        if not self._resize:
            raise LayoutError(
                f"{name} has the wrong size: this model makes pictures of "
                f"{self.height} x {self.width} pixels, height x width. "
                f"Received {height} x {width}. Pass --resize "
                "(`resize=True`) to resize it by nearest."
            )
        picture = Image.fromarray(class_ids)
        size = self.width, self.height
        return np.asarray(picture.resize(size, Image.Resampling.NEAREST))


def _look_up(palette, values, name):
    """The colours `(H, W, 3)` of palette indices."""
    if values.max(initial=0) >= len(palette):
        raise LayoutError(
            f"{name} uses palette index {values.max()}, but its palette has "
            f"only {len(palette)} colours. Save it again."
        )
    return palette[values]


def _ids_by_colour(colours, invented):
    """Packed colour -> ids of the classes to which somebody gave it."""
    found = {}
    for class_id, colour in enumerate(colours):
        if class_id not in invented:
            packed = int(_pack(np.array(colour)))
            found.setdefault(packed, []).append(class_id)
    return found


def _pack(colours):
    colours = np.asarray(colours, "int32")
    return colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]
