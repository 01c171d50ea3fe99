"""Makes the pictures of a split, one for each layout, and keeps them."""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from tf_semsynth.core import storage
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.data import label_ops, preprocessing
from tf_semsynth.evaluation.split_files import write_png

_IDENTITY_FILE = "synthesis.json"


def seed_of(name, seed=0):
    """The seed of a layout's noise, from its name: 0..2^31-1.

    So a picture does not depend on which others are made, by whom and when.
    """
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "little") >> 1


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
        missing = [
            index
            for index, name in enumerate(self.reader.names)
            if not paths[name].is_file()
        ]
        if not missing:
            return paths
        line = self._progress(len(missing), "pictures made")
        for start in range(0, len(missing), self.batch_size):
            chunk = missing[start : start + self.batch_size]
            names = [self.reader.names[index] for index in chunk]
            seeds = [seed_of(name, self.seed) for name in names]
            images = self._make(chunk, seeds)
            for name, image in zip(names, images, strict=True):
                write_png(paths[name], image)
            if line is not None:
                line.advance(len(chunk))
        return paths

    def write_samples(self, num_layouts, num_samples):
        """Makes several pictures of some layouts, spread over the split.

        Sample k of a layout has noise from the seed and k.

        Returns:
            dict, name -> list of paths.
        """
        samples = self._require_same_identity("samples")
        count = min(num_layouts, len(self.reader))
        chosen = np.linspace(0, len(self.reader) - 1, count).round().astype(int)
        found = {}
        line = self._progress(count * num_samples, "samples made")
        for index in chosen.tolist():
            name = self.reader.names[index]
            found[name] = [
                samples / f"{name}_{k}.png" for k in range(num_samples)
            ]
            missing = [
                k for k, path in enumerate(found[name]) if not path.is_file()
            ]
            for start in range(0, len(missing), self.batch_size):
                part = missing[start : start + self.batch_size]
                seeds = [seed_of(f"{name}/{k}", self.seed) for k in part]
                images = self._make([index], seeds)
                for k, image in zip(part, images, strict=True):
                    write_png(found[name][k], image)
            if line is not None:
                line.advance(num_samples)
        return found

    def _make(self, indices, seeds):
        """uint8 `(B, H, W, 3)`; one layout may have many seeds."""
        records = [self.reader.read(index) for index in indices]
        height, width = self.size
        batch = {
            "class_ids": np.stack(
                [_nearest(r.class_ids, height, width) for r in records]
            ).astype("int32")
        }
        if self.system.config.use_edges and self.reader.has_instances:
            batch["edges"] = np.stack(
                [
                    label_ops.instance_edges(
                        _nearest(r.instance_ids, height, width)
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


def _nearest(ids, height, width):
    picture = Image.fromarray(np.ascontiguousarray(ids, "int32"))
    return np.asarray(picture.resize((width, height), Image.Resampling.NEAREST))


def _bicubic(image, height, width):
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(preprocessing.resize_bicubic(picture, (width, height)))
