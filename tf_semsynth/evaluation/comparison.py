"""Sets evaluations of several methods side by side."""

import dataclasses
import itertools
import json

import numpy as np

from tf_semsynth.core import storage
from tf_semsynth.evaluation import bootstrap
from tf_semsynth.evaluation.comparison_page import make_sections, summarise
from tf_semsynth.evaluation.intervals import resample_scores
from tf_semsynth.evaluation.metric_words import number
from tf_semsynth.evaluation.picture_files import some
from tf_semsynth.evaluation.report_page import write_page, write_picture
from tf_semsynth.evaluation.report_sections import describe_set
from tf_semsynth.evaluation.results import tidy


def compare(results, output, num_resamples=1000, seed=0, with_picture=True):
    """Writes `comparison.json`, `comparison.html` and `comparison.png`.

    Whether a difference is real is told by drawing the same pictures again
    for all methods (paired bootstrap): it is where the 95 % interval of the
    difference leaves out 0.

    Args:
        results: Sequence of `EvaluationResult`.
        output: path of a folder.
        num_resamples: int, draws.
        seed: int, of the draws.
        with_picture: bool, whether to write the PNG, which needs matplotlib.

    Returns:
        str, the comparison for the terminal; `make_comparison` gives the
        numbers.

    Raises:
        ValueError: The evaluations cannot be compared.
        ImportError: matplotlib is missing.
    """
    results = _tell_apart(results)
    check_comparable(results)
    comparison = make_comparison(results, num_resamples, seed)
    text = json.dumps(comparison, indent=1, ensure_ascii=False)
    files = [storage.join(output, "comparison.json")]
    storage.write_text(files[0], text + "\n")
    title = f"Comparison of {len(results)} methods"
    if len(results) == 2:
        title = f"{results[0].name} and {results[1].name}"
    subtitle = describe_set(results[0].results)
    sections = make_sections(results, comparison)
    files.append(storage.join(output, "comparison.html"))
    write_page(files[-1], title, subtitle, sections)
    if with_picture:
        files.append(storage.join(output, "comparison.png"))
        write_picture(files[-1], title, subtitle, sections)
    return "\n".join([*make_table(comparison), "Wrote " + ", ".join(files)])


def check_comparable(results):
    """Refuses evaluations whose numbers mean different things.

    Args:
        results: List of `EvaluationResult`.

    Raises:
        ValueError: There are fewer than two, or protocol, networks, pictures
            or photos differ; says how.
    """
    if len(results) < 2:
        raise ValueError(
            "A comparison needs two evaluations at least. Received: "
            f"{len(results)}."
        )
    first = results[0]
    for other in results[1:]:
        who = f"{first.name} and {other.name} cannot be compared"
        ours, theirs = first.results["protocol"], other.results["protocol"]
        if ours["hash"] != theirs["hash"]:
            raise ValueError(
                f"{who}: their protocols differ in "
                f"{_differences(ours, theirs)}. Evaluate both under one."
            )
        ours, theirs = _prints(first), _prints(other)
        if ours != theirs:
            raise ValueError(
                f"{who}: other networks judged them: "
                f"{_differences(ours, theirs)}. Evaluate both with the same "
                "--judge and --features."
            )
        ours, theirs = _keys(first), _keys(other)
        if ours != theirs:
            raise ValueError(
                f"{who}: {len(ours ^ theirs)} layouts have a picture of one "
                f"of them alone: {some(sorted(ours ^ theirs))}. Evaluate the "
                "same layouts."
            )
        _check_photos(first, other, who)


def make_comparison(results, num_resamples=1000, seed=0):
    """The numbers of a comparison.

    Args:
        results: List of comparable `EvaluationResult`.
        num_resamples: int.
        seed: int.

    Returns:
        dict that JSON can hold: "methods" with "name", "scores" (value, low,
        high, better) and "iou" of each class; "differences" of all pairs:
        "metric", "first" and "second" (places in "methods"), "advantage" (by
        how much the first is better, whatever direction is better), its
        interval "low" to "high", and "verdict": "first", "second" or "not
        told apart".
    """
    drawn = [resample_scores(r, num_resamples, seed) for r in results]
    metrics = [
        m for m in results[0].scores if all(m in r.scores for r in results)
    ]
    methods = []
    for result, replicates in zip(results, drawn, strict=True):
        scores = {}
        for metric in metrics:
            low, high = _ends(replicates.get(metric))
            score = result.scores[metric]
            scores[metric] = {
                "value": score["value"],
                "low": low,
                "high": high,
                "better": score["better"],
            }
        iou = [entry["iou"] for entry in result.results["per_class"]]
        methods.append(
            {
                "name": result.name,
                "folder": str(result.folder),
                "image_size": result.results["image_size"],
                "scores": scores,
                "iou": iou,
            }
        )
    differences = []
    pairs = itertools.combinations(range(len(results)), 2)
    for (first, second), metric in itertools.product(pairs, metrics):
        if metric in drawn[first] and metric in drawn[second]:
            found = drawn[first][metric].minus(drawn[second][metric])
            if not np.isfinite(found.interval()).all():
                continue  # Two or three pictures.
            better = methods[0]["scores"][metric]["better"]
            differences.append(
                {
                    "metric": metric,
                    "first": first,
                    "second": second,
                    **_judge(found, better),
                }
            )
    protocol = results[0].results["protocol"]
    return {
        "schema": 1,
        "protocol": {"name": protocol["name"], "hash": protocol["hash"]},
        "num_images": results[0].results["num_images"],
        "confidence": bootstrap.LEVEL,
        "num_resamples": num_resamples,
        "seed": seed,
        "methods": methods,
        "differences": differences,
    }


def make_table(comparison):
    """The comparison for the terminal.

    Args:
        comparison: dict, as `make_comparison` returns it.

    Returns:
        List of str, the lines: intervals of the scores, then verdicts.
    """
    lines = []
    methods = comparison["methods"]
    width = max(len(method["name"]) for method in methods)
    for metric, score in methods[0]["scores"].items():
        lines.append(f"{metric} ({score['better']} is better)")
        for method in methods:
            score = method["scores"][metric]
            line = f"  {method['name']:<{width}}  {number(score['value']):>8}"
            if score["low"] is not None:
                line += f"  {number(score['low'])} to {number(score['high'])}"
            lines.append(line)
    return [*lines, "", *summarise(comparison)]


def _tell_apart(results):
    """Methods of one name get the names of their folders, whole."""
    names = [result.name for result in results]
    return [
        dataclasses.replace(result, name=str(result.folder))
        if names.count(result.name) > 1
        else result
        for result in results
    ]


def _prints(result):
    networks = result.results["networks"].items()
    return {r: f"{n['name']} {n['fingerprint']}" for r, n in networks}


def _keys(result):
    return {picture["key"] for picture in result.results["pictures"]}


def _check_photos(first, other, who):
    ours, theirs = (r.arrays.get("reference_features") for r in (first, other))
    same_size = first.results["image_size"] == other.results["image_size"]
    # Some protocols bring the photos to the size of the pictures.
    if ours is None or theirs is None or not same_size:
        return
    if not np.allclose(ours, theirs, rtol=1e-3, atol=1e-3):
        raise ValueError(
            f"{who}: their real photos differ. Evaluate both with the same "
            "--reference."
        )


def _differences(ours, theirs):
    fields = [f for f in {**ours, **theirs} if ours.get(f) != theirs.get(f)]
    fields = [f for f in fields if f != "hash"] or fields
    return some([f"{f} ({ours.get(f)} and {theirs.get(f)})" for f in fields], 4)


def _ends(replicates):
    if replicates is None:
        return None, None
    return tuple(tidy(end) for end in replicates.interval())


def _judge(replicates, better):
    sign = 1 if better == "higher" else -1
    low, high = sorted(sign * float(end) for end in replicates.interval())
    verdict = "not told apart"
    if low > 0:
        verdict = "first"
    elif high < 0:
        verdict = "second"
    advantage = sign * float(replicates.point)
    return {
        "advantage": advantage,
        "low": low,
        "high": high,
        "verdict": verdict,
    }
