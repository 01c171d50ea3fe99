"""What a training reads from files is compared by what it says."""

import dataclasses
import hashlib
import types

import pytest

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.config import option
from tf_semsynth.data.options import DataOptions
from tf_semsynth.training.contents import describe_contents, find_changes


@dataclasses.dataclass(frozen=True)
class Options:
    table: str | None = option(None, "", path="content")
    folder: str | None = option(None, "", path="place")


def describe(table=None, names=("a", "b"), classes=None):
    rule = classes and types.SimpleNamespace(
        file_classes=classes, label_map="a map"
    )
    reader = types.SimpleNamespace(names=list(names), rule=rule)
    options = Options(table and str(table), "nowhere")
    return describe_contents([options], reader)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("0,0\n1,1\n2,1\n")
    return path


def test_a_file_is_kept_as_checksum_and_rows(table):
    assert describe(table)["files"] == {
        "table": {
            "sha256": hashlib.sha256(b"0,0\n1,1\n2,1\n").hexdigest(),
            "rows": ["0,0", "1,1", "2,1"],
        }
    }


@pytest.mark.parametrize(
    "text",
    [
        b"0,0\n1,1\n2,1\n",
        b"\xef\xbb\xbf0, 0\r\n1, 1\r\n\r\n2, 1",
        b"# The same.\n2,1\n1,1\n0,0\n",
    ],
)
def test_a_copy_that_says_the_same_is_the_same(table, tmp_path, text):
    copy = tmp_path / "copy.csv"
    copy.write_bytes(text)
    assert find_changes(describe(table), describe(copy)) == ([], [])


def test_changed_new_and_missing_rows_are_named(table):
    before = describe(table)
    table.write_text("0,0\n2,0\n3,1\n")
    (words,), _ = find_changes(before, describe(table))
    assert words == (
        "--table: 1,1 there, nothing now; 2,1 there, 2,0 now; "
        "nothing there, 3,1 now"
    )


def test_files_that_are_no_tables_are_told_apart(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"\0\1\xff")
    before = describe(path)
    assert find_changes(before, describe(path)) == ([], [])
    path.write_bytes(b"\0\1\xfe")
    assert find_changes(before, describe(path))[0] == [
        "--table: another content"
    ]


@pytest.mark.parametrize(
    ("names", "words"), [("ba", "in another order"), ("abc", "are others")]
)
def test_a_changed_list_of_examples_is_told(names, words):
    (change,), _ = find_changes(describe(), describe(names=names))
    assert words in change


def test_the_classes_before_a_label_map_count():
    before = describe(
        classes=ClassTable(("sky", "sea"), ((0, 0, 9), (0, 9, 0)))
    )
    now = describe(classes=ClassTable(("sky", "sea"), ((0, 0, 9), (9, 0, 0))))
    (change,), _ = find_changes(before, now)
    assert "1 sea [0, 9, 0] there, 1 sea [9, 0, 0] now" in change


def test_what_was_not_kept_is_named(table):
    changes, unknown = find_changes({}, describe(table))
    assert changes == []
    assert unknown == [
        "the content of --table",
        "names and order of the examples",
    ]


def test_every_option_that_names_a_file_says_which_kind():
    undeclared = [
        field.name
        for field in dataclasses.fields(DataOptions)
        if ("file" in field.metadata["help"].lower().split())
        and "str" in str(field.type)
        and not field.metadata["choices"]
        and field.metadata["path"] is None
    ]
    assert undeclared == []
