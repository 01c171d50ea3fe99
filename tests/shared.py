"""Finds the material that is not part of the repository, or skips."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


def shared_path(*parts):
    """The path of shared material, such as `("fixtures", "spade")`.

    The folder is named by the environment variable `TF_SEMSYNTH_SHARED`; by
    default it is `../shared`, beside the repository.

    Returns:
        A `pathlib.Path` that exists. Where it does not, the test is skipped
        and names what it lacks.
    """
    shared = os.environ.get("TF_SEMSYNTH_SHARED", str(_ROOT.parent / "shared"))
    path = Path(shared, *parts)
    if not path.exists():
        pytest.skip(
            f"{path} is missing; TF_SEMSYNTH_SHARED names the folder that "
            "holds it",
            allow_module_level=True,
        )
    return path
