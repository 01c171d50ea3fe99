"""Drawings as SVG, which takes its colours from the page around it."""

import base64
import html

from tf_semsynth.core.png_files import encode_png

_FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"


def to_svg(drawing, label):
    """An `<svg>` element; `drawing.style_sheet` gives the page its colours.

    Args:
        drawing: `Drawing`.
        label: str, what is drawn, for readers who cannot see it.
    """
    return (
        f'<svg role="img" aria-label="{html.escape(label)}" '
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}" '
        f'font-family="{_FONT}">{_shapes(drawing)}</svg>'
    )


def _shapes(drawing):
    return "".join(_KINDS[kind](*values) for kind, values in drawing.shapes)


def _paint(colour):
    if isinstance(colour, str):
        return f"var(--{colour})"
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _svg_polygon(points, colour, opacity, title):
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    faint = "" if opacity == 1 else f' fill-opacity="{opacity:.3f}"'
    inside = "" if title is None else f"<title>{html.escape(title)}</title>"
    return (
        f'<polygon points="{listed}" style="fill:{_paint(colour)}"{faint}>'
        f"{inside}</polygon>"
    )


def _svg_line(x1, y1, x2, y2, colour, width):
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'style="stroke:{_paint(colour)};stroke-width:{width:g}"/>'
    )


def _svg_text(x, y, text, size, colour, anchor, bold, turned):
    weight = ' font-weight="600"' if bold else ""
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" '
        f'text-anchor="{anchor}" dominant-baseline="central"{weight}{turn} '
        f'style="fill:{_paint(colour)}">{html.escape(text)}</text>'
    )


def _svg_picture(x, y, width, height, pixels):
    data = base64.b64encode(encode_png(pixels, optimize=True)).decode()
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _svg_place(other, x, y):
    shapes = _shapes(other)
    return f'<g transform="translate({x:.1f} {y:.1f})">{shapes}</g>'


_KINDS = {
    "polygon": _svg_polygon,
    "line": _svg_line,
    "text": _svg_text,
    "picture": _svg_picture,
    "place": _svg_place,
}
