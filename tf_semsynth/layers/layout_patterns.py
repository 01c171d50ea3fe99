"""The distinct neighbourhoods of a layout's pixels.

What two convolutions in a row make of a layout depends, at a pixel, on the
classes around it alone, and most of a layout's pixels lie among others of their
class: at 256x256, photos' layouts have a tenth as many distinct neighbourhoods
as pixels. So the convolutions need to be computed for the distinct ones alone,
exactly, and the results are handed out to the pixels.
"""

import dataclasses
from typing import Any

from keras import ops

from tf_semsynth.core import backend


@dataclasses.dataclass(frozen=True)
class LayoutPatterns:
    """The distinct windows of layouts, for two convolutions of one size.

    Attributes:
        class_ids: int32 tensor `(P, kernel_size**2)`, the ids in each distinct
            window of the first convolution, row by row; `num_classes` is
            outside of the picture.
        features: float32 tensor `(P, kernel_size**2, D)` or None, what lies
            beside the ids; zeros outside of the picture.
        windows: int32 tensor `(Q, kernel_size**2)`, for each distinct window
            of the second convolution the numbers 0..P-1 of the first's
            windows; P is outside of the picture.
        of_pixel: int32 tensor `(B, H, W)`, the number 0..Q-1 of the second
            convolution's window around each pixel.
        count: int32 scalar tensor, Q.
    """

    class_ids: Any
    features: Any
    windows: Any
    of_pixel: Any
    count: Any

    @property
    def are_few(self):
        """bool scalar tensor, whether computing them alone pays.

        Gathering windows takes memory, as much as `kernel_size**2` feature
        maps times the share of distinct windows.
        """
        return 2 * self.count <= ops.size(self.of_pixel)


def find_patterns(class_ids, features, num_classes, kernel_size):
    """Finds the distinct neighbourhoods in layouts; on TensorFlow alone.

    Costs about 10 ms of one core for 50,000 pixels.

    Args:
        class_ids: int tensor `(B, H, W)`, 0..num_classes-1.
        features: float tensor `(B, H, W, D)` or None, such as edges.
        num_classes: int.
        kernel_size: int, odd, the side of both convolutions.

    Returns:
        `LayoutPatterns`.
    """
    labels, count = class_ids, num_classes
    if features is not None:
        features = ops.cast(features, "float32")
        labels, count = _join_features(labels, count, features)
    first, first_count = _number_windows(labels, count, kernel_size)
    second, second_count = _number_windows(first, first_count, kernel_size)
    pixels = _pixel_of_each(first, first_count)
    ids = _at_pixels(class_ids, pixels, kernel_size, num_classes)
    if features is not None:
        features = _at_pixels(features, pixels, kernel_size, 0.0)
    return LayoutPatterns(
        class_ids=ids,
        features=features,
        windows=_at_pixels(
            first,
            _pixel_of_each(second, second_count),
            kernel_size,
            first_count,
        ),
        of_pixel=second,
        count=second_count,
    )


def _join_features(labels, count, features):
    """Labels that differ where the features do, too."""
    for channel in range(features.shape[-1]):
        values = ops.view(features[..., channel], "int32")
        labels, count = _join(labels, *backend.number_distinct(values))
    return labels, count


def _number_windows(labels, count, size):
    """Numbers the distinct `size` x `size` windows around pixels.

    Args:
        labels: int tensor `(B, H, W)`, 0..count-1.
        count: int or int scalar tensor.
        size: int, odd.

    Returns:
        int32 tensor `(B, H, W)` and the int32 scalar of how many there are.
    """
    sides = ((0, 0), (size // 2, size // 2), (size // 2, size // 2))
    labels = ops.pad(labels + 1, sides)  # 0 is outside of the picture.
    count = count + 1
    for _ in range(2):  # Along the rows, then along the columns.
        reach = 1
        while reach < size:
            # Two windows that touch or overlap make a longer one.
            step = min(reach, size - reach)
            labels, count = _join(
                labels[..., :-step], labels[..., step:], count
            )
            reach += step
        labels = ops.swapaxes(labels, 1, 2)
    return labels, count


def _join(labels, others, num_others):
    """Numbers the distinct pairs of labels."""
    codes = ops.cast(labels, "int64") * ops.cast(num_others, "int64")
    return backend.number_distinct(codes + ops.cast(others, "int64"))


def _pixel_of_each(labels, count):
    """For each label, the position of a pixel (over all pictures) with it."""
    labels = ops.reshape(labels, (-1,))
    positions = ops.arange(ops.size(labels), dtype="int32")
    return ops.segment_max(positions, labels, num_segments=count)


def _at_pixels(values, pixels, size, outside):
    """The `size` x `size` windows around some pixels.

    Args:
        values: tensor `(B, H, W)` or `(B, H, W, D)`.
        pixels: int32 tensor `(P,)`, positions over all pictures.
        size: int, odd.
        outside: scalar, stands for what lies outside of the pictures.

    Returns:
        Tensor `(P, size**2)` or `(P, size**2, D)`.
    """
    _, height, width, *channels = ops.shape(values)
    half = size // 2
    sides = ((0, 0), (half, half), (half, half)) + ((0, 0),) * len(channels)
    padded = ops.pad(values, sides, constant_values=outside)
    padded = ops.reshape(padded, (-1, *channels))
    wide = width + 2 * half
    picture, rest = pixels // (height * width), pixels % (height * width)
    row, column = rest // width, rest % width
    # Padding moves a pixel by half a window: its position is the window's
    # first corner.
    corner = (picture * (height + 2 * half) + row) * wide + column
    taps = [
        corner + row * wide + column
        for row in range(size)
        for column in range(size)
    ]
    return ops.take(padded, ops.stack(taps, axis=1), axis=0)
