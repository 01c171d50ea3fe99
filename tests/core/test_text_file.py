"""Text files of users are read alike, however they were saved."""

import codecs

import pytest

from tf_semsynth.core import text_file
from tf_semsynth.core.classes import ClassTable

LINES = ["# my pictures", "café 1.png", "", "  ", "b.png \t", "#4682b4,0,sky"]
SAYING = [(2, "café 1.png"), (5, "b.png"), (6, "#4682b4,0,sky")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "mark, encoding",
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_the_same_lines_are_read_from_all_spellings(
    tmp_path, mark, encoding, end
):
    path = tmp_path / "list.txt"
    path.write_bytes(mark + end.join(LINES).encode(encoding))
    expected = [(f"{path}, line {n}", line) for n, line in SAYING]
    assert text_file.read_lines(path) == expected


def test_a_mark_between_joined_files_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(b"a\n" + codecs.BOM_UTF8 + b"b\n")
    assert [line for _, line in text_file.read_lines(path)] == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [b"caf\xe9\n", "a.png\n".encode("utf-16-le"), "a.png\n".encode("utf-32")],
    ids=["Latin-1", "UTF-16 without a mark", "UTF-32"],
)
def test_other_encodings_are_refused_with_the_remedy(tmp_path, data):
    path = tmp_path / "list.txt"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="list.txt: .*Save it as UTF-8"):
        text_file.read_lines(path)


def test_a_table_has_cells_in_quotes_and_no_empty_rows(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text('id, name\n,,\n0, "road, paved" \n')
    rows = [cells for _, cells in text_file.read_table(path)]
    assert rows == [["id", "name"], ["0", "road, paved"]]


def test_an_open_quote_is_refused_with_its_line(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text('id,name\n0,"sky\n1,road\n')
    with pytest.raises(ValueError, match="classes.csv, line 2: expected"):
        text_file.read_table(path)


def test_colours_may_come_first_in_a_table(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text("# of the city\ncolour,id,name\n#4682b4,0,sky\n")
    table = ClassTable.from_csv(path)
    assert (table.names, table.colours) == (("sky",), ((0x46, 0x82, 0xB4),))


def test_more_values_than_columns_are_refused(tmp_path):
    path = tmp_path / "classes.csv"
    path.write_text("id,name,colour\n0,sky,#4682b4\n1,#804080,road,paved\n")
    with pytest.raises(ValueError, match="line 3: has 4 values for 3 columns"):
        ClassTable.from_csv(path)
