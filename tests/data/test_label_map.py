"""Classes are merged and renamed by a table."""

import pytest

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data.label_map import LabelMap

TABLE = ClassTable(
    ("sky", "road", "path", "void"),
    ((1, 1, 1), (2, 2, 2), (3, 3, 3), (0, 0, 0)),
    unknown_id=3,
)


def _map(tmp_path, text):
    path = tmp_path / "map.csv"
    path.write_text(text)
    return LabelMap.from_csv(path)


def test_merged_classes_keep_the_first_colour_and_both_names(tmp_path):
    text = "old id,new id\n0,1\n1,0\n2,0\n3,2\n"
    classes = _map(tmp_path, text).apply(TABLE)
    assert classes.names == ("road or path", "sky", "void")
    assert classes.colours == ((2, 2, 2), (1, 1, 1), (0, 0, 0))
    assert classes.unknown_id == 2


def test_a_third_column_renames(tmp_path):
    text = "0,0,heaven\n1,1,ground\n2,1\n3,2\n"
    classes = _map(tmp_path, text).apply(TABLE)
    assert classes.names == ("heaven", "ground", "void")


def test_the_table_gives_new_ids_by_old(tmp_path):
    table = _map(tmp_path, "0,1\n1,0\n2,0\n3,2\n").table(TABLE)
    assert table.tolist() == [1, 0, 0, 2]


@pytest.mark.parametrize(
    "text, words",
    [
        ("0,0\n1,1\n", r"Missing: 2 \(path\), 3 \(void\)"),
        ("0,0\n1,0\n2,0\n3,2\n", r"without a gap.*missing: \[1\]"),
        ("0,0\n1,0\n2,0\n3,-1\n", "without a gap"),
        ("0,0\n1,0\n2,0\n3,1\n9,1\n", r"old ids must be 0 to 3.*\[9\]"),
    ],
)
def test_a_map_that_does_not_fit_the_classes_is_refused(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        _map(tmp_path, text).apply(TABLE)


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path):
    path = tmp_path / "map.csv"
    path.write_bytes(b"0,0,caf\xe9\n")
    with pytest.raises(ValueError, match="map.csv: expected a text file"):
        LabelMap.from_csv(path)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "no lines"),
        ("0,0\n0,1\n", "line 2: old id 0 is there twice"),
        ("0;0\n", "expected `old id,new id`"),
        ("0,zero\n", "whole numbers.*'zero'"),
        ("0,0,a\n1,0,b\n", "two names"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        _map(tmp_path, text)
