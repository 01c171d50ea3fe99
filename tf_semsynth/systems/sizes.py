"""Checks of picture sizes that every generator needs."""


def check_doublings(config, num_doublings):
    """Checks that height and width can be halved so many times.

    Args:
        config: Has `image_height` and `image_width` in pixels.
        num_doublings: int, how often the generator doubles its first map.

    Raises:
        ValueError: Names the field and a size that works.
    """
    multiple = 2**num_doublings
    for name in ("image_height", "image_width"):
        size = getattr(config, name)
        if size % multiple:
            nearest = max(multiple, round(size / multiple) * multiple)
            raise ValueError(
                f"`{name}` must be a multiple of {multiple}, because the "
                f"generator doubles its first feature map {num_doublings} "
                f"times. Received: {name}={size}. Try --{name}={nearest}."
            )
