"""serving/ as a distribution of its own."""

import glob
import tomllib

from tests.architecture import ROOT

SERVING = ROOT / "serving"
PROJECT = tomllib.loads((SERVING / "pyproject.toml").read_text("utf-8"))


def test_every_folder_of_python_files_is_a_package():
    folders = {
        path.parent.relative_to(SERVING)
        for path in SERVING.rglob("*.py")
        if path.relative_to(SERVING).parts[0] != "build"
    }
    expected = {
        ".".join(["tf_semsynth_serving", *folder.parts]) for folder in folders
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == expected


def test_every_other_folder_is_data():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    covered = {
        SERVING / name
        for pattern in patterns["tf_semsynth_serving"]
        for name in glob.glob(pattern, root_dir=SERVING, recursive=True)
    }
    for folder in ("studio", "tensorflow_serving"):
        files = {p for p in (SERVING / folder).rglob("*") if p.is_file()}
        assert files and files <= covered


def test_a_client_needs_no_tensorflow():
    names = {name.split(">")[0] for name in PROJECT["project"]["dependencies"]}
    assert names == {"numpy", "pillow"}


def test_versions_go_together():
    import tf_semsynth

    assert PROJECT["project"]["version"] == tf_semsynth.__version__
