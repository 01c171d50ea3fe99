"""Makes the pictures of a split, one for each layout, and keeps them."""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from tf_semsynth.core import storage
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.core.png_files import write_png
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.data import label_ops, preprocessing
from tf_semsynth.data.nearest import resize_nearest

_IDENTITY_FILE = "synthesis.json"


def seed_of(name, seed=0):
    """The seed of a layout's noise, from its name: 0..2^31-1.

    So a picture does not depend on which others are made, by whom and when.
    """
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "little") >> 1


class Task(NamedTuple):
    """A picture that is to be made.

    Attributes:
        index: int, which layout of the split.
        seed: int, of its noise.
        path: `Path` of the PNG.
    """

    index: int
    seed: int
    path: Path


class SplitSynthesis:
    """Pictures of a split's layouts, by a system.

    Layouts are resized to the system's size by nearest. Pictures that an
    earlier run with the same identity left are kept; those of another one are
    removed.

    Args:
        system: `System`.
        reader: `DatasetReader`; its class ids are the system's.
        folder: path: pictures are written to `<folder>/pictures`.
        identity: dict of JSON values that changes with the weights.
        seed: int.
        latent: "prior": noise from `seed_of`; "posterior": the encoded photo.
        batch_size: int, pictures made at once.
        show: bool, whether progress is shown.

    Raises:
        ValueError: The system has no encoder for the posterior, or other
            classes than the data set.
    """

    def __init__(self, system, reader, folder, identity, seed=0,
                 latent="prior", batch_size=4, show=True):  # fmt: skip
        if latent == "posterior" and not system.has_encoder:
            raise ValueError(
                "The protocol takes the style of each picture from the photo, "
                "which needs an encoder, and this system has none. Choose "
                "another --protocol, or train with --use_encoder."
            )
        if reader.classes.num_classes != system.config.num_classes:
            raise ValueError(
                f"The data set has {reader.classes.num_classes} classes, the "
                f"system {system.config.num_classes}. Evaluate with the data "
                "set and label map that it was trained with."
            )
        self.system = system
        self.reader = reader
        self.folder = Path(folder)
        self.seed = seed
        self.latent = latent
        self.batch_size = batch_size
        self.show = show
        self.size = system.config.image_height, system.config.image_width
        self._identity = {
            **identity,
            "seed": seed if system.uses_noise else None,
            "latent": latent if system.uses_noise else None,
        }

    def write_pictures(self):
        """Makes the pictures that are missing.

        Returns:
            dict, name -> path.
        """
        pictures = self._require_same_identity("pictures")
        paths = {n: pictures / f"{n}.png" for n in self.reader.names}
        tasks = [
            Task(index, seed_of(name, self.seed), paths[name])
            for index, name in enumerate(self.reader.names)
        ]
        self._make_missing([tasks], "pictures made")
        return paths

    def make(self, indices):
        """Makes pictures of some layouts, which stay in memory.

        Args:
            indices: List of int, numbers of examples.

        Returns:
            uint8 array `(B, H, W, 3)`.
        """
        names = [self.reader.names[index] for index in indices]
        return self._make(indices, [seed_of(n, self.seed) for n in names])

    def write_samples(self, num_layouts, num_samples):
        """Makes several pictures of some layouts, spread over the split.

        Sample k of a layout has noise from the seed and k.

        Returns:
            dict, name -> list of paths.
        """
        samples = self._require_same_identity("samples")
        count = min(num_layouts, len(self.reader))
        chosen = np.linspace(0, len(self.reader) - 1, count).round().astype(int)
        found, groups = {}, []
        for index in chosen.tolist():
            name = self.reader.names[index]
            own = [
                Task(
                    index,
                    seed_of(f"{name}/{k}", self.seed),
                    samples / f"{name}_{k}.png",
                )
                for k in range(num_samples)
            ]
            found[name] = [task.path for task in own]
            groups.append(own)
        self._make_missing(groups, "samples made")
        return found

    def _make_missing(self, groups, unit):
        """Makes the pictures without a file, a group's tasks batch by batch."""
        batches, size = [], self.batch_size
        for group in groups:
            missing = [task for task in group if not task.path.is_file()]
            starts = range(0, len(missing), size)
            batches += [missing[start : start + size] for start in starts]
        if batches:
            self.make_batches(batches, unit)

    def make_batches(self, batches, unit):
        """Makes pictures.

        Args:
            batches: List of lists of `Task`; those of a batch have one
                layout, or one each.
            unit: str for the progress line.
        """
        line = self._progress(sum(map(len, batches)), unit)
        for batch in batches:
            indices = list(dict.fromkeys(task.index for task in batch))
            images = self._make(indices, [task.seed for task in batch])
            for task, image in zip(batch, images, strict=True):
                write_png(task.path, image)
            if line is not None:
                line.advance(len(batch))

    def _make(self, indices, seeds):
        """uint8 `(B, H, W, 3)`; one layout may have many seeds."""
        records = [self.reader.read(index) for index in indices]
        height, width = self.size
        batch = {
            "class_ids": np.stack(
                [resize_nearest(r.class_ids, height, width) for r in records]
            ).astype("int32")
        }
        if self.system.config.use_edges and self.reader.has_instances:
            batch["edges"] = np.stack(
                [
                    label_ops.instance_edges(
                        resize_nearest(r.instance_ids, height, width)
                    )
                    for r in records
                ]
            ).astype("float32")
        latent = None
        if self.latent == "posterior":
            photos = np.stack(
                [_bicubic(r.image, height, width) for r in records]
            )
            latent = self.system.encode({**batch, "image": to_float(photos)})
            seeds = None
        prepared = self.system.prepare_layout(batch)
        image = self.system.synthesize(prepared, seed=seeds, latent=latent)
        return to_uint8(np.asarray(image))

    def _require_same_identity(self, name):
        """The folder of pictures, emptied of those of other weights."""
        path = self.folder / name / _IDENTITY_FILE
        text = json.dumps(self._identity, sort_keys=True)
        if not path.is_file() or path.read_text() != text:
            if path.parent.exists():
                storage.remove(path.parent)
            storage.write_text(path, text)
        return path.parent

    def _progress(self, total, unit):
        return ProgressLine(total, unit) if self.show else None


def _bicubic(image, height, width):
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(preprocessing.resize_bicubic(picture, (width, height)))
