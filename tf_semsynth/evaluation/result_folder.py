"""Reads what an evaluation left in its folder."""

import dataclasses
import json
from pathlib import Path

import numpy as np

from tf_semsynth.evaluation.results import ARRAYS_FILE, RESULTS_FILE, SCHEMA


@dataclasses.dataclass(eq=False)
class EvaluationResult:
    """An evaluation: its numbers, and the arrays behind them.

    Args:
        name: str, what readers shall call the method.
        results: dict, the content of metrics.json.
        arrays: Dictionary of arrays (evaluation.npz); empty where there are
            none, and then nothing is known about the chance in the numbers.
        folder: `Path`; relative picture paths start from here.
    """

    name: str
    results: dict
    arrays: dict
    folder: Path

    @property
    def scores(self):
        """The entry "scores", without metrics that could not be computed."""
        scores = self.results["scores"].items()
        return {k: score for k, score in scores if score["value"] is not None}

    def path(self, text):
        """The file that a path of metrics.json means."""
        return self.folder / text


def read_result(folder, name=None):
    """Reads the folder of an evaluation, or a work directory that holds one.

    Args:
        folder: path of a folder with metrics.json, or with one such folder
            under `evaluation/`.
        name: str or None: by default the folder's.

    Returns:
        `EvaluationResult`.

    Raises:
        OSError: There is no evaluation.
        ValueError: There are several, or the file is of another kind.
    """
    given = Path(folder)
    folder = _find(given)
    file = folder / RESULTS_FILE
    try:
        results = json.loads(file.read_text(encoding="utf-8"))
        schema = results["schema"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"{file}: expected the numbers of an evaluation. Run evaluate "
            f"again. Received: {error!r}."
        ) from error
    if schema != SCHEMA:
        raise ValueError(
            f"{file}: expected schema {SCHEMA}. Received: {schema}. Run "
            "evaluate again; what the networks said is kept."
        )
    if name is None:
        name = name_of(folder)
    return EvaluationResult(name, results, read_arrays(folder), folder)


def name_of(folder):
    """A method's name: its folder's, or that of its work directory."""
    folder = Path(folder).resolve()
    in_workdir = folder.parent.name == "evaluation"
    return folder.parents[1].name if in_workdir else folder.name


def read_arrays(folder):
    """The arrays of evaluation.npz; none where there is no such file."""
    file = Path(folder) / ARRAYS_FILE
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as arrays:
        return {key: arrays[key] for key in arrays.files}


def _find(folder):
    # First: a work directory has a metrics.json of its own, a summary.
    found = sorted(folder.glob(f"evaluation/*/{RESULTS_FILE}"))
    if len(found) > 1:
        listed = ", ".join(str(file.parent) for file in found)
        raise ValueError(
            f"{folder} holds {len(found)} evaluations: {listed}. Name one."
        )
    if found:
        return found[0].parent
    if not (folder / RESULTS_FILE).exists():
        raise OSError(
            f"{folder}: holds no {RESULTS_FILE}, nor does "
            "evaluation/<protocol> in it. Run `python -m "
            "tf_semsynth.evaluate` first."
        )
    return folder
