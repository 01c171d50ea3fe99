"""What a comparison says to its readers."""

import numpy as np

from tf_semsynth.evaluation import comparison_charts, picture_grid
from tf_semsynth.evaluation.metric_words import describe, number
from tf_semsynth.evaluation.report_page import Section
from tf_semsynth.evaluation.report_sections import (
    INTRODUCTION,
    protocol_section,
)

_NUM_PICTURES = 6
_VERDICTS = {
    None: "ahead of ",
    "not told apart": "not told apart from ",
}


def make_sections(results, comparison):
    """The parts of a comparison's page.

    Args:
        results: List of `EvaluationResult`.
        comparison: dict, as `comparison.make_comparison` returns it.

    Returns:
        List of `Section`.
    """
    methods = comparison["methods"]
    metrics = list(methods[0]["scores"])
    sections = [
        Section(
            "Scores",
            (INTRODUCTION, *summarise(comparison), "Further right is better."),
            comparison_charts.score_chart(methods, metrics),
        )
    ]
    notes = list(_notes(results, comparison))
    if notes:
        sections.append(Section("Keep in mind", notes))
    if comparison["differences"]:
        words = (
            "Right of the line the upper method is better, left of it the "
            "lower one. The whisker is where the difference would lie for "
            "other pictures of this kind in 95 of 100 cases: from "
            f"{comparison['num_resamples']:,} draws of the same "
            f"{comparison['num_images']:,} pictures for both methods, with "
            "replacement (paired bootstrap). Where it crosses the line, the "
            "difference may be chance.",
            "It does not tell what another training of the same methods "
            "would give; for that, train and evaluate each several times. "
            "And of twenty differences that are chance, one will look real.",
        )
        names = [method["name"] for method in methods]
        drawing = comparison_charts.difference_chart(
            comparison["differences"], names
        )
        sections.append(Section("Is the difference real?", words, drawing))
    if all(method["iou"] for method in methods):
        words = (
            "IoU of each class: overlap with the layout, 0 to 1. The classes "
            "in which the methods differ most come first.",
        )
        classes = results[0].results["per_class"]
        drawing = comparison_charts.class_chart(methods, classes)
        table = _class_table(classes, methods)
        sections.append(Section("Classes", words, drawing, table, folded=True))
    rows = _picture_rows(results)
    if rows:
        words = (
            "The first half are the layouts whose scores differ most between "
            "the methods, the others are spread over the set.",
        )
        drawing = picture_grid.strip_drawing(rows)
        sections.append(Section("The same layouts", words, drawing))
    rows = [(describe(m).title, describe(m).meaning) for m in metrics]
    sections.append(
        Section(
            "What the numbers mean",
            table=(("score", "meaning"), rows),
            in_picture=False,
        )
    )
    return [*sections, protocol_section(results[0].results)]


def _notes(results, comparison):
    sizes = {
        result.name: "{} x {}".format(*result.results["image_size"])
        for result in results
    }
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} {size}" for name, size in sizes.items())
        yield f"The pictures differ in size: {listed}."
    judged = {d["metric"] for d in comparison["differences"]}
    others = [m for m in comparison["methods"][0]["scores"] if m not in judged]
    if others:
        titles = ", ".join(describe(metric).title for metric in others)
        yield f"How much of a difference is chance is not known for: {titles}."
    warnings = [w for result in results for w in result.results["warnings"]]
    yield from dict.fromkeys(warnings)


def _class_table(classes, methods):
    rows = [
        (entry["name"], *(number(method["iou"][k]) for method in methods))
        for k, entry in enumerate(classes)
    ]
    return ("class", *(method["name"] for method in methods)), rows


def _picture_rows(results):
    """Layout, every method's picture and the photo, of some layouts."""
    pictures = [
        {picture["key"]: picture for picture in result.results["pictures"]}
        for result in results
    ]
    keys = sorted(pictures[0])

    def spread(key):
        scores = [picture_grid.score_of(p[key]) or 0.0 for p in pictures]
        return max(scores) - min(scores)

    half = _NUM_PICTURES // 2
    chosen = sorted(keys, key=lambda key: (-spread(key), key))[:half]
    others = [key for key in keys if key not in chosen]
    places = np.linspace(0, len(others) - 1, min(half, len(others)))
    chosen += [others[int(place)] for place in places]
    rows = []
    for key in chosen:
        layout = picture_grid.load_layout(results[0], pictures[0][key])
        columns = [("layout", layout)]
        for result, own in zip(results, pictures, strict=True):
            score = number(picture_grid.score_of(own[key]))
            pixels = picture_grid.load_picture(result, own[key]["image"])
            columns.append((f"{result.name} · {score}", pixels))
        photo = pictures[0][key]["reference"]
        photo = picture_grid.load_picture(results[0], photo)
        columns.append(("real photo", photo))
        rows.append((key, columns))
    return rows


def summarise(comparison):
    """What the comparison says, in words: a sentence for each metric.

    Args:
        comparison: dict, as `comparison.make_comparison` returns it.

    Returns:
        List of str.
    """
    methods = comparison["methods"]
    verdicts = {
        (d["metric"], frozenset((d["first"], d["second"]))): d["verdict"]
        for d in comparison["differences"]
    }
    sentences = []
    for metric, score in methods[0]["scores"].items():
        sign = -1 if score["better"] == "higher" else 1
        values = [method["scores"][metric]["value"] for method in methods]
        order = np.argsort(sign * np.array(values), kind="stable")
        words = f"{describe(metric).title}: "
        for place, method in enumerate(order):
            words += f"{methods[method]['name']} ({number(values[method])})"
            if place + 1 < len(order):
                pair = frozenset((method, order[place + 1]))
                verdict = verdicts.get((metric, pair))
                words += ", which is " if place else " is "
                words += _VERDICTS.get(verdict, "better than ")
        sentences.append(words + ".")
    return sentences
