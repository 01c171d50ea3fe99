"""Importing a user's own modules."""

import sys

import pytest

from tf_semsynth.core.plugins import import_plugin


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for plugins; what they import is forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_file_is_imported_once_and_finds_its_neighbours(folder):
    (folder / "neighbour_of_mine.py").write_text("VALUE = 3\n")
    plugin = folder / "system_of_mine.py"
    plugin.write_text("from neighbour_of_mine import VALUE\n")
    module = import_plugin(str(plugin))
    assert module.VALUE == 3
    assert import_plugin(str(plugin)) is module


def test_a_module_is_imported_by_its_dotted_name():
    assert import_plugin("tf_semsynth.core.edges").make_edges


def test_a_missing_file_and_a_missing_module_are_named(folder):
    with pytest.raises(OSError, match="nothing.py"):
        import_plugin(str(folder / "nothing.py"))
    with pytest.raises(ImportError, match="--plugin=no_such_module_here"):
        import_plugin("no_such_module_here")


def test_a_fault_inside_is_told_with_its_kind_and_can_be_mended(folder):
    plugin = folder / "faulty_system.py"
    plugin.write_text("VALUE = undefined_name\n")
    with pytest.raises(ImportError, match="NameError.*undefined_name"):
        import_plugin(str(plugin))
    plugin.write_text("VALUE = 'now it is all right'\n")
    assert import_plugin(str(plugin)).VALUE == "now it is all right"


def test_a_file_that_hides_an_imported_module_is_refused(folder):
    (folder / "json.py").write_text("")
    import json  # noqa: F401

    with pytest.raises(ImportError, match="rename"):
        import_plugin(str(folder / "json.py"))
