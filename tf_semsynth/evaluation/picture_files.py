"""Finds, pairs, checks and reads the files that are scored."""

import hashlib

import numpy as np
from PIL import Image

from tf_semsynth.data import decoding, file_header, files, preprocessing
from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.nearest import resize_nearest

ENDINGS = (".png", ".jpg", ".jpeg")
# What file names of one scene end with, such as Cityscapes' photo and label.
STEM_ENDINGS = ("_leftImg8bit", "_gtFine_labelIds")
# Files that lie beside results and show nothing, such as index.html.
_NO_PICTURES = (
    ".csv",
    ".htm",
    ".html",
    ".json",
    ".log",
    ".md",
    ".npz",
    ".txt",
    ".xml",
    ".yaml",
)
# Kinds of files, called as Pillow calls them.
PICTURE_MODES = ("RGB",)
LABEL_MODES = ("L", "P")
_MODES = {
    file_header.GREY: "L",
    file_header.RGB: "RGB",
    file_header.PALETTE: "P",
    file_header.GREY_ALPHA: "LA",
    file_header.RGB_ALPHA: "RGBA",
    file_header.CMYK: "CMYK",
}
NO_LIMIT = 1 << 62  # `check_files` has looked at the header.
_RATIO_TOLERANCE = 0.01  # Rounding to whole pixels.


def find_files(folder, option, ending=""):
    """Lists the pictures of a folder and the folders in it.

    Args:
        folder: path.
        option: str, the flag that names it, for messages.
        ending: str, what a stem must end with to be taken.

    Returns:
        dict, key -> `Path`, sorted by key. The key is the path in the folder
        without ending and without what `STEM_ENDINGS` lists.

    Raises:
        OSError: There is no such folder.
        ValueError: It holds none, two of one key, or what cannot be read.
    """
    folder = files.require_folder(
        folder, remedy=f"{option} must name a folder of pictures."
    )
    wanted = [f"{ending}{suffix}" for suffix in ENDINGS]
    stems = [stem for stem in STEM_ENDINGS if stem.endswith(ending)]
    endings = [*wanted, *(f"{s}{suffix}" for s in stems for suffix in ENDINGS)]
    # With an ending, the other files of each scene are no business of ours.
    siblings = ("",) if ending else _NO_PICTURES
    listing = files.list_files(folder, endings, "picture", siblings)
    if listing.problems:
        raise ValueError(
            f"{option}: "
            + some([str(problem.fault) for problem in listing.problems])
        )
    if not listing.files:
        raise ValueError(
            f"{option}={folder}: there is no "
            f"{' or '.join(f'*{end}' for end in wanted)} in it."
        )
    return dict(sorted(listing.files.items()))


def pair_by_name(found, flat):
    """Files of nested folders by their names alone, where others are so.

    Pictures of all scenes are often written to one folder, where layouts and
    photos lie in folders of cities.

    Args:
        found: dict, key -> path, from `find_files`.
        flat: bool, whether the files to pair with lie in one folder.

    Returns:
        dict, key -> path.

    Raises:
        ValueError: Two files have one name.
    """
    if not flat:
        return found
    by_name = {}
    for key, path in found.items():
        name = key.rpartition("/")[2]
        if name in by_name:
            raise ValueError(
                f"two files are called {name!r}: {by_name[name]} and {path}, "
                "and the files to pair them with lie in one folder. Put those "
                "in folders of the same names."
            )
        by_name[name] = path
    return dict(sorted(by_name.items()))


def is_flat(found):
    """Whether files lie in one folder, without folders in it."""
    return not any("/" in key for key in found)


def check_pairs(pictures, labels):
    """Checks that each label has a picture and each picture a label.

    Raises:
        ValueError: Names some of those without a partner.
    """
    _refuse_orphans(
        labels.keys() - pictures.keys(),
        "label",
        "picture (--images)",
        "Synthesize a picture for each label: scores over a part of a split "
        "cannot be compared with those of the whole.",
    )
    _refuse_orphans(
        pictures.keys() - labels.keys(),
        "picture",
        "label (--labels)",
        "Give --images a folder of its own, without pictures of other splits.",
    )


def check_files(
    paths, what, modes, ratio_of=None, one_size=True, max_pixels=MAX_PIXELS
):
    """Looks at every header before the slow work begins.

    Args:
        paths: Iterable of paths.
        what: str for messages, "picture", "label" or "photo".
        modes: Tuple of the modes that are allowed.
        ratio_of: (width, height) whose ratio all must have (within 1 %), or
            None.
        one_size: bool, whether all must have one size.
        max_pixels: int, the largest width x height allowed.

    Returns:
        (width, height) of all, or None where they differ.

    Raises:
        ValueError: Lists some of those that are wrong, or a file is damaged.
    """
    wrong_mode, wrong_ratio, sizes = [], [], {}
    for path in paths:
        size, mode = _read_size(path, max_pixels)
        if mode not in modes:
            wrong_mode.append(f"{path.name} ({mode})")
        if ratio_of is not None and not _same_ratio(size, ratio_of):
            wrong_ratio.append(f"{path.name} ({size[0]} x {size[1]})")
        sizes.setdefault(size, path.name)
    if wrong_mode:
        expected = (
            "one byte a pixel, the class and not its colour"
            if modes == LABEL_MODES
            else "8 bits a channel, RGB, without alpha"
        )
        raise ValueError(
            f"{len(wrong_mode)} {what} files are of a wrong kind: "
            f"{some(wrong_mode)}. Expected: {expected}. Convert them."
        )
    if wrong_ratio:
        width, height = ratio_of
        raise ValueError(
            f"{len(wrong_ratio)} {what} files have a wrong shape: "
            f"{some(wrong_ratio)}. The judge sees {width} x {height} pixels "
            "(width x height): any size of this ratio will do. Resize square "
            "pictures back before they are scored."
        )
    if one_size and len(sizes) > 1:
        listed = [f"{n} ({w} x {h})" for (w, h), n in sorted(sizes.items())]
        raise ValueError(
            f"The {what} files differ in size: {some(listed)}. Expected one "
            "size. Are there files of an older run in the folder?"
        )
    return next(iter(sizes)) if len(sizes) == 1 else None


def read_picture(path, size=None):
    """Reads a picture.

    Args:
        path: path.
        size: (width, height) to which it is resized with Pillow's bicubic
            filter, rounded to 8 bits; None for its own.

    Returns:
        uint8 array `(H, W, 3)`, RGB.

    Raises:
        ValueError: It is damaged, or not seen as its values are.
    """
    data = decoding.read_bytes(path)
    pixels = decoding.decode_photo(data, path, NO_LIMIT)
    return resize(Image.fromarray(pixels), size)


def resize(picture, size):
    """uint8 array `(H, W, 3)` of a Pillow picture, bicubic where it must."""
    if size is not None and picture.size != tuple(size):
        picture = preprocessing.resize_bicubic(picture, tuple(size))
    return np.asarray(picture)


def read_label(path, table, size=None):
    """Reads the class of each pixel.

    Args:
        path: path of a PNG of one byte a pixel.
        table: Sequence from the byte to a class; -1 for bytes that must not
            occur. Bytes past its end must not occur either.
        size: (width, height) to which it is resized by nearest, or None.

    Returns:
        int32 array `(H, W)`.

    Raises:
        ValueError: A byte stands for no class, or the file is damaged.
    """
    data = decoding.read_bytes(path)
    values, _ = decoding.decode_values(data, path, NO_LIMIT)
    if values.ndim == 3:
        raise ValueError(
            f"{path}: holds colours. Expected one value a pixel, the class."
        )
    if size is not None:
        values = resize_nearest(values, size[1], size[0])
    return classes_of(values, table, path)


def classes_of(values, table, name):
    """Looks the classes of labels up.

    Args:
        values: int array, 0..65535.
        table: as for `read_label`.
        name: str or path for messages, whose labels they are.

    Returns:
        int32 array of the same shape.

    Raises:
        ValueError: A value stands for no class.
    """
    full = np.full(65536, -1, "int32")
    full[: len(table)] = table
    class_ids = full[values]
    if class_ids.min(initial=0) < 0:
        wrong = np.unique(values[class_ids < 0])[:5].tolist()
        raise ValueError(
            f"{name}: holds the values {wrong}, which are no labels of this "
            f"data set: expected 0 to {len(table) - 1}. Are these the label "
            "files that the protocol asks for?"
        )
    return class_ids


def sha256(path):
    """SHA-256 of a file, 32 bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def some(items, limit=3):
    """The first items of a list and how many more there are."""
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more


def _read_size(path, max_pixels):
    """(width, height) and mode of a file, by its header."""
    header = file_header.read_header(path, max_pixels=max_pixels)
    mode = _MODES.get(header.colour_type, "of an unknown kind")
    if header.depth != 8 and header.colour_type != file_header.PALETTE:
        mode = f"{mode} of {header.depth} bits"
    return (header.width, header.height), mode


def _refuse_orphans(keys, what, partner, remedy):
    if keys:
        count = f"{len(keys)} {what}" + ("s have" if len(keys) > 1 else " has")
        raise ValueError(
            f"{count} no {partner}: {some(sorted(keys))}. {remedy}"
        )


def _same_ratio(size, other):
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) <= (
        _RATIO_TOLERANCE
    )
