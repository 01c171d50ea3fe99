"""Results as a table for the terminal."""

from tf_semsynth.evaluation.metric_words import exact_number
from tf_semsynth.evaluation.robustness_words import robustness_lines

_FLOORS = {
    "class_mean_colours": "mean colours",
    "nearest_layout": "nearest photo",
}


def make_table(results):
    """A table of the scores beside ceiling and floors.

    Args:
        results: dict, as `runner.evaluate` returns it.

    Returns:
        str, several lines.
    """
    protocol = results["protocol"]
    floors = results["floors"]
    header = ["", "score", "+-", "photos"]
    header += [_FLOORS.get(name, name) for name in floors]
    header.append("better")
    rows = [header]
    for name, score in results["scores"].items():
        row = [name, exact_number(score["value"]), exact_number(score["std"])]
        row.append(exact_number(results["ceiling"].get(name)))
        row += [exact_number(floor.get(name)) for floor in floors.values()]
        rows.append([*row, score["better"]])
    empty = [
        column
        for column in range(1, len(header) - 1)
        if not any(row[column] for row in rows[1:])
    ]
    rows = [
        [cell for column, cell in enumerate(row) if column not in empty]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(
                zip(row, widths, strict=True)
            )
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    lines.append("")
    perturbed = robustness_lines(results)
    lines += [*perturbed, ""] if perturbed else []
    lines.append(
        f"protocol {protocol['name']} {protocol['hash']}, "
        f"{results['num_images']} pictures of "
        f"{'{} x {}'.format(*results['image_size'])} pixels, "
        f"{results['num_reference']} photos"
    )
    for role, network in results["networks"].items():
        lines.append(f"{role} {network['name']} {network['fingerprint']}")
    lines += [f"note: {warning}" for warning in results["warnings"]]
    return "\n".join(lines)
