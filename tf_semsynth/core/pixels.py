"""Pictures as the networks see them, and as files hold them.

NumPy pictures need no Keras, which takes its time to load.
"""

import numpy as np


def to_uint8(image):
    """Float pictures to bytes, as the official code saves them.

    Values are clipped and then truncated, not rounded.

    Args:
        image: float tensor or NumPy array of any shape, [-1, 1].

    Returns:
        uint8 of the same shape; NumPy for NumPy, else a tensor.

    Raises:
        ValueError: A NumPy picture holds values that are not finite.
    """
    if isinstance(image, np.ndarray):
        if not np.isfinite(image).all():
            raise ValueError(
                "the picture holds values that are not finite. Expected: "
                "[-1, 1]. Received: "
                f"{np.count_nonzero(~np.isfinite(image))} of {image.size} "
                "values are NaN or infinite. The weights that made it are "
                "broken: go back to an earlier checkpoint."
            )
        grey = (image.astype("float32") + 1) / 2 * 255
        return np.clip(grey, 0, 255).astype("uint8")
    from keras import ops

    grey = (ops.cast(image, "float32") + 1) / 2 * 255
    return ops.cast(ops.clip(grey, 0, 255), "uint8")


def to_float(image):
    """Bytes to float pictures, as torchvision's `ToTensor`, `Normalize` do.

    Args:
        image: uint8 tensor or NumPy array of any shape.

    Returns:
        float32 of the same shape, [-1, 1]; NumPy for NumPy, else a tensor.
    """
    if isinstance(image, np.ndarray):
        image = image.astype("float32")
    else:
        from keras import ops

        image = ops.cast(image, "float32")
    return (image / np.float32(255) - np.float32(0.5)) / np.float32(0.5)
