"""The Bazel targets repeat the import table."""

import ast

import pytest

from tests.architecture import MAY_IMPORT, PACKAGE, ROOT

LIBRARIES = f"//{PACKAGE}/"


def read_targets(folder):
    """Dictionary from a target's name to its arguments, as written."""
    text = (ROOT / folder / "BUILD.bazel").read_text()  # Starlark is Python.
    targets = {}
    for node in ast.walk(ast.parse(text)):
        keywords = getattr(node, "keywords", ())
        arguments = {keyword.arg: keyword.value for keyword in keywords}
        if "name" in arguments:
            name = ast.literal_eval(arguments.pop("name"))
            targets[name] = arguments
    return targets


def read_deps(folder, name):
    return set(ast.literal_eval(read_targets(folder)[name]["deps"]))


@pytest.mark.parametrize("folder", sorted(set(MAY_IMPORT) - {"systems"}))
def test_a_library_depends_on_what_its_folder_may_import(folder):
    allowed = {LIBRARIES + other for other in MAY_IMPORT[folder]}
    expected = allowed or {f"//{PACKAGE}:names"}
    assert read_deps(f"{PACKAGE}/{folder}", folder) == expected


def test_systems_depend_on_their_base_and_never_on_each_other():
    folder = f"{PACKAGE}/systems"
    allowed = {LIBRARIES + other for other in MAY_IMPORT["systems"]}
    assert read_deps(folder, "base") == allowed
    systems = [
        path.parent.name for path in (ROOT / folder).glob("*/__init__.py")
    ]
    for system in systems:
        deps = read_deps(f"{folder}/{system}", system)
        assert deps == {f"//{folder}:base"}
    expected = {":base", *(f"//{folder}/{system}" for system in systems)}
    assert read_deps(folder, "systems") == expected


def test_commands_depend_on_everything():
    expected = {LIBRARIES + folder for folder in MAY_IMPORT}
    expected.add("//serving")  # The door, serve.py.
    assert read_deps(PACKAGE, PACKAGE) == expected


def test_serving_depends_on_nothing_of_the_package():
    assert "deps" not in read_targets("serving")["serving"]
    assert "//serving" in read_deps("tests/serving", "serving")


def test_every_folder_of_unit_tests_has_a_target():
    for folder in sorted((ROOT / "tests").iterdir()):
        if folder.name in MAY_IMPORT and list(folder.glob("test_*.py")):
            deps = read_deps(f"tests/{folder.name}", folder.name)
            assert LIBRARIES + folder.name in deps
