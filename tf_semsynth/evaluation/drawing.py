"""Flat drawings: what is where, in which colour."""

# What a colour is for -> its value on a light and on a dark page.
THEME = {
    "ink": ("#1c1e21", "#e8e6e3"),
    "muted": ("#62676f", "#a3a8b0"),
    "line": ("#c9cdd3", "#4a4f57"),
    "rail": ("#e9ebee", "#2d3138"),
    "page": ("#ffffff", "#17191c"),
    "accent": ("#1769aa", "#5aa9e6"),
    "ceiling": ("#1b8a5a", "#4cc38a"),
    "floor": ("#c25700", "#f0954a"),
    "method_0": ("#1769aa", "#5aa9e6"),
    "method_1": ("#c25700", "#f0954a"),
    "method_2": ("#1b8a5a", "#4cc38a"),
    "method_3": ("#a3478f", "#d98cc6"),
    "method_4": ("#7a6a00", "#cbb93a"),
    "method_5": ("#5a5fc7", "#9da1f2"),
}


class Drawing:
    """Shapes on a page whose origin is the top left corner.

    A colour is a name of `THEME` or a triple 0..255. Texts lie with their
    middle at `y`.

    Args:
        width: float, units of length; a text of size 14 is for reading.
        height: float, the same.
    """

    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.shapes = []  # (kind, arguments), drawn in this order.

    def rect(self, x, y, width, height, colour, opacity=1.0, title=None):
        """A filled rectangle; `title` is shown under a mouse pointer."""
        corners = (
            (x, y),
            (x + width, y),
            (x + width, y + height),
            (x, y + height),
        )
        self.polygon(corners, colour, opacity, title)

    def polygon(self, points, colour, opacity=1.0, title=None):
        """A filled shape with straight sides."""
        self.shapes.append(("polygon", (points, colour, opacity, title)))

    def line(self, x1, y1, x2, y2, colour, width=1.0):
        self.shapes.append(("line", (x1, y1, x2, y2, colour, width)))

    def text(
        self,
        x,
        y,
        text,
        size=14,
        colour="ink",
        anchor="start",
        bold=False,
        turned=False,
    ):
        """One line of text; `turned` writes it from bottom to top."""
        values = (x, y, str(text), size, colour, anchor, bold, turned)
        self.shapes.append(("text", values))

    def picture(self, x, y, width, height, pixels):
        """A uint8 array `(H, W, 3)`, stretched to a rectangle."""
        self.shapes.append(("picture", (x, y, width, height, pixels)))

    def place(self, other, x, y):
        """Draws all of another drawing, with its corner at (x, y)."""
        self.shapes.append(("place", (other, x, y)))


def style_sheet():
    """CSS that gives the names of `THEME` their colours."""
    light = "".join(f"--{name}:{pair[0]};" for name, pair in THEME.items())
    dark = "".join(f"--{name}:{pair[1]};" for name, pair in THEME.items())
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
