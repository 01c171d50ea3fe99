"""The surfaces of a scene: sky, grass, pavement and road, in perspective."""

import dataclasses

import numpy as np

from tf_semsynth.data.scenes import palette


@dataclasses.dataclass(frozen=True)
class View:
    """Where the camera stands.

    Args:
        horizon: float, row of the horizon, pixels.
        vanishing_x: float, column where the road meets the horizon.
        road_x: float, column of the road's middle at the lower border.
        road_width: float, half the road's width at the lower border, pixels.
        pavement_width: float, width of each pavement there, pixels.
        height: int, rows of the picture.
        warmth: float, 0 (noon) to 1 (evening).
    """

    horizon: float
    vanishing_x: float
    road_x: float
    road_width: float
    pavement_width: float
    height: int
    warmth: float

    @classmethod
    def draw(cls, canvas):
        """A view by chance."""
        rng, width, height = canvas.rng, canvas.width, canvas.height
        return cls(
            horizon=height * rng.uniform(0.40, 0.52),
            vanishing_x=width * rng.uniform(0.3, 0.7),
            road_x=width * rng.uniform(0.35, 0.65),
            road_width=width * rng.uniform(0.26, 0.38),
            pavement_width=width * rng.uniform(0.20, 0.32),
            height=height,
            warmth=rng.uniform(0, 1),
        )

    def row(self, nearness):
        """The row of the ground at nearness 0 (horizon) to 1 (border)."""
        return self.horizon + nearness * (self.height - self.horizon)

    def middle(self, nearness):
        """The column of the road's middle there."""
        return self.vanishing_x + nearness * (self.road_x - self.vanishing_x)


def paint_ground(canvas, view):
    """Paints sky, grass, pavement and road over the whole canvas."""
    _paint_sky(canvas, view)
    rows = slice(int(view.horizon), canvas.height)
    below = (rows, slice(None))
    x, y = canvas.x[below], canvas.y[below]
    nearness = (y - view.horizon) / (canvas.height - view.horizon)
    nearness = np.maximum(nearness, 0.02)
    # Distances from the road's middle as they are at the lower border.
    across = (x - view.middle(nearness)) / nearness
    along = 1 / nearness
    everywhere = np.ones(x.shape, bool)
    canvas.paint(below, everywhere, _grass(canvas, below), palette.GRASS)
    edge = view.road_width + view.pavement_width
    on_pavement = np.abs(across) < edge
    colour = _pavement(canvas, view, below, across, along)
    canvas.paint(below, on_pavement, colour, palette.PAVEMENT)
    on_road = np.abs(across) < view.road_width
    colour = _road(canvas, view, below, across, along)
    canvas.paint(below, on_road, colour, palette.ROAD)
    # Surfaces get paler towards the horizon and darker in front.
    canvas.image[below] *= (1.08 - 0.22 * nearness)[..., None]


def _paint_sky(canvas, view):
    height = int(view.horizon) + 1
    window = (slice(0, height), slice(None))
    share = (canvas.y[window] / view.horizon)[..., None]
    noon = palette.mix(palette.SKY_HIGH, palette.SKY_LOW, share)
    evening = palette.mix(palette.DUSK_HIGH, palette.DUSK_LOW, share)
    colour = palette.mix(noon, evening, view.warmth)
    clouds = canvas.smooth_noise(5)[window] + 0.5 * canvas.blotches[window]
    cover = np.clip(clouds * 1.6 - 0.1, 0, 0.85)[..., None]
    white = palette.mix(palette.CLOUD, palette.DUSK_CLOUD, view.warmth)
    colour = palette.mix(colour, white, cover)
    canvas.paint(window, np.ones(share.shape[:2], bool), colour, palette.SKY)


def _grass(canvas, window):
    blades = 0.11 * canvas.grain[window] + 0.10 * canvas.blotches[window]
    return palette.GRASS_COLOUR * (1 + blades)[..., None]


def _pavement(canvas, view, window, across, along):
    """Pale slabs with dark joints."""
    slab = view.pavement_width / 2
    joints = (np.abs(across / slab % 1 - 0.5) > 0.42) | (along * 2.2 % 1 < 0.16)
    light = 1 - 0.26 * joints + 0.03 * canvas.grain[window]
    return palette.PAVEMENT_COLOUR * light[..., None]


def _road(canvas, view, window, across, along):
    """Dark asphalt with grains, kerb lines and a dashed middle."""
    light = 1 + 0.12 * canvas.grain[window] + 0.08 * canvas.blotches[window]
    colour = palette.ROAD_COLOUR * light[..., None]
    side = np.abs(across) / view.road_width
    lines = (side < 0.045) & (along * 1.4 % 1 < 0.55)
    lines |= (side > 0.90) & (side < 0.95)
    return np.where(lines[..., None], palette.LINE_COLOUR, colour)
