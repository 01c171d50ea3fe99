"""The charts of a report: scores, classes, confusion."""

import numpy as np

from tf_semsynth.evaluation.drawing import Drawing
from tf_semsynth.evaluation.metric_words import describe, number

WIDTH = 1040
HALF_WIDTH = 508  # Of drawings that lie beside each other.
_MAX_CLASSES = 40
_MAX_CONFUSED = 24
_FLOOR_SHAPES = ("circle", "diamond", "square")


def score_rails(scores, ceiling, floors, intervals):
    """Each score on a rail whose right end is perfection.

    Args:
        scores: Dictionary from metric to {"value", "better", ...}.
        ceiling: Dictionary from metric to the value of real photos.
        floors: Dictionary from a trivial method's name to such a dictionary.
        intervals: Dictionary from metric to (low, high), or no entry.

    Returns:
        `Drawing` of width `WIDTH`.
    """
    row = 76
    drawing = Drawing(WIDTH, 64 + row * len(scores))
    _legend(drawing, bool(ceiling), floors)
    for index, (name, score) in enumerate(scores.items()):
        marks = [("ceiling", "triangle", ceiling.get(name))]
        for shape, floor in zip(_FLOOR_SHAPES, floors.values(), strict=False):
            marks.append(("floor", shape, floor.get(name)))
        marks = [mark for mark in marks if mark[2] is not None]
        others = [value for _, _, value in marks]
        ends = rail_ends(name, score, others, intervals.get(name))
        y = 64 + row * index + row / 2
        _rail(drawing, y, name, score, ends, marks, intervals.get(name))
    return drawing


def rail_ends(name, score, others, interval=None):
    """(worst, best): the values at the left and the right end of a rail."""
    values = [score["value"], *others, *(interval or ())]
    perfect = describe(name).perfect
    if score["better"] == "lower":
        return 1.08 * max(*values, 1e-9), min(0.0, *values)
    best = perfect if perfect is not None else 1.08 * max(*values, 1e-9)
    return min(0.0, *values), max(best, *values)


def class_bars(per_class, intervals=None, width=WIDTH):
    """IoU of each class, the best first, beside its share of the pixels.

    Args:
        per_class: List of {"name", "colour", "iou", "pixels"}.
        intervals: None, or of each class (low, high).
        width: float, of the drawing.

    Returns:
        `Drawing`. Of more than 40 classes, the best and the worst 20.
    """
    if intervals is None:
        intervals = [(np.nan, np.nan)] * len(per_class)
    total = max(1, sum(entry["pixels"] for entry in per_class))
    known = [
        (entry, interval)
        for entry, interval in zip(per_class, intervals, strict=True)
        if entry["iou"] is not None
    ]
    known.sort(key=lambda pair: -pair[0]["iou"])
    rows, left_out = list(known), 0
    if len(known) > _MAX_CLASSES:
        half = _MAX_CLASSES // 2
        left_out = len(known) - _MAX_CLASSES
        rows = [*known[:half], None, *known[-half:]]
    row, top, left = 26, 30, _name_width(width)
    bar = width - left - 120
    drawing = Drawing(width, top + row * len(rows) + 6)
    drawing.text(24, 10, "class", 12, "muted")
    drawing.text(left, 10, "IoU, from 0 to 1", 12, "muted")
    drawing.text(width, 10, "pixels", 12, "muted", "end")
    for index, pair in enumerate(rows):
        y = top + row * index + row / 2
        if pair is None:
            drawing.text(24, y, f"… {left_out} classes between …", 12, "muted")
            continue
        entry, interval = pair
        swatch(drawing, 0, y - 8, entry["colour"])
        drawing.text(24, y, _class_name(entry["name"], left), 13)
        drawing.rect(left, y - 8, bar, 16, "rail")
        drawing.rect(left, y - 8, bar * entry["iou"], 16, "accent")
        whisker(drawing, y, [left + bar * float(x) for x in interval])
        drawing.text(left + bar + 8, y, number(entry["iou"]), 13)
        share = f"{100 * entry['pixels'] / total:.2f} %"
        drawing.text(width, y, share, 13, anchor="end")
    return drawing


def confusion_chart(confusion, columns, per_class, width=WIDTH):
    """What was asked for (rows) against what was seen (columns), in percent.

    Args:
        confusion: int array `(K, K + 1)`.
        columns: K + 1 names.
        per_class: List of K dictionaries {"name", "colour", ...}.
        width: float, of the drawing.

    Returns:
        `Drawing`. Of many classes, the 24 with the most pixels; the rest of
        the columns is added up.
    """
    confusion = np.asarray(confusion, np.float64)
    shown = np.argsort(-confusion.sum(1), kind="stable")[:_MAX_CONFUSED]
    shown = np.sort(shown[confusion.sum(1)[shown] > 0])
    kept = confusion[np.ix_(shown, shown)]
    rest = confusion[shown].sum(1) - kept.sum(1)
    names = [columns[i] for i in shown]
    table = np.concatenate([kept, rest[:, None]], 1)
    table /= np.maximum(table.sum(1, keepdims=True), 1)
    left, top = _name_width(width), 112
    side = min(54.0, (width - left) / table.shape[1])
    high = 26.0
    drawing = Drawing(width, top + high * len(shown) + 8)
    drawing.text(0, top - 34, "seen →", 12, "muted")
    drawing.text(0, top - 14, "asked for ↓", 12, "muted")
    last = "other" if len(shown) == len(confusion) else "all others"
    for column, name in enumerate([*names, last]):
        x = left + side * (column + 0.5)
        drawing.text(x, top - 8, shorten(name, 14), 13, turned=True)
    for line, class_id in enumerate(shown):
        y = top + high * (line + 0.5)
        swatch(drawing, 0, y - 8, per_class[class_id]["colour"])
        drawing.text(24, y, _class_name(names[line], left), 13)
        for column, share in enumerate(table[line]):
            x = left + side * column
            seen = [*names, last][column]
            hint = f"{names[line]} seen as {seen}: {100 * share:.1f} %"
            box = (x + 1, y - high / 2 + 1, side - 2, high - 2)
            drawing.rect(*box, "rail")
            drawing.rect(*box, "accent", float(share), hint)
            percent = round(100 * share)
            if percent and side >= 24:
                colour = "page" if share > 0.55 else "ink"
                x += side / 2
                drawing.text(x, y, percent, 12, colour, "middle")
    return drawing


def marker(drawing, shape, x, y, colour, size=7):
    """A small filled shape about a point."""
    corners = {
        "triangle": ((0, -1), (1, 0.8), (-1, 0.8)),
        "diamond": ((0, -1.2), (1, 0), (0, 1.2), (-1, 0)),
        "square": ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
        "circle": [
            (np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 25)[:-1]
        ],
    }[shape]
    points = [(x + size * across, y + size * down) for across, down in corners]
    drawing.polygon(points, colour)


def swatch(drawing, x, y, colour):
    """A square in the colour of a class, with a border."""
    drawing.rect(x, y, 16, 16, "line")
    drawing.rect(x + 1, y + 1, 14, 14, colour)


def shorten(text, length):
    """A text that has a place of `length` letters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _name_width(width):
    return 210 if width == WIDTH else 140


def _class_name(name, width):
    return shorten(name, int((width - 24) / 8))


def _legend(drawing, has_ceiling, floors):
    x = 430
    drawing.rect(x, 12, 22, 8, "accent")
    drawing.text(x + 30, 16, "this method", 13)
    drawing.line(x + 130, 16, x + 156, 16, "ink", 2)
    drawing.text(x + 164, 16, "where chance may put it (95 %)", 13)
    x, y = 430, 40
    if has_ceiling:
        marker(drawing, "triangle", x + 8, y, "ceiling")
        drawing.text(x + 24, y, "real photos", 13)
        x += 130
    for shape, name in zip(_FLOOR_SHAPES, floors, strict=False):
        marker(drawing, shape, x + 8, y, "floor", 6)
        words = name.replace("_", " ")
        drawing.text(x + 24, y, words, 13)
        x += 44 + 7.6 * len(words)


def _rail(drawing, y, name, score, ends, marks, interval):
    left, right = 460, 990
    worst, best = ends

    def place(value):
        share = (value - worst) / (best - worst)
        return left + (right - left) * min(max(share, 0.0), 1.0)

    x = place(score["value"])
    words = describe(name)
    drawing.text(0, y - 18, words.title, 15, bold=True)
    drawing.text(0, y + 2, words.short, 12, "muted")
    drawing.text(0, y + 20, f"{score['better']} is better", 12, "muted")
    drawing.text(390, y - 5, number(score["value"]), 22, "accent", "end", True)
    if interval is not None:
        words = f"{number(interval[0])} to {number(interval[1])}"
        drawing.text(390, y + 18, words, 12, "muted", "end")
    drawing.text(left - 8, y, end_number(worst), 12, "muted", "end")
    drawing.text(right + 8, y, end_number(best), 12, "muted")
    drawing.rect(left, y - 6, right - left, 12, "rail")
    drawing.rect(left, y - 6, x - left, 12, "accent")
    if interval is not None:
        whisker(drawing, y, [place(value) for value in interval])
    taken = {-20: -1e9, 20: -1e9, -34: -1e9}
    for colour, shape, value in sorted(marks, key=lambda m: place(m[2])):
        x = place(value)
        marker(drawing, shape, x, y, colour)
        free = [place_y for place_y, end in taken.items() if x - end > 52]
        level = free[0] if free else -20
        taken[level] = x
        drawing.text(x, y + level, number(value), 12, colour, "middle")


def end_number(value):
    """The number at an end of a rail; 0 and 1 need no decimals."""
    return f"{value:g}" if value in (0, 1) else number(value)


def whisker(drawing, y, ends):
    """A line between two places, with ends; none where they are nan."""
    low, high = sorted(ends)
    if np.isnan(low) or np.isnan(high):
        return
    drawing.line(low, y, high, y, "ink", 2)
    for x in (low, high):
        drawing.line(x, y - 5, x, y + 5, "ink", 2)
