"""From pictures to what the FID Inception sees: three ways, three FIDs.

The same pictures get other distances under each, by several points where
they are shrunk, so a number is worth nothing without the variant's name:

- `"tf1"`: the first implementation (TTUR) and torch-fidelity. Bilinear with
  TensorFlow 1's corner-aligned positions, no antialiasing.
- `"pytorch"`: pytorch-fid, which nearly all publications of this field used.
  Bilinear with half-pixel centres, no antialiasing.
- `"clean"`: clean-fid (https://arxiv.org/abs/2104.11222). Pillow's bicubic
  filter, which is antialiased, on float32 planes and without rounding.
"""

import numpy as np
from PIL import Image

from tf_semsynth.backbones.interpolation import corner_taps, half_pixel_taps

VARIANTS = ("pytorch", "tf1", "clean")
INPUT_SIZE = 299


def inception_inputs(images, variant="pytorch"):
    """Resizes pictures to 299x299 and brings them into the network's range.

    About 3 ms per picture of 256x256 on one core, 5 to 9 ms at 512x1024, which
    is little beside the network on a CPU.

    Args:
        images: uint8 array `(B, H, W, 3)`, RGB, of any size.
        variant: str, one of `VARIANTS`.

    Returns:
        Float32 array `(B, 299, 299, 3)`: `(x - 128) / 128` of grey levels in
        0..255 for `"tf1"` and `"clean"`, `2 * (x / 255) - 1` for
        `"pytorch"`.

    Raises:
        ValueError: another variant, or something else than uint8 pictures.
    """
    if variant == "pytorch":
        return 2 * resize_for_inception(images, variant) - 1
    levels = resize_for_inception(images, variant)
    return (levels - np.float32(128)) / np.float32(128)


def resize_for_inception(images, variant="pytorch"):
    """Resizes pictures to 299x299 without rounding to whole grey levels.

    Args and errors are those of `inception_inputs`.

    Returns:
        Float32 array `(B, 299, 299, 3)`: grey levels in 0..255 for `"tf1"`
        and `"clean"`, their 255th part for `"pytorch"`, since rounding
        depends on the order of the two steps.
    """
    _check(images, variant)
    if variant == "clean":
        return np.stack([_bicubic(image) for image in images])
    if variant == "tf1":
        return _resize(images, 1, corner_taps, _step)
    return _resize(images, 255, half_pixel_taps, _mix)


def _resize(images, divisor, make_taps, blend):
    """Bilinear resize, first along the rows: so the official codes round."""
    height, width = images.shape[1:3]
    left, right, to_right = make_taps(width, INPUT_SIZE)
    upper, lower, down = make_taps(height, INPUT_SIZE)
    results = np.empty((len(images), INPUT_SIZE, INPUT_SIZE, 3), "float32")
    for image, result in zip(images, results, strict=True):  # Fits the cache.
        image = image.astype("float32") / np.float32(divisor)
        rows = blend(image[:, left], image[:, right], to_right[:, None])
        result[:] = blend(rows[upper], rows[lower], down[:, None, None])
    return results


def _mix(first, second, share):
    return first * (1 - share) + second * share


def _step(first, second, share):
    return first + (second - first) * share


def _bicubic(image):
    size = (INPUT_SIZE, INPUT_SIZE)
    planes = [
        Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC)
        for plane in np.moveaxis(image.astype("float32"), -1, 0)
    ]
    return np.clip(np.stack([np.asarray(p) for p in planes], -1), 0, 255)


def _check(images, variant):
    if variant not in VARIANTS:
        raise ValueError(
            f"`variant` must be one of {', '.join(VARIANTS)}. Received: "
            f"variant={variant!r}"
        )
    shape, dtype = np.shape(images), getattr(images, "dtype", type(images))
    if dtype != np.uint8 or len(shape) != 4 or shape[-1] != 3 or 0 in shape:
        raise ValueError(
            "`images` must be a uint8 array (B, H, W, 3) of RGB pictures, "
            f"B, H and W > 0. Received: shape {shape}, {dtype}. Pictures in "
            "[-1, 1] become uint8 with `core.pixels`."
        )
