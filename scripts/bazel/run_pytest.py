"""Runs pytest inside Bazel's sandbox on the folders given."""

import os
import sys
import tempfile
from pathlib import Path

import pytest


def name_serving(folder):
    """Makes serving/ importable under its name, in child processes, too."""
    if Path("serving").is_dir():
        name = Path(folder, "tf_semsynth_serving")
        name.symlink_to(Path("serving").absolute())
        sys.path.insert(0, folder)
        paths = [folder, os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


if __name__ == "__main__":
    # An editable install would offer modules that the target did not declare.
    sys.meta_path = [
        finder
        for finder in sys.meta_path
        if "editable" not in getattr(finder, "__module__", "")
    ]
    with tempfile.TemporaryDirectory() as folder:
        name_serving(folder)
        code = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]])
    sys.exit(code)
