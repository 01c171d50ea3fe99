"""Ceiling and floors: what real photos and trivial methods would score.

A number says little by itself. The ceiling is the score of the real photos at
the pictures' size: no generator of that size can be expected to do better.
The floors are methods that learn nothing: each class painted in its mean
colour, and the training photo whose layout is nearest.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

from tf_semsynth.core import storage
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.data import decoding
from tf_semsynth.data.nearest import resize_nearest
from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.pictures import MadePictures, ReducedPictures

LAYOUT_WIDTH = 64  # Pixels at which layouts are compared.
MEAN_COLOURS, NEAREST_LAYOUT = "class_mean_colours", "nearest_layout"


def make_ceiling(photos, size):
    """The layouts' own photos at the pictures' size.

    Args:
        photos: `FilePictures` with the keys of the labels.
        size: (width, height) of the pictures.

    Returns:
        Set of pictures.
    """
    if photos.size == tuple(size):
        return photos
    return ReducedPictures(photos.paths, tuple(size))


def make_floors(reader, labels, size, cache, show=True):
    """Pictures that trivial methods make of layouts.

    Args:
        reader: `DatasetReader` of the training split.
        labels: `FilePictures` of the label files.
        size: (width, height) of the pictures that are made.
        cache: path of a folder for what was found in the training split.
        show: bool, whether progress is shown.

    Returns:
        dict, name -> set of pictures.

    Raises:
        DataError: A label or training file is damaged.
    """
    height = max(1, round(LAYOUT_WIDTH * size[1] / size[0]))
    training = read_training(reader, (LAYOUT_WIDTH, height), cache, show)
    floors = {}

    def ids_of(key, size):
        ids = _decode(reader, labels.paths[key])
        return resize_nearest(ids, *size[::-1])

    def paint(key):
        return training["colours"][ids_of(key, size)]

    floors[MEAN_COLOURS] = MadePictures(
        labels.keys,
        size,
        paint,
        labels.digest,
        f"{MEAN_COLOURS} {size} {training['colours'].tolist()}",
    )
    unknown = reader.classes.unknown_id
    nearest = {}
    for key in labels.keys:
        layout = ids_of(key, (LAYOUT_WIDTH, height))
        nearest[key] = find_nearest(layout, training["layouts"], unknown)
    paths = {
        key: reader.examples[index].image_path for key, index in nearest.items()
    }
    if all(path is not None for path in paths.values()):
        floors[NEAREST_LAYOUT] = ReducedPictures(paths, size)
    else:
        floors[NEAREST_LAYOUT] = MadePictures(
            labels.keys,
            size,
            lambda key: picture_files.resize(
                Image.fromarray(reader.read(nearest[key]).image), size
            ),
            lambda key: str(nearest[key]).encode(),
            f"{NEAREST_LAYOUT} {size} {_identity(reader, size)}",
        )
    return floors


def find_nearest(layout, layouts, unknown_id=None):
    """The number of the layout with the most equal pixels.

    Args:
        layout: int array `(h, w)`.
        layouts: int array `(M, h, w)`.
        unknown_id: int or None, class whose pixels are never equal.

    Returns:
        int, the first of the nearest.
    """
    counted = np.ones(layout.shape, bool)
    if unknown_id is not None:
        counted = layout != unknown_id
    equal = (layouts[:, counted] == layout[counted]).sum(axis=1)
    return int(equal.argmax())


def read_training(reader, layout_size, cache, show=True):
    """Mean colours and small layouts of a training split, kept in the cache.

    Memory: 3 KB a training picture.

    Args:
        reader: `DatasetReader`.
        layout_size: (width, height) of the small layouts.
        cache: path of a folder.
        show: bool, whether progress is shown.

    Returns:
        dict: "colours", uint8 `(K, 3)`, mid grey for classes that are nowhere;
        "layouts", uint8 or uint16 `(M, h, w)`.
    """
    path = Path(cache, f"training_{_identity(reader, layout_size)}.npz")
    if path.is_file():
        try:
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name] for name in ("colours", "layouts")}
        except (OSError, ValueError, KeyError) as error:
            print(f"{path} is damaged ({error}); the training split is read.")
    count = reader.classes.num_classes
    sums, pixels = np.zeros((count, 3)), np.zeros(count)
    kind = "uint8" if count <= 256 else "uint16"
    layouts = np.empty((len(reader), *layout_size[::-1]), kind)
    line = ProgressLine(len(reader), "training pictures read") if show else None
    for index in range(len(reader)):
        record = reader.read(index)
        ids = record.class_ids
        layouts[index] = resize_nearest(ids, *layout_size[::-1])
        if record.image.shape[:2] != ids.shape:
            ids = resize_nearest(ids, *record.image.shape[:2])
        pixels += np.bincount(ids.ravel(), minlength=count)
        for channel in range(3):
            sums[:, channel] += np.bincount(
                ids.ravel(), record.image[..., channel].ravel(), count
            )
        if line is not None:
            line.advance()
    means = np.full((count, 3), 128.0)
    np.divide(sums, pixels[:, None], out=means, where=pixels[:, None] > 0)
    result = {"colours": means.round().astype("uint8"), "layouts": layouts}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(storage.temporary_name(path.name))
    np.savez_compressed(unfinished, **result)
    unfinished.rename(path)
    return result


def _decode(reader, path):
    data = decoding.read_bytes(path)
    rule = getattr(reader, "rule", None)
    if rule is not None:
        return rule.decode(data, path)
    return decoding.decode_values(data, path)[0].astype("int32")


def _identity(reader, layout_size):
    """12 digits over the training split: names, sizes and times of files."""
    digest = hashlib.sha256()
    about = [reader.name, reader.split, len(reader), list(layout_size)]
    about.append(reader.classes.to_dict())
    digest.update(json.dumps(about).encode())
    for example in reader.examples:
        for path in (example.image_path, example.label_path):
            if path is None:
                digest.update(f"{example.name}\0".encode())
            else:
                stat = Path(path).stat()
                text = f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0"
                digest.update(text.encode())
    return digest.hexdigest()[:12]
