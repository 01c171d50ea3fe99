"""The house rules: who imports whom, what importing costs, names of tests."""

import ast
import subprocess
import sys

import pytest

import tf_semsynth
from tests.architecture import MAY_IMPORT, PACKAGE, ROOT, find_violations

# Folders of tests that mirror no folder of the package.
OTHER_TESTS = {"conformance", "parity", "serving", "scripts", "docs"}


def test_imports_only_point_down():
    assert find_violations(ROOT) == []


def test_every_row_of_the_table_is_a_folder_and_points_down():
    for position, (folder, allowed) in enumerate(MAY_IMPORT.items()):
        assert (ROOT / PACKAGE / folder / "__init__.py").is_file()
        assert set(allowed) <= set(list(MAY_IMPORT)[:position])


@pytest.mark.parametrize(
    "file, source, culprit",
    [
        ("core/a.py", "from tf_semsynth.layers import conv", "layers.conv"),
        ("core/a.py", "from ..data import files", "tf_semsynth.data.files"),
        ("core/a.py", "from .. import data", "tf_semsynth.data"),
        ("layers/a.py", "def f():\n import tf_semsynth.losses.l1", "losses.l1"),
        ("data/a.py", "from tf_semsynth import build_system", "build_system"),
        ("systems/spade/a.py", "from ..cc_fpse import generator", "cc_fpse"),
        ("systems/base.py", "from tf_semsynth.systems import spade", "spade"),
        ("systems/spade/a.py", "import tf_semsynth.data.files", "data.files"),
        ("training/a.py", "from tf_semsynth import train", "tf_semsynth.train"),
        (
            "core/a.py",
            "import importlib\nimportlib.import_module('tf_semsynth.data.x')",
            "tf_semsynth.data.x",
        ),
        ("layers/a.py", "if 1:\n import tensorflow as tf", "tensorflow"),
        ("losses/a.py", "class A:\n from tensorflow import nn", "tensorflow"),
        ("data/a.py", "import tensorflow_io as tfio", "tensorflow_io"),
        ("rooms/a.py", "", "'rooms' has no row"),
        ("training/a.py", "import tf_semsynth_serving", "tf_semsynth_serving"),
        ("__init__.py", "from tf_semsynth.core import edges", "core.edges"),
        ("../serving/a/b.py", "import tf_semsynth", "serving/a/b.py"),
        ("../serving/server/a.py", "import tf_semsynth.core", "server/a.py"),
        ("../serving/a.py", "import tensorflow as tf", "tensorflow"),
        ("../serving/a.py", "import tf_semsynth_serving.server.x", "server.x"),
        (
            "../serving/a.py",
            "def f():\n from tf_semsynth_serving.server import x",
            "server.x",
        ),
        ("../tests/a.py", "import tensorflow_addons", "tensorflow_addons"),
    ],
)
def test_a_breach_is_found_and_named(file, source, culprit, tmp_path):
    path = tmp_path / PACKAGE / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    (found,) = find_violations(tmp_path)
    assert culprit in found and path.name in found


@pytest.mark.parametrize(
    "file, source",
    [
        ("core/a.py", "def f():\n import tensorflow as tf"),
        ("data/a.py", "import tensorflow as tf\nfrom . import files"),
        ("systems/spade/a.py", "from tf_semsynth.systems import base"),
        ("systems/spade/a.py", "from tf_semsynth.systems.spade import b"),
        ("systems/registry.py", "from tf_semsynth.systems import spade"),
        ("exporting/a.py", "from tf_semsynth import __version__"),
        ("train.py", "from tf_semsynth.training import loop"),
        ("serve.py", "import tf_semsynth_serving"),
        ("../serving/server/a.py", "import tensorflow as tf"),
        ("../serving/a.py", "def f():\n import grpc"),
    ],
)
def test_what_is_allowed_passes(file, source, tmp_path):
    path = tmp_path / PACKAGE / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert find_violations(tmp_path) == []


def test_importing_the_package_loads_next_to_nothing():
    program = (
        "import sys, importlib; before = set(sys.modules); import tf_semsynth; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.split()
    assert loaded == ["tf_semsynth"]


COMMANDS = [path.stem for path in (ROOT / PACKAGE).glob("[a-z]*.py")]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_does_not_wait_for_tensorflow(command):
    program = (
        "import sys, runpy; sys.argv = ['command', '--help']\n"
        f"try: runpy.run_module('tf_semsynth.{command}', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "assert not {'tensorflow', 'keras', 'torch'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert f"python -m tf_semsynth.{command} " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_every_public_name_is_found():
    for name in tf_semsynth.__all__:
        assert getattr(tf_semsynth, name) is not None
        assert name in dir(tf_semsynth)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tf_semsynth.nothing  # noqa: B018


def test_every_file_of_tests_has_a_name_that_pytest_collects():
    for path in (ROOT / "tests").rglob("*.py"):
        if not path.name.startswith("test_"):
            functions = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = [getattr(f, "name", "") for f in functions]
            misplaced = [n for n in names if str(n).startswith("test_")]
            assert not misplaced, f"{path}: pytest passes over {misplaced}"


def test_folders_of_tests_mirror_the_package():
    for path in (ROOT / "tests").rglob("test_*.py"):
        folder = path.parent.relative_to(ROOT / "tests")
        if folder.parts and folder.parts[0] not in OTHER_TESTS:
            mirrored = ROOT / PACKAGE / folder
            assert mirrored.is_dir(), f"{path} mirrors no folder"


@pytest.mark.parametrize(
    "folder, tests", [(PACKAGE, "tests"), ("serving", "tests/serving")]
)
def test_every_module_of_some_size_has_a_test_of_its_name(folder, tests):
    missing = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        mirrored = path.parent.relative_to(ROOT / folder)
        if mirrored.parts[:1] == ("build",):  # Of an installation.
            continue
        if len(path.read_text(encoding="utf-8").splitlines()) > 40:
            test = ROOT / tests / mirrored / f"test_{path.name}"
            if not test.is_file() and path.name != "__init__.py":
                missing.append(str(test.relative_to(ROOT)))
    assert not missing
