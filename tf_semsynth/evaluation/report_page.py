"""A report as one HTML file, and as one picture."""

import dataclasses
import html
import textwrap

from tf_semsynth.core import storage
from tf_semsynth.core.png_files import write_png
from tf_semsynth.evaluation.charts import HALF_WIDTH, WIDTH
from tf_semsynth.evaluation.drawing import Drawing, style_sheet
from tf_semsynth.evaluation.drawing_pixels import to_pixels
from tf_semsynth.evaluation.drawing_svg import to_svg

_PICTURE_WIDTH = 1600  # Pixels.
_MARGIN = 40
_LETTER = 7.6  # Mean width of a letter of size 14.


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of a report.

    Args:
        title: str.
        paragraphs: Sequence of str.
        drawing: `Drawing` or None.
        table: None, or (head, rows): a sequence of str, and such sequences.
        folded: bool, whether the page shows the table only on a click.
        half: bool, whether it may lie beside a neighbour that is half, too.
        in_picture: bool, whether the picture holds this section; tables are
            on the page only.
    """

    title: str
    paragraphs: tuple = ()
    drawing: Drawing | None = None
    table: tuple | None = None
    folded: bool = False
    half: bool = False
    in_picture: bool = True


def write_page(path, title, subtitle, sections):
    """Writes an HTML file that needs no other file and asks no host.

    Args:
        path: path of the file.
        title: str.
        subtitle: str.
        sections: Sequence of `Section`.
    """
    body = "".join(_row_html(row) for row in _rows(sections))
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        # Even a name that somebody smuggled in could load nothing.
        '<meta http-equiv="Content-Security-Policy" content="'
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title>"
        f"<style>{style_sheet()}{_STYLE}</style></head><body><main>"
        f"<h1>{html.escape(title)}</h1>"
        f'<p class="subtitle">{html.escape(subtitle)}</p>'
        f"{body}</main></body></html>\n"
    )
    storage.write_text(path, page)


def write_picture(path, title, subtitle, sections):
    """Writes a PNG, 1600 pixels wide, of a report's words and charts.

    Args:
        path: path of the file.
        title: str.
        subtitle: str.
        sections: Sequence of `Section`.

    Raises:
        ImportError: matplotlib is missing.
    """
    drawing = _stack(title, subtitle, [s for s in sections if s.in_picture])
    pixels = to_pixels(drawing, _PICTURE_WIDTH / drawing.width)
    write_png(path, pixels, optimize=True)


_STYLE = """
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,'Segoe UI','DejaVu Sans',sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:1.9em;line-height:1.2;margin:.3em 0}
h2{font-size:1.25em;margin:2.2em 0 .4em;border-top:1px solid var(--line);
padding-top:1em}
p{margin:.5em 0;max-width:48em}
.subtitle{color:var(--muted)}
figure{margin:1em 0;overflow-x:auto}
svg{width:100%;min-width:680px;height:auto;display:block}
.row{display:grid;gap:0 24px}
.half svg{min-width:440px}
@media(min-width:1000px){.row{grid-template-columns:1fr 1fr}}
.table{overflow-x:auto}
table{border-collapse:collapse;margin:.8em 0;font-size:.92em}
th,td{text-align:left;padding:.3em 1em .3em 0;vertical-align:top;
border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600}
td{white-space:nowrap}
td:last-child{white-space:normal;overflow-wrap:anywhere;min-width:5em}
summary{cursor:pointer;color:var(--accent);margin:.6em 0}
"""


def _rows(sections):
    """Sections that lie beside each other, as lists of one or two."""
    rows = []
    for section in sections:
        if section.half and rows and len(rows[-1]) == 1 and rows[-1][0].half:
            rows[-1].append(section)
        else:
            rows.append([section])
    return rows


def _row_html(row):
    sections = "".join(map(_section_html, row))
    return f'<div class="row">{sections}</div>' if len(row) > 1 else sections


def _section_html(section):
    half = ' class="half"' if section.half else ""
    parts = [f"<section{half}><h2>{html.escape(section.title)}</h2>"]
    parts += [f"<p>{html.escape(text)}</p>" for text in section.paragraphs]
    if section.drawing is not None:
        svg = to_svg(section.drawing, section.title)
        parts.append(f"<figure>{svg}</figure>")
    if section.table is not None:
        table = _table_html(*section.table)
        if section.folded:
            table = f"<details><summary>As a table</summary>{table}</details>"
        parts.append(table)
    return "".join([*parts, "</section>"])


def _table_html(head, rows):
    lines = [f"<th>{html.escape(str(cell))}</th>" for cell in head]
    lines = ["<tr>", *lines, "</tr>"]
    for row in rows:
        cells = (f"<td>{html.escape(str(cell))}</td>" for cell in row)
        lines += ["<tr>", *cells, "</tr>"]
    return f'<div class="table"><table>{"".join(lines)}</table></div>'


def _stack(title, subtitle, sections):
    """All sections below and beside each other on one drawing."""
    drawing = Drawing(WIDTH + 2 * _MARGIN, 0)
    y = _MARGIN + 14
    drawing.text(_MARGIN, y, title, 28, bold=True)
    y = _write_lines(drawing, _MARGIN, y + 34, subtitle, WIDTH, "muted")
    for row in _rows(sections):
        y += 10
        drawing.line(_MARGIN, y, _MARGIN + WIDTH, y, "line")
        y += 26
        width = WIDTH if len(row) == 1 else HALF_WIDTH
        lefts = _MARGIN, _MARGIN + WIDTH - width
        pairs = zip(row, lefts, strict=False)
        y = max(_draw_section(drawing, x, y, s, width) for s, x in pairs)
    drawing.height = y + _MARGIN - 10
    return drawing


def _draw_section(drawing, x, y, section, width):
    """Draws a section; returns where the next one begins."""
    drawing.text(x, y, section.title, 19, bold=True)
    y += 28
    for paragraph in section.paragraphs:
        y = _write_lines(drawing, x, y, paragraph, width)
    if section.drawing is not None:
        drawing.place(section.drawing, x, y + 6)
        y += section.drawing.height + 12
    return y


def _write_lines(drawing, x, y, text, width, colour="ink"):
    """Writes a paragraph; returns where the next one begins."""
    for line in textwrap.wrap(text, int(width / _LETTER)):
        drawing.text(x, y, line, 14, colour)
        y += 21
    return y + 4
