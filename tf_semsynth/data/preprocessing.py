"""Brings pictures and labels to the size that a system sees.

The modes of the official code, bit for bit: photos by Pillow's bicubic
filter, labels and instances by nearest, then one crop for all of them, then
one mirror. What happens is split in two, so that the costly first half can be
kept in memory: `resize` is the same each time, `crop_and_flip` is drawn.
"""

import dataclasses

import numpy as np
from PIL import Image

from tf_semsynth.data.nearest import resize_nearest
from tf_semsynth.data.reader import Record

MODES = (
    "resize_and_crop",
    "resize",
    "crop",
    "scale_width",
    "scale_width_and_crop",
    "scale_shortside",
    "scale_shortside_and_crop",
    "fixed",
    "none",
)
SIZE_REMEDY = (
    "Choose another --preprocess_mode, such as fixed or resize_and_crop, or "
    "another --image_height, --image_width."
)


@dataclasses.dataclass(frozen=True)
class Plan:
    """The geometry of preprocessing.

    Args:
        mode: One of `MODES`.
        load_width, load_height: int, pixels of the resized picture; modes
            that keep the ratio read `load_width` alone.
        crop_width, crop_height: int, pixels of the crop.
    """

    mode: str
    load_width: int
    load_height: int
    crop_width: int
    crop_height: int

    @classmethod
    def official(cls, mode, load_size, crop_size, aspect_ratio=1.0):
        """The plan of the official options: squares, but in mode "fixed"."""
        if mode == "fixed":
            height = round(crop_size / aspect_ratio)
            return cls(mode, crop_size, height, crop_size, height)
        return cls(mode, load_size, load_size, crop_size, crop_size)

    @property
    def crops(self):
        """Whether the mode ends with a crop."""
        return "crop" in self.mode


def resized_size(plan, size):
    """The size to which a picture is resized.

    Args:
        plan: `Plan`.
        size: (width, height) of the file.

    Returns:
        (width, height).
    """
    width, height = size
    if "resize" in plan.mode or plan.mode == "fixed":
        return plan.load_width, plan.load_height
    if "scale_width" in plan.mode:
        if width == plan.load_width:
            return size
        return plan.load_width, int(plan.load_width * height / width)
    if "scale_shortside" in plan.mode:
        # The official code keeps the short side as it is, whatever its name
        # says, and only the long side follows the load size (verified in
        # NVlabs/SPADE and its descendants); the weights were trained so.
        short, long = min(size), max(size)
        long = int(plan.load_width * long / short)
        return (short, long) if width == short else (long, short)
    if plan.mode == "none":
        return tuple(int(round(side / 32) * 32) for side in size)
    return size


def final_size(plan, size):
    """The (width, height) that a file of the given size ends with."""
    if plan.crops:
        return plan.crop_width, plan.crop_height
    return resized_size(plan, size)


def describe_size(plan, size):
    """Says that a picture ends with another size than the system's."""
    return (
        f"comes to {size[0]} x {size[1]} pixels by preprocess_mode="
        f"{plan.mode}; the system's size is {plan.crop_width} x "
        f"{plan.crop_height}."
    )


def crop_range(plan, size):
    """The largest (x, y) at which a crop may begin, from the file's size."""
    width, height = resized_size(plan, size)
    if "scale_width" in plan.mode:
        # Official: the range rounds by whole numbers, the resize by floats.
        height = plan.load_width * size[1] // size[0]
        width = plan.load_width
    return max(0, width - plan.crop_width), max(0, height - plan.crop_height)


def resize(record, plan, scale=1.0):
    """Resizes photo, class ids and instance ids.

    Args:
        record: `Record`.
        plan: `Plan`.
        scale: float, enlarges the target size (an augmentation, not in the
            official code).

    Returns:
        A `Record`.
    """

    def target(array):
        size = resized_size(plan, array.shape[1::-1])
        if scale == 1.0:
            return size
        return round(size[0] * scale), round(size[1] * scale)

    image, class_ids, instance_ids = record
    if instance_ids is not None:
        instance_ids = _nearest(instance_ids, target(instance_ids))
    return Record(
        _bicubic(image, target(image)),
        _nearest(class_ids, target(class_ids)),
        instance_ids,
    )


def crop_and_flip(record, plan, corner, flip):
    """Crops all parts at one place and mirrors them.

    Args:
        record: `Record`, resized.
        plan: `Plan`.
        corner: (x, y) where the crop begins, or None for no crop. Outside
            the picture is filled with 0 in all parts (official).
        flip: bool, mirror left and right.

    Returns:
        A `Record`.
    """

    def change(array):
        if array is None:
            return None
        if corner is not None:
            array = _crop(array, corner, plan.crop_width, plan.crop_height)
        return array[:, ::-1] if flip else array

    return Record(*(change(array) for array in record))


def resize_bicubic(picture, size):
    """Resizes as Pillow 13 does, with older versions of Pillow, too.

    Pillow resizes columns and rows in two passes, rounding after each. Since
    version 13 the rows come first where the height shrinks much more than
    the width, which changes values; so the passes are made one by one.

    Args:
        picture: `PIL.Image.Image`.
        size: (width, height).

    Returns:
        `PIL.Image.Image`.
    """
    width, height = size
    old_width, old_height = picture.size
    shrinks = old_height - height
    rows_first = shrinks > 0 and shrinks > 2 * (old_width - width)
    between = (old_width, height) if rows_first else (width, old_height)
    for step in (between, size):
        picture = picture.resize(step, Image.Resampling.BICUBIC)
    return picture


def _bicubic(image, size):
    if image.shape[1::-1] == size:
        return image
    _check_target(size, image)
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(resize_bicubic(picture, size))


def _nearest(ids, size):
    _check_target(size, ids)
    return resize_nearest(ids, *size[::-1])


def _crop(array, corner, width, height):
    x, y = corner
    part = array[y : y + height, x : x + width]
    missing = height - part.shape[0], width - part.shape[1]
    if missing == (0, 0):
        return part
    edges = [(0, missing[0]), (0, missing[1])] + [(0, 0)] * (array.ndim - 2)
    return np.pad(part, edges)


def _check_target(size, array):
    if min(size) < 1:
        raise ValueError(
            f"a picture of {array.shape[1]} x {array.shape[0]} pixels would "
            f"be resized to {size[0]} x {size[1]}. Choose another "
            "--preprocess_mode or a larger --load_size."
        )
