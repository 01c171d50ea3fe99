"""Runs pytest inside Bazel's sandbox on the folders given."""

import sys

import pytest

if __name__ == "__main__":
    # An editable install would offer modules that the target did not declare.
    sys.meta_path = [
        finder
        for finder in sys.meta_path
        if "editable" not in getattr(finder, "__module__", "")
    ]
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
