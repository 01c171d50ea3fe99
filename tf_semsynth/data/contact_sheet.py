"""A PNG to look at: photos, labels, overlays and borders side by side."""

import numpy as np
from PIL import Image, ImageDraw

from tf_semsynth.data import label_ops

_GAP = 4
_LEGEND_WIDTH = 220
_LINE = 14


def make_contact_sheet(reader, indices=None, height=160, max_examples=8):
    """Draws one row for each example: photo, label, overlay, borders.

    The borders are those of the instances, or of the classes where the data
    set has no instances. Colours are explained on the right.

    Args:
        reader: `DatasetReader`.
        indices: Sequence of int or None: which examples; by default some
            spread over the set, without those that cannot be read.
        height: int, pixels of a row.
        max_examples: int, how many rows where `indices` is None.

    Returns:
        A `PIL.Image.Image` in RGB.

    Raises:
        ValueError: No example can be read.
    """
    rows, shown = [], set()
    for record in _records(reader, indices, max_examples):
        rows.append(_row(record, reader.classes, height))
        shown |= set(np.unique(record.class_ids).tolist())
    if not rows:
        raise ValueError(
            f"no example of {reader.name!r}, split {reader.split!r}, can be "
            "read, so there is nothing to draw."
        )
    legend = _legend(reader.classes, sorted(shown))
    width = max(row.width for row in rows) + _GAP + _LEGEND_WIDTH
    total = max(sum(row.height + _GAP for row in rows), legend.height)
    sheet = Image.new("RGB", (width, total), "white")
    y = 0
    for row in rows:
        sheet.paste(row, (0, y))
        y += row.height + _GAP
    sheet.paste(legend, (width - _LEGEND_WIDTH, 0))
    return sheet


def _records(reader, indices, max_examples):
    if indices is not None:
        for index in indices:
            yield reader.read(index)
        return
    wanted, count = min(max_examples, len(reader)), 0
    first = np.linspace(0, len(reader) - 1, wanted).round().astype(int).tolist()
    for index in dict.fromkeys([*first, *range(min(len(reader), 100))]):
        if count == wanted:
            return
        try:
            record = reader.read(index)
        except (ValueError, OSError):
            continue  # The check has named it.
        count += 1
        yield record


def _row(record, classes, height):
    ids = record.class_ids
    size = max(1, round(height * ids.shape[1] / ids.shape[0])), height
    photo = Image.fromarray(record.image).resize(size, Image.Resampling.BICUBIC)
    colours = Image.fromarray(classes.colourise(ids))
    label = colours.resize(size, Image.Resampling.NEAREST)
    overlay = Image.blend(photo, label, 0.5)
    borders = ids if record.instance_ids is None else record.instance_ids
    edges = label_ops.instance_edges(borders)[..., 0] * np.uint8(255)
    edges = Image.fromarray(edges).resize(size, Image.Resampling.BOX)
    parts = [photo, label, overlay, edges.convert("RGB")]
    row = Image.new("RGB", (4 * (size[0] + _GAP), height), "white")
    for place, part in enumerate(parts):
        row.paste(part, (place * (size[0] + _GAP), 0))
    return row


def _legend(classes, ids):
    legend = Image.new("RGB", (_LEGEND_WIDTH, _LINE * (len(ids) + 1)), "white")
    draw = ImageDraw.Draw(legend)
    for line, class_id in enumerate(ids):
        y = line * _LINE
        colour = classes.colours[class_id]
        draw.rectangle((2, y + 2, 20, y + _LINE - 2), colour, "black")
        text = f"{class_id} {classes.names[class_id]}"[:32]
        draw.text((26, y + 1), _printable(text), fill="black")
    return legend


def _printable(text):
    """Pillow's own font knows Latin letters only."""
    return text.encode("latin-1", "replace").decode("latin-1")
