"""What the sizes of the authors' tensors tell about a system's options."""

import math

from tf_semsynth.networks.block_plan import num_doublings

# Layout channels of published networks that end in instance borders: from
# the shapes alone, 36 could also be 36 classes.
_PUBLISHED_WITH_EDGES = (36, 184)
# Keys by which the `ImageEncoder` is found in a file.
ENCODER_SIGNS = ("layer1.0.weight_orig", "fc_mu.weight", "fc_var.weight")


def layout_fields(num_channels, given):
    """Splits the layout's channels into classes and instance borders.

    Args:
        num_channels: int, input channels of the first layout convolution.
        given: dict, fields that the user has set.

    Returns:
        Dictionary with `num_classes` and `use_edges`.
    """
    use_edges = given.get("use_edges")
    if use_edges is None and "num_classes" in given:
        use_edges = given["num_classes"] == num_channels - 1
    if use_edges is None:
        use_edges = num_channels in _PUBLISHED_WITH_EDGES
    return {
        "num_classes": num_channels - int(use_edges),
        "use_edges": use_edges,
    }


def start_fields(state, size, default_size, given):
    """Finds the encoder's use and the picture's size in the layer `fc`.

    Args:
        state: dict, the generator's official key -> array.
        size: str, the generator's: "normal", "more" or "most".
        default_size: (height, width) in pixels where the file does not tell.
        given: dict, fields that the user has set.

    Returns:
        Dictionary with `use_encoder`, `image_height`, `image_width` and,
        with an encoder, `latent_dim`.

    Raises:
        ValueError: `fc` is missing, or its size leaves several shapes.
    """
    weight = state.get("fc.weight")
    if weight is None or weight.ndim not in (2, 4):
        raise ValueError(
            "The generator's file has no tensor `fc.weight` with 2 axes "
            "(with an encoder) or 4 (without). Is it this system's "
            "generator?"
        )
    height, width = default_size
    if weight.ndim == 4:
        return {
            "use_encoder": False,
            "image_height": height,
            "image_width": width,
        }
    # 16 times the filters, times the pixels of the first map.
    pixels = weight.shape[0] // (16 * _generator_filters(state, size))
    unit = 2 ** num_doublings(size)
    rows = _rows(pixels, unit, given)
    return {
        "use_encoder": True,
        "latent_dim": weight.shape[1],
        "image_height": rows * unit,
        "image_width": pixels // rows * unit,
    }


def _generator_filters(state, size):
    """ngf; the deepest generator halves its channels once more."""
    return state["conv_img.weight"].shape[1] * (2 if size == "most" else 1)


def _rows(pixels, unit, given):
    """Height of the first map: as given, else square, else twice as wide."""
    if "image_height" in given:
        return max(1, given["image_height"] // unit)
    if "image_width" in given:
        return max(1, pixels * unit // max(unit, given["image_width"]))
    for aspect_ratio in (1, 2):
        rows = math.isqrt(pixels // aspect_ratio)
        if rows and rows * rows * aspect_ratio == pixels:
            return rows
    raise ValueError(
        f"The generator's first map has {pixels} pixels of {unit} x {unit} in "
        "the picture, which is neither a square nor twice as wide as high. "
        "Say the picture's size with --image_height and --image_width."
    )
