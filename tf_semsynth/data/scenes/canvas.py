"""A picture, its layout and its instances, painted together."""

import functools

import numpy as np
from PIL import Image


class Canvas:
    """What a scene is painted on.

    Args:
        height, width: int, pixels.
        rng: `numpy.random.Generator`, all chance of the scene.

    Attributes:
        image: float32 `(H, W, 3)`, 0..1, RGB.
        class_ids: int32 `(H, W)`.
        instance_ids: int32 `(H, W)`: the class id of a surface, and
            1000 x class id + number of a thing.
        grain: float32 `(H, W)`, white noise of deviation 1.
        blotches: float32 `(H, W)`, smooth noise, about -1..1.
    """

    def __init__(self, height, width, rng):
        self.height = height
        self.width = width
        self.rng = rng
        self.image = np.zeros((height, width, 3), "float32")
        self.class_ids = np.zeros((height, width), "int32")
        self.instance_ids = np.zeros((height, width), "int32")
        self.grain = rng.standard_normal((height, width), "float32")
        self.blotches = self.smooth_noise(9)
        self.x, self.y = _pixel_centres(height, width)
        self._counts = {}

    def smooth_noise(self, cells):
        """Smooth noise with about `cells` hills across, about -1..1."""
        coarse = self.rng.uniform(-1, 1, (cells, cells)).astype("float32")
        picture = Image.fromarray(coarse).resize(
            (self.width, self.height), Image.Resampling.BICUBIC
        )
        return np.asarray(picture)

    def new_instance(self, class_id):
        """The id of another thing of a class."""
        number = self._counts.get(class_id, 0)
        self._counts[class_id] = number + 1
        return 1000 * class_id + number

    def window(self, left, top, right, bottom):
        """The slices of a rectangle, cut at the borders.

        Args:
            left, top, right, bottom: float, pixels.

        Returns:
            A pair of slices (rows, columns).
        """
        rows = slice(
            max(0, int(top)), max(0, min(self.height, int(bottom) + 1))
        )
        columns = slice(
            max(0, int(left)), max(0, min(self.width, int(right) + 1))
        )
        return rows, columns

    def paint(self, window, mask, colour, class_id=None, instance_id=None):
        """Paints pixels of a window.

        Args:
            window: Pair of slices.
            mask: bool array of the window's size, the pixels to paint.
            colour: float array that broadcasts to the window's `(h, w, 3)`.
            class_id: int or None; None leaves the layout alone.
            instance_id: int or None; the class id by default.
        """
        np.copyto(self.image[window], colour, where=mask[..., None])
        if class_id is not None:
            np.copyto(self.class_ids[window], class_id, where=mask)
            instance_id = class_id if instance_id is None else instance_id
            np.copyto(self.instance_ids[window], instance_id, where=mask)

    def darken(self, window, mask, factor):
        """Multiplies the colours of pixels: shadows."""
        part = self.image[window]
        np.multiply(part, factor, out=part, where=mask[..., None])


@functools.lru_cache(maxsize=8)
def _pixel_centres(height, width):
    x = np.arange(width, dtype="float32") + 0.5
    y = np.arange(height, dtype="float32") + 0.5
    x, y = (
        np.broadcast_to(x, (height, width)),
        np.broadcast_to(y[:, None], (height, width)),
    )
    return x, y
