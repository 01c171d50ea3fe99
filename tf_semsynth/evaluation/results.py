"""What an evaluation found, as `metrics.json` and `evaluation.npz` hold it."""

import json
import math
import os
import zipfile
from pathlib import Path

import numpy as np

from tf_semsynth.core import storage
from tf_semsynth.evaluation import label_tables
from tf_semsynth.evaluation.metric_sets import METRICS

SCHEMA = 1
RESULTS_FILE, ARRAYS_FILE = "metrics.json", "evaluation.npz"


def describe_scores(scores, names):
    """The entry "scores".

    Args:
        scores: dict, name -> `Score`.
        names: dict, name -> name in `METRICS`, where they differ.

    Returns:
        dict, name -> value, std, better, unit, meaning.
    """
    return {
        name: {
            "value": tidy(score.value),
            "std": tidy(score.std),
            "better": METRICS[names.get(name, name)].better,
            "unit": METRICS[names.get(name, name)].unit,
            "meaning": METRICS[names.get(name, name)].meaning,
        }
        for name, score in scores.items()
    }


def describe_networks(request):
    """The entry "networks": role -> name, fingerprint, whether official."""
    found = {}
    if request.needs("judge"):
        judge = request.judge
        found["judge"] = {
            "name": judge.name,
            "fingerprint": judge.fingerprint,
            "official": request.protocol.judge == judge.name,
            "working_size": judge.working_size,
        }
    if request.needs("features", "inception"):
        network = request.features
        found["features"] = {
            "name": network.name,
            "fingerprint": network.fingerprint,
            "official": network.official,
            "variant": network.variant,
            "dimension": network.dimension,
            "kernel_scale": network.kernel_scale,
        }
    if request.perceived_by is not None:
        found["lpips"] = request.perceived_by
    return found


def describe_counts(request, counts):
    """The entries that tell of classes; empty without a judge.

    Args:
        request: `Request`.
        counts: `PictureCounts` or None.
    """
    if counts is None:
        return {
            "label_table": [],
            "per_class": [],
            "confusion": [],
            "confusion_columns": [],
        }
    judge, protocol, total = request.judge, request.protocol, counts.total()
    iou = total.result(protocol.mean_iou)["iou"]
    colours = label_tables.colours_of(
        protocol.dataset, judge.label_table, total.num_classes
    )
    return {
        "label_table": list(judge.label_table),
        "per_class": [
            {
                "id": k,
                "name": name,
                "colour": colours[k],
                "iou": tidy(iou[k]),
                "pixels": int(total.counts[k].sum()),
            }
            for k, name in enumerate(judge.class_names)
        ],
        "confusion": total.counts.tolist(),
        "confusion_columns": [*judge.class_names, "other"],
    }


def describe_pictures(files, counts, output):
    """The entry "pictures": files and own scores of each picture.

    Args:
        files: `FoundFiles`.
        counts: `PictureCounts` or None.
        output: path of the folder of the results.
    """
    described = []
    for index, key in enumerate(files.pictures.keys):
        accuracy = iou = None
        if counts is not None:
            accuracy, iou = counts.scores_of(index)
        described.append(
            {
                "key": key,
                "image": _place(files.pictures, key, output),
                "label": _place(files.labels, key, output),
                "reference": _place(files.own, key, output),
                "pixel_accuracy": tidy(accuracy),
                "mean_iou": tidy(iou),
            }
        )
    return described


def describe_samples(samples, labels, output):
    """The entry "samples": several pictures of some layouts."""
    return [
        {
            "key": key,
            "label": _place(labels, key, output),
            "images": [path_from(path, output) for path in paths],
        }
        for key, paths in (samples or {}).items()
    ]


def path_from(path, output):
    """How results name a file: from their folder if it lies in it.

    So a folder of results can be moved with its pictures.
    """
    path, folder = os.path.abspath(path), os.path.abspath(output)
    if os.path.commonpath([path, folder]) == folder:
        return os.path.relpath(path, folder)
    return path


def tidy(value):
    """A float that JSON can hold; None for None, NaN and infinity."""
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def write_results(results, output):
    """Writes `metrics.json`, whole or not at all.

    Args:
        results: dict of JSON values.
        output: path of a folder.

    Returns:
        `Path` of the file.
    """
    path = Path(output, RESULTS_FILE)
    text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
    storage.write_text(path, text + "\n")
    return path


def write_arrays(output, keys, counts=None, features=None, reference=None,
                 reference_keys=None, kernel_scale=1.0):  # fmt: skip
    """Writes `evaluation.npz`, from which scores can be resampled.

    | name | content |
    | --- | --- |
    | `keys` | N names of pictures |
    | `confusions` | uint32 `(N, K, K + 1)`, [picture, true, predicted] |
    | `features`, `reference_features` | float32 `(N, D)`, `(M, D)` |
    | `reference_keys` | M names of real photos |
    | `kernel_scale` | float64 |

    Confusion matrices are written block by block: memory does not grow with
    the number of pictures.

    Args:
        output: path of a folder.
        keys: List of str.
        counts: `PictureCounts` or None: no `confusions`.
        features, reference: float32 arrays or None: no features.
        reference_keys: List of str, one for each row of `reference`.
        kernel_scale: float.
    """
    path = Path(output, ARRAYS_FILE)
    unfinished = path.with_name(storage.temporary_name(path.name))
    with zipfile.ZipFile(
        unfinished, "w", zipfile.ZIP_DEFLATED, True, 1
    ) as file:
        _write(file, "keys", np.array(keys))
        _write(file, "kernel_scale", np.float64(kernel_scale))
        if features is not None:
            _write(file, "features", features)
            _write(file, "reference_features", reference)
            _write(file, "reference_keys", np.array(reference_keys))
        if counts is not None:
            _write_counts(file, counts)
    unfinished.rename(path)


def _place(files, key, output):
    return None if files is None else path_from(files.paths[key], output)


def _write(file, name, array):
    with file.open(f"{name}.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)


def _write_counts(file, counts):
    size = counts.num_classes
    header = {
        "descr": "<u4",
        "fortran_order": False,
        "shape": (len(counts.keys), size, size + 1),
    }
    with file.open("confusions.npy", "w", force_zip64=True) as entry:
        np.lib.format.write_array_header_1_0(entry, header)
        for index in range(len(counts.keys)):
            entry.write(counts.counts_of(index).astype("<u4").tobytes())
