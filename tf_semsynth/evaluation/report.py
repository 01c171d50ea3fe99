"""The report of an evaluation: for readers who never saw the project."""

from pathlib import Path

from tf_semsynth.core import storage
from tf_semsynth.evaluation.report_page import write_page, write_picture
from tf_semsynth.evaluation.report_sections import describe_set, make_sections
from tf_semsynth.evaluation.result_folder import (
    EvaluationResult,
    name_of,
    read_arrays,
)


def write_report(results, output, name=None, with_picture=True):
    """Writes `report.html` and `report.png`.

    Args:
        results: dict, the content of metrics.json; relative paths of pictures
            start from `output`.
        output: path of the folder with evaluation.npz, if there is one: it
            lets the report say how far chance may move each number.
        name: str or None, what readers shall call the method.
        with_picture: bool, whether to write report.png, which needs
            matplotlib.

    Returns:
        List of the paths written.

    Raises:
        ImportError: matplotlib is missing.
    """
    output = Path(output)
    name = name_of(output) if name is None else name
    result = EvaluationResult(name, results, read_arrays(output), output)
    title = f"Evaluation of {name}"
    subtitle = describe_set(results)
    page = storage.join(output, "report.html")
    write_page(page, title, subtitle, make_sections(result))
    if not with_picture:
        return [page]
    picture = storage.join(output, "report.png")
    sections = make_sections(result, pictures_per_group=2)
    write_picture(picture, title, subtitle, sections)
    return [page, picture]
