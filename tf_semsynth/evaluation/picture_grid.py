"""Which pictures a report shows, and how they lie side by side."""

import numpy as np
from PIL import Image

from tf_semsynth.data import decoding
from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.charts import WIDTH, shorten
from tf_semsynth.evaluation.drawing import Drawing
from tf_semsynth.evaluation.metric_words import number

_GAP = 6
_MAX_WIDTH = 220  # Of a picture, as drawn.
_MAX_SIDE = 320  # Pixels of a picture within a report.


def choose_pictures(pictures, count=4):
    """The best, the middle and the worst pictures by their own score.

    Args:
        pictures: List of dictionaries with "mean_iou" or "pixel_accuracy".
        count: int, how many of each.

    Returns:
        Dictionary from "best", "median" and "worst" to lists of the
        dictionaries. No picture is shown twice: of few, there are fewer.
    """
    scored = [picture for picture in pictures if score_of(picture) is not None]
    scored.sort(key=lambda picture: (-score_of(picture), picture["key"]))
    count = min(count, len(scored) // 3)
    if not count:
        return {"best": scored, "median": [], "worst": []}
    middle = (len(scored) - count) // 2
    return {
        "best": scored[:count],
        "median": scored[middle : middle + count],
        "worst": scored[-count:],
    }


def score_of(picture):
    """The number by which pictures are ranked: mean IoU, else accuracy."""
    value = picture.get("mean_iou")
    return picture.get("pixel_accuracy") if value is None else value


def group_drawing(result, pictures):
    """Layout, synthesized and real picture of each, two to a line.

    Args:
        result: `EvaluationResult`.
        pictures: List of entries of `result.results["pictures"]`.

    Returns:
        `Drawing` of width `WIDTH`.
    """
    rows = []
    for picture in pictures:
        scores = f"IoU {number(picture.get('mean_iou'))}"
        accuracy = picture.get("pixel_accuracy")
        if accuracy is not None:
            scores += f" · accuracy {number(accuracy)}"
        columns = [
            ("layout", load_layout(result, picture)),
            ("synthesized", load_picture(result, picture.get("image"))),
            ("real photo", load_picture(result, picture.get("reference"))),
        ]
        rows.append((f"{picture['key']} · {scores}", columns))
    return strip_drawing(rows, per_line=2)


def strip_drawing(rows, per_line=1):
    """Rows of pictures of one size with words above each.

    Args:
        rows: List of (title, [(word, uint8 array `(H, W, 3)` or None), ...]).
        per_line: int, how many rows lie beside each other.

    Returns:
        `Drawing` of width `WIDTH`. What is None is said to be missing.
    """
    longest = max(len(columns) for _, columns in rows)
    strip = (WIDTH - 24 * (per_line - 1)) / per_line
    width = min((strip - _GAP * (longest - 1)) / longest, _MAX_WIDTH)
    known = [p for _, columns in rows for _, p in columns if p is not None]
    ratio = known[0].shape[0] / known[0].shape[1] if known else 0.75
    height = width * ratio
    step = height + 48
    lines = -(-len(rows) // per_line)
    drawing = Drawing(WIDTH, lines * step)
    for index, (title, columns) in enumerate(rows):
        x0 = (index % per_line) * (strip + 24)
        y = (index // per_line) * step
        drawing.text(x0, y + 8, shorten(title, int(strip / 6.9)), 12)
        for place, (word, pixels) in enumerate(columns):
            x = x0 + place * (width + _GAP)
            drawing.text(x, y + 26, shorten(word, 30), 11, "muted")
            if pixels is None:
                drawing.rect(x, y + 36, width, height, "rail")
                middle = x + width / 2, y + 36 + height / 2
                drawing.text(*middle, "no file", 12, "muted", "middle")
                continue
            drawing.picture(x, y + 36, width, height, pixels)
    return drawing


def load_picture(result, path):
    """uint8 `(H, W, 3)`, at most 320 pixels wide; None if there is no file."""
    if path is None or not result.path(path).is_file():
        return None
    pixels = picture_files.read_picture(result.path(path))
    return _reduce(pixels, Image.Resampling.BICUBIC)


def load_layout(result, picture):
    """The layout in the colours of its classes; None if there is no file.

    What does not count is black.
    """
    path = picture.get("label")
    if path is None or not result.path(path).is_file():
        return None
    values, _ = decoding.decode_values(
        decoding.read_bytes(result.path(path)),
        str(path),
        picture_files.NO_LIMIT,
    )
    if values.ndim == 3:  # A layout of colours is its own picture.
        return _reduce(values, Image.Resampling.NEAREST)
    colours = np.zeros((65536, 3), np.uint8)
    palette = {
        entry["id"]: entry["colour"] for entry in result.results["per_class"]
    }
    for value, class_id in enumerate(result.results["label_table"]):
        colours[value] = palette.get(class_id, (0, 0, 0))
    return _reduce(colours[values], Image.Resampling.NEAREST)


def _reduce(pixels, method):
    height, width = pixels.shape[:2]
    if width <= _MAX_SIDE:
        return np.ascontiguousarray(pixels)
    size = _MAX_SIDE, max(1, round(height * _MAX_SIDE / width))
    return np.asarray(Image.fromarray(pixels).resize(size, method))
