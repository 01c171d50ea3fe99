"""Changes of colour that teach a network more than a small set shows."""

import numpy as np

_LUMINANCE = np.array([0.299, 0.587, 0.114], "float32")


def jitter_colours(image, strength, rng):
    """Changes brightness, contrast and saturation of a photo.

    Args:
        image: uint8 array `(H, W, 3)`.
        strength: float, 0..1; each factor is drawn from 1 - strength to
            1 + strength.
        rng: `numpy.random.Generator`.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    brightness, contrast, saturation = rng.uniform(
        1 - strength, 1 + strength, 3
    ).astype("float32")
    pixels = image.astype("float32") * brightness
    grey = (pixels @ _LUMINANCE)[..., None]
    pixels = grey + (pixels - grey) * saturation
    middle = grey.mean()
    pixels = middle + (pixels - middle) * contrast
    return np.clip(pixels + 0.5, 0, 255).astype("uint8")
