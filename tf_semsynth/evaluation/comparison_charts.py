"""The charts of a comparison: methods below each other on one rail."""

import numpy as np

from tf_semsynth.evaluation import charts
from tf_semsynth.evaluation.charts import WIDTH
from tf_semsynth.evaluation.drawing import Drawing
from tf_semsynth.evaluation.metric_words import describe, number

_NUM_COLOURS = 6
_ROW = 28
_HEAD = 34
_PAIR = 42
_MAX_CLASSES = 30


def method_colour(index):
    """The colour of a method in all charts."""
    return f"method_{index % _NUM_COLOURS}"


def score_chart(methods, metrics):
    """Every method's score with its interval, metric by metric.

    Args:
        methods: List of {"name", "scores": {metric: {"value", "low", "high",
            "better"}}}; low and high are None where they are not known.
        metrics: List of names.

    Returns:
        `Drawing` of width `WIDTH`.
    """
    block = _HEAD + _ROW * len(methods) + 20
    drawing = Drawing(WIDTH, block * len(metrics))
    left, right = 370, 850
    for place, metric in enumerate(metrics):
        y = block * place
        scores = [method["scores"][metric] for method in methods]
        _heading(drawing, y, metric, scores[0]["better"])
        known = [
            score[end]
            for score in scores
            for end in ("value", "low", "high")
            if score[end] is not None
        ]
        worst, best = charts.rail_ends(metric, scores[0], known)
        for x, value in ((left, worst), (right, best)):
            text = charts.end_number(value)
            drawing.text(x, y + _HEAD - 2, text, 11, "muted", "middle")

        def at(value, worst=worst, best=best):
            return left + (right - left) * (value - worst) / (best - worst)

        for index, score in enumerate(scores):
            line = y + _HEAD + 4 + _ROW * (index + 0.5)
            colour = method_colour(index)
            name = charts.shorten(methods[index]["name"], 38)
            charts.marker(drawing, "circle", 10, line, colour, 6)
            drawing.text(24, line, name)
            drawing.rect(left, line - 5, right - left, 10, "rail")
            if score["low"] is not None:
                ends = [at(score["low"]), at(score["high"])]
                charts.whisker(drawing, line, ends)
            x = at(score["value"])
            charts.marker(drawing, "circle", x, line, colour)
            text = number(score["value"])
            drawing.text(right + 16, line, text, 15, colour, bold=True)
            if score["low"] is not None:
                text = f"{number(score['low'])} to {number(score['high'])}"
                drawing.text(WIDTH, line, text, 12, "muted", "end")
    return drawing


def difference_chart(differences, names):
    """Differences of pairs about a line that stands for "equal".

    Args:
        differences: List of {"metric", "first", "second", "advantage", "low",
            "high", "verdict"}: by how much the first is better.
        names: List of the methods' names.

    Returns:
        `Drawing` of width `WIDTH`.
    """
    metrics = list(dict.fromkeys(d["metric"] for d in differences))
    height = (_HEAD + 10) * len(metrics) + _PAIR * len(differences)
    drawing = Drawing(WIDTH, height)
    middle, reach, y = 480, 190, 0
    for metric in metrics:
        rows = [d for d in differences if d["metric"] == metric]
        _heading(drawing, y, metric)
        y += _HEAD
        widest = max(abs(d[e]) for d in rows for e in ("low", "high")) or 1.0
        for row in rows:
            line = y + _PAIR / 2
            for part, method in ((-8, "first"), (8, "second")):
                index = row[method]
                colour = method_colour(index)
                charts.marker(drawing, "circle", 10, line + part, colour, 5)
                text = charts.shorten(names[index], 34)
                drawing.text(24, line + part, text, 13)
            drawing.rect(middle - reach, line - 5, 2 * reach, 10, "rail")
            drawing.line(middle, line - 14, middle, line + 14, "muted", 2)
            ends = [middle + reach * row[e] / widest for e in ("low", "high")]
            charts.whisker(drawing, line, ends)
            x = middle + reach * row["advantage"] / widest
            winner = row["first"] if row["advantage"] > 0 else row["second"]
            is_real = row["verdict"] != "not told apart"
            colour = method_colour(winner) if is_real else "muted"
            charts.marker(drawing, "circle", x, line, colour)
            if is_real:
                words = f"{charts.shorten(names[winner], 26)} is better"
            else:
                words = "may be chance"
            drawing.text(690, line - 9, words, 14, colour, bold=is_real)
            size = number(abs(row["advantage"]))
            low, high = sorted((row["low"], row["high"]))
            if row["advantage"] < 0:
                low, high = -high, -low
            words = f"by {size} ({number(low)} to {number(high)})"
            drawing.text(690, line + 9, words, 12, "muted")
            y += _PAIR
        y += 10
    return drawing


def class_chart(methods, classes):
    """IoU of each class, one mark for each method.

    Args:
        methods: List of {"name", "iou": [...]}, None where there is none.
        classes: List of {"name", "colour"}.

    Returns:
        `Drawing` of width `WIDTH`. Of more than 30 classes, those in which
        the methods differ most.
    """
    table = np.array([m["iou"] for m in methods], np.float64)  # (M, K)
    known = np.isfinite(table).all(0)
    spread = np.where(known, np.ptp(np.nan_to_num(table), axis=0), -1)
    shown = np.argsort(-spread, kind="stable")[: int(known.sum())]
    shown = shown[:_MAX_CLASSES]
    left, right, top = 190, 990, 30
    drawing = Drawing(WIDTH, top + 26 * len(shown) + 8)
    drawing.text(left, 10, "0", 12, "muted", "middle")
    drawing.text(right, 10, "1", 12, "muted", "middle")
    for line, class_id in enumerate(shown):
        y = top + 26 * (line + 0.5)
        charts.swatch(drawing, 0, y - 8, classes[class_id]["colour"])
        name = charts.shorten(classes[class_id]["name"], 20)
        drawing.text(24, y, name, 13)
        drawing.rect(left, y - 4, right - left, 8, "rail")
        places = left + (right - left) * table[:, class_id]
        drawing.line(places.min(), y, places.max(), y, "muted", 2)
        for index, x in enumerate(places):
            charts.marker(drawing, "circle", x, y, method_colour(index), 6)
    return drawing


def _heading(drawing, y, metric, better=None):
    words = describe(metric)
    drawing.text(0, y + 14, words.title, 15, bold=True)
    note = words.short
    if better is not None:
        note += f", {better} is better"
    drawing.text(300, y + 14, note, 12, "muted")
