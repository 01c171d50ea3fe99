"""Reads the reference implementations' numbers of metrics and their networks.

A file holds the inputs and results of one metric, which its `meta` names, and
no weights of a system. Tests take every file of a metric that lies there.
"""

import json

import numpy as np
import pytest

from tests.parity.fixtures import fixture_folder, found_or_skip

FOLDER = fixture_folder("metrics")


def metric_files(metric):
    """Parameters for pytest: every file of a metric, or a skip in words."""
    found = [
        pytest.param(path, id=path.stem)
        for path in sorted(FOLDER.glob("*.npz"))
        if read_meta(path).get("metric") == metric
    ]
    return found_or_skip(found, FOLDER, f"the metric {metric}")


def read(path):
    """The arrays of a file by their keys, without its `meta`."""
    with np.load(path) as file:
        return {key: file[key] for key in file.files if key != "meta"}


def read_meta(path):
    """What a file says of itself; nothing where it has no `meta`."""
    with np.load(path) as file:
        return json.loads(str(file["meta"])) if "meta" in file else {}


def read_shapes(name):
    """What a JSON file says of the shapes of official weights."""
    return json.loads((FOLDER / name).read_text())
