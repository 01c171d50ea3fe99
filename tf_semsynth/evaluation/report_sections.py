"""What a report says to its readers, part by part."""

import numpy as np

from tf_semsynth.evaluation import bootstrap, charts, picture_grid
from tf_semsynth.evaluation.intervals import resample_scores
from tf_semsynth.evaluation.metric_words import describe, number
from tf_semsynth.evaluation.report_page import Section
from tf_semsynth.evaluation.robustness_words import (
    robustness_paragraphs,
    robustness_table,
)

INTRODUCTION = (
    "The method makes pictures of layouts: maps that say, for each pixel, what "
    "is to be seen there."
)
_NUM_STRIPS = 3
_NUM_SAMPLES = 6
_MAX_HALF_CLASSES = 14


def make_sections(result, pictures_per_group=4):
    """The parts of a report.

    Args:
        result: `EvaluationResult`.
        pictures_per_group: int, how many of the best, median and worst.

    Returns:
        List of `Section`.
    """
    results = result.results
    replicates = resample_scores(result)
    intervals = {
        metric: tuple(float(end) for end in found.interval())
        for metric, found in replicates.items()
        if metric in result.scores
    }
    sections = [
        _scores_section(result, intervals),
        _warnings_section(results),
        _classes_section(results, replicates.get("iou")),
        _confusion_section(results),
        *_picture_sections(result, pictures_per_group),
        _samples_section(result),
        _robustness_section(results),
        _meanings_section(result, intervals),
        protocol_section(results),
    ]
    return [section for section in sections if section is not None]


def summarise(result, intervals):
    """What the scores say, in words.

    Args:
        result: `EvaluationResult`.
        intervals: Dictionary from metric to (low, high); metrics may lack.

    Returns:
        List of str, a paragraph for each question that scores answer.
    """
    answers = {}
    for metric in result.scores:
        sentence = _place_among(metric, result, intervals.get(metric))
        answers.setdefault(describe(metric).question, []).append(sentence)
    return [" ".join([q, *sentences]) for q, sentences in answers.items()]


def _place_among(metric, result, interval):
    """A sentence such as "Mean IoU 0.477: better than nearest layout"."""
    score = result.scores[metric]
    value = score["value"]
    others = {"real photos": result.results["ceiling"].get(metric)}
    for name, floor in result.results["floors"].items():
        others[name.replace("_", " ")] = floor.get(metric)
    low, high = (value, value) if interval is None else interval
    sign = 1 if score["better"] == "higher" else -1
    sides = {"better than": [], "within chance of": [], "worse than": []}
    for name, other in others.items():
        if other is None:
            continue
        side = "better than" if sign * (value - other) > 0 else "worse than"
        if low <= other <= high:
            side = "within chance of"
        sides[side].append(f"{name} ({number(other)})")
    words = [f"{s} {' and '.join(who)}" for s, who in sides.items() if who]
    title = f"{describe(metric).title} {number(value)}"
    return f"{title}: {', '.join(words)}." if words else f"{title}."


def describe_set(results):
    """Protocol and pictures, in a line.

    Args:
        results: dict, the content of metrics.json.
    """
    protocol = results["protocol"]
    width, height = results["image_size"]
    text = (
        f"Protocol {protocol['name']}, {protocol['hash']} · "
        f"{results['num_images']:,} synthesized pictures of {width} x {height} "
        "pixels"
    )
    if results["num_reference"]:
        text += f" · {results['num_reference']:,} real photos to compare with"
    return text


def _scores_section(result, intervals):
    results = result.results
    paragraphs = [INTRODUCTION, *summarise(result, intervals)]
    notes = ["Further right is better in every line."]
    if results["ceiling"]:
        notes.append(
            "Real photos went through the same protocol at the same size: the "
            "ceiling."
        )
    if results["floors"]:
        notes.append(
            "Floors take no learning: each class painted in its mean colour; "
            "the training photo whose layout is nearest."
        )
    if intervals:
        notes.append(
            "Within chance: other pictures of this kind could turn the order "
            "round."
        )
    paragraphs.append(" ".join(notes))
    drawing = charts.score_rails(
        result.scores, results["ceiling"], results["floors"], intervals
    )
    return Section("Scores", paragraphs, drawing)


def _warnings_section(results):
    if not results["warnings"]:
        return None
    return Section("Keep in mind", results["warnings"])


def _classes_section(results, iou):
    per_class = results["per_class"]
    if not per_class:
        return None
    intervals = None
    if iou is not None:
        intervals = np.transpose(iou.interval())
    paragraphs = [
        "How well each class is drawn (IoU): the area that layout and "
        "segmentation network agree on, divided by the area that either of "
        "them gives to the class. Thin and rare classes are hard for the "
        "network in real photos, too."
    ]
    absent = [e["name"] for e in per_class if e["iou"] is None]
    if absent:
        paragraphs.append(
            "Neither asked for nor seen: " + ", ".join(absent) + "."
        )
    total = max(1, sum(entry["pixels"] for entry in per_class))
    rows = [
        (
            entry["id"],
            entry["name"],
            number(entry["iou"]),
            f"{entry['pixels']:,}",
            f"{100 * entry['pixels'] / total:.3f} %",
        )
        for entry in per_class
    ]
    half = _is_small(per_class)
    return Section(
        "Classes",
        paragraphs,
        charts.class_bars(per_class, intervals, _width(half)),
        (("id", "class", "IoU", "pixels", "share"), rows),
        folded=True,
        half=half,
    )


def _confusion_section(results):
    if not results["confusion"]:
        return None
    words = (
        "Of the pixels that the layouts gave to the class on the left, how "
        "many per cent the network saw as the class above. A perfect method "
        "has 100 on the diagonal. “other” is none of these classes."
    )
    half = _is_small(results["per_class"])
    drawing = charts.confusion_chart(
        results["confusion"],
        results["confusion_columns"],
        results["per_class"],
        _width(half),
    )
    return Section("What is mistaken for what", (words,), drawing, half=half)


def _is_small(per_class):
    """Whether classes and confusion fit beside each other."""
    return len(per_class) <= _MAX_HALF_CLASSES


def _width(half):
    return charts.HALF_WIDTH if half else charts.WIDTH


def _picture_sections(result, count):
    groups = picture_grid.choose_pictures(result.results["pictures"], count)
    words = (
        "By mean IoU within the picture. Layouts are in the colours of the "
        "classes above; black does not count."
    )
    sections = []
    for group, chosen in groups.items():
        if chosen:
            drawing = picture_grid.group_drawing(result, chosen)
            paragraphs = () if sections else (words,)
            title = f"{group.capitalize()} pictures"
            sections.append(Section(title, paragraphs, drawing))
    return sections


def _samples_section(result):
    samples = result.results["samples"][:_NUM_STRIPS]
    if not samples:
        return None
    rows = []
    for sample in samples:
        columns = [("layout", picture_grid.load_layout(result, sample))]
        for index, path in enumerate(sample["images"][:_NUM_SAMPLES]):
            pixels = picture_grid.load_picture(result, path)
            columns.append((f"sample {index + 1}", pixels))
        rows.append((sample["key"], columns))
    words = "Several pictures of one layout, each with noise of its own."
    return Section("Diversity", (words,), picture_grid.strip_drawing(rows))


def _robustness_section(results):
    paragraphs = robustness_paragraphs(results)
    if not paragraphs:
        return None
    words = (
        "Pictures of layouts with mistakes, scored against the layouts as they "
        "were. A robust method loses little more accuracy than pixels changed."
    )
    return Section(
        "Perturbed layouts",
        (words, *paragraphs),
        table=robustness_table(results),
    )


def _meanings_section(result, intervals):
    rows = []
    ceiling, floors = result.results["ceiling"], result.results["floors"]
    for metric, score in result.scores.items():
        words = describe(metric)
        spread = score.get("std")
        value = number(score["value"])
        if spread:
            value += f" ± {number(spread)}"
        ends = intervals.get(metric)
        chance = "–" if ends is None else " to ".join(map(number, ends))
        rows.append(
            (
                words.title,
                value,
                chance,
                number(ceiling.get(metric)),
                *(number(floor.get(metric)) for floor in floors.values()),
                f"{score['better'].capitalize()} is better. {words.meaning}",
            )
        )
    head = (
        "score",
        "value",
        f"{100 * bootstrap.LEVEL:.0f} % interval",
        "real photos",
        *(name.replace("_", " ") for name in floors),
        "meaning",
    )
    paragraphs = [
        "Numbers are comparable only if protocol, hash and networks are equal."
    ]
    if intervals:
        paragraphs.append(
            "Interval: where the value would lie for other pictures of this "
            "kind in 95 of 100 cases, from drawing the pictures again with "
            "replacement (bootstrap). It does not tell what another training "
            "of the same method would give."
        )
    return Section(
        "What the numbers mean",
        paragraphs,
        table=(head, rows),
        in_picture=False,
    )


def protocol_section(results):
    """Networks, protocol and versions.

    Args:
        results: dict, the content of metrics.json.
    """
    networks = {
        role: f"{network['name']}, weights {network['fingerprint']}"
        + ("" if network["official"] else ", not those of published numbers")
        for role, network in results["networks"].items()
    }
    rows = [(f"network: {role}", words) for role, words in networks.items()]
    rows += [(key, _plain(v)) for key, v in results["protocol"].items()]
    rows.append(("size of the pictures", _plain(results["image_size"])))
    rows.append(("size of the layouts", _plain(results["label_size"])))
    for name, version in results["versions"].items():
        rows.append((f"version: {name}", version))
    for name, seconds in results["seconds"].items():
        rows.append((f"seconds: {name}", number(seconds)))
    words = "; ".join(f"{role}: {text}" for role, text in networks.items())
    return Section(
        "How it was measured",
        (words + ".",) if words else (),
        table=(("what", "value"), rows),
    )


def _plain(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)
