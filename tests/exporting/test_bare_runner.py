"""The script that runs an export as a stranger would."""

import ast
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tf_semsynth.exporting import bare_runner


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype="int32").reshape(2, 3),
        np.array([2**40, -1]),
        np.array([b"\x89PNG\0\0", b""], object),
    ],
)
def test_tensors_survive_the_way_to_the_process_and_back(value):
    result = bare_runner.parse(tf, bare_runner.serialise(tf, value))
    assert result.dtype == value.dtype
    np.testing.assert_array_equal(result, value)


def test_it_imports_nothing_of_the_package():
    tree = ast.parse(Path(bare_runner.__file__).read_text())
    modules = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert {module.split(".")[0] for module in modules} == {
        "sys",
        "numpy",
        "tensorflow",
    }
