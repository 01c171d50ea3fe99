"""Drawings as pixels, with the letters of matplotlib."""

import numpy as np

from tf_semsynth.evaluation.drawing import THEME

_ANCHORS = {"start": "left", "middle": "center", "end": "right"}


def to_pixels(drawing, scale=1.0):
    """A drawing on white.

    Args:
        drawing: `Drawing`.
        scale: float, pixels per unit of length.

    Returns:
        uint8 array `(H, W, 3)`.

    Raises:
        ImportError: matplotlib is missing.
    """
    return _Canvas(drawing, scale).pixels()


class _Canvas:
    """Draws with matplotlib, in the light colours."""

    def __init__(self, drawing, scale):
        try:
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
        except ImportError as error:
            raise ImportError(
                "a report as a picture needs matplotlib, which is not "
                "installed: pip install tf_semsynth[eval]"
            ) from error
        # 100 units an inch: a text of size 14 has 14 units, 10.08 points.
        size = drawing.width / 100, drawing.height / 100
        figure = Figure(size, dpi=100 * scale, facecolor="white")
        self._canvas = FigureCanvasAgg(figure)
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, drawing.width)
        self._axes.set_ylim(drawing.height, 0)
        self._axes.axis("off")
        self._order = 0
        self._draw(drawing, 0, 0)

    def pixels(self):
        self._canvas.draw()
        return np.asarray(self._canvas.buffer_rgba())[..., :3].copy()

    def _draw(self, drawing, x, y):
        for kind, values in drawing.shapes:
            self._order += 1
            getattr(self, f"_{kind}")(x, y, *values)

    def _place(self, x0, y0, other, x, y):
        self._draw(other, x0 + x, y0 + y)

    def _polygon(self, x0, y0, points, colour, opacity, title):
        from matplotlib.patches import Polygon

        moved = [(x0 + x, y0 + y) for x, y in points]
        shape = Polygon(
            moved,
            closed=True,
            facecolor=_light(colour),
            alpha=opacity,
            linewidth=0,
            zorder=self._order,
        )
        self._axes.add_patch(shape)

    def _line(self, x0, y0, x1, y1, x2, y2, colour, width):
        self._axes.plot(
            (x0 + x1, x0 + x2),
            (y0 + y1, y0 + y2),
            color=_light(colour),
            linewidth=width * 0.72,
            solid_capstyle="butt",
            zorder=self._order,
        )

    def _text(self, x0, y0, x, y, text, size, colour, anchor, bold, turned):
        across, along = _ANCHORS[anchor], "center_baseline"
        if turned:
            # Upwards: the beginning of the text is its lower end.
            along = {"left": "bottom", "right": "top"}.get(across, "center")
            across = "center"
        self._axes.text(
            x0 + x,
            y0 + y,
            text,
            fontsize=size * 0.72,
            color=_light(colour),
            horizontalalignment=across,
            verticalalignment=along,
            fontweight="bold" if bold else "normal",
            rotation=90 if turned else 0,
            parse_math=False,
            zorder=self._order,
        )

    def _picture(self, x0, y0, x, y, width, height, pixels):
        self._axes.imshow(
            pixels,
            extent=(x0 + x, x0 + x + width, y0 + y + height, y0 + y),
            interpolation="antialiased",
            aspect="auto",
            zorder=self._order,
        )


def _light(colour):
    if isinstance(colour, str):
        return THEME[colour][0]
    return tuple(value / 255 for value in colour)
