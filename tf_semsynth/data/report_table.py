"""Prints what a check found as a table."""

import numpy as np

_MAX_SIZES = 5


def make_table(report):
    """The report in words and columns.

    Args:
        report: `checking.CheckReport`.

    Returns:
        str of several lines.
    """
    reader = report.reader
    classes = reader.classes
    instances = "with instances" if reader.has_instances else "no instances"
    lines = [
        f"{reader.name}, split {reader.split}: {len(reader)} pairs, "
        f"{instances}, {classes.num_classes} classes, unknown class: "
        + _unknown_words(classes),
        f"{len(report.faults)} faults; {report.num_headers} headers read, "
        f"{report.num_decoded} examples decoded",
        f"label sizes: {_sizes_words(report.sizes)}",
    ]
    if report.unknown_pixels is not None:
        share = report.unknown_pixels / max(1, report.class_pixels.sum())
        lines.append(
            f"unknown pixels: {report.unknown_pixels} ({100 * share:.2f} %)"
        )
    lines += ["", *_histogram_lines(report)]
    lines += [f"note: {note}" for note in report.notes]
    return "\n".join(lines)


def _unknown_words(classes):
    if classes.unknown_id is None:
        return "none"
    return f"{classes.unknown_id} ({classes.names[classes.unknown_id]})"


def _sizes_words(sizes):
    words = [f"{w} x {h} ({n})" for (w, h), n in sizes.most_common(_MAX_SIZES)]
    if len(sizes) > _MAX_SIZES:
        words.append(f"and {len(sizes) - _MAX_SIZES} other sizes")
    return ", ".join(words) or "-"


def _histogram_lines(report):
    classes = report.reader.classes
    if not report.num_decoded:
        return []
    width = max(len(name) for name in classes.names)
    width = max(5, min(width, 40))
    lines = [f" id  {'class':<{width}}  {'pixels':>12}  share %  pictures"]
    total = max(1, report.class_pixels.sum())
    for i in np.flatnonzero(report.class_pixels):
        pixels, images = report.class_pixels[i], report.class_images[i]
        lines.append(
            f"{i:>3}  {classes.names[i]:<{width}.{width}}  {pixels:>12}  "
            f"{100 * pixels / total:>7.2f}  {images:>8}"
        )
    return lines
