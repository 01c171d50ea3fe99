"""Scores under perturbed layouts, as lines of a table and of a report."""

from tf_semsynth.evaluation.metric_words import describe, exact_number, number


def robustness_lines(results):
    """Lines for the terminal, none where nothing was perturbed.

    Args:
        results: dict, the content of metrics.json.

    Returns:
        List of str.
    """
    robustness = results.get("robustness") or {}
    if not robustness:
        return []
    kinds = list(robustness)
    rows = [["perturbed layouts", "none", *kinds]]
    shares = [100 * entry["changed_pixels"] for entry in robustness.values()]
    rows.append(["pixels changed", "", *(f"{x:.1f} %" for x in shares)])
    for metric, score in _scores(results):
        row = [metric, exact_number(score["value"])]
        row += [
            exact_number(robustness[k]["scores"].get(metric)) for k in kinds
        ]
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(
                    cell.rjust(width)
                    for cell, width in zip(row[1:], widths[1:], strict=True)
                ),
            ]
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return lines


def robustness_paragraphs(results):
    """What the scores say, in sentences.

    Args:
        results: dict, the content of metrics.json.

    Returns:
        List of str, one for each perturbation.
    """
    found = []
    for kind, entry in (results.get("robustness") or {}).items():
        words = [
            f"{describe(metric).title} {number(entry['scores'].get(metric))} "
            f"instead of {number(score['value'])}"
            for metric, score in _scores(results)
        ]
        share = f"{100 * entry['changed_pixels']:.1f} % of the pixels"
        found.append(
            f"{kind.capitalize()}: {entry['meaning']} ({share}). "
            f"{', '.join(words)}."
        )
    return found


def robustness_table(results):
    """Head and rows of a report's table."""
    robustness = results["robustness"]
    head = ("score", "layouts as they are", *robustness)
    rows = [
        (
            describe(metric).title,
            number(score["value"]),
            *(
                number(entry["scores"].get(metric))
                for entry in robustness.values()
            ),
        )
        for metric, score in _scores(results)
    ]
    return head, rows


def _scores(results):
    """The scores that perturbed pictures have, too."""
    entries = results["robustness"].values()
    return [
        (metric, score)
        for metric, score in results["scores"].items()
        if any(metric in entry["scores"] for entry in entries)
    ]
