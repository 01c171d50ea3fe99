"""Which classes a judge of one's own tells apart."""

import pytest

from tests.data import makers
from tests.evaluation.test_assembly import make_camvid
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.reader import DatasetReader, Published
from tf_semsynth.evaluation import label_tables
from tf_semsynth.evaluation.judge_classes import find_classes


def reader_of(name, num_classes, unknown_id=None):
    classes = ClassTable.default(num_classes, unknown_id)
    return DatasetReader(name, "train", classes, [], Published())


def test_the_unknown_class_does_not_count(tmp_path):
    classes = find_classes(open_dataset("camvid", make_camvid(tmp_path)))
    assert classes.num_classes == 11
    assert classes.names[0] == "sky" and "void" not in classes.names
    assert classes.class_table == tuple(range(12))
    # Void is 11 in the files, and 255, as everywhere.
    assert classes.label_table[:12] == tuple(range(12))
    assert set(classes.label_table[12:255]) == {-1}
    assert classes.label_table[255] == 11


def test_classes_behind_the_unknown_one_move_up(tmp_path):
    options = DataOptions(unknown_id=1)
    reader = open_dataset(
        "folder", makers.folder(tmp_path / "set"), options=options
    )
    classes = find_classes(reader)
    assert classes.names == ("sky", "car")
    assert classes.class_table == (0, 2, 1)
    assert classes.label_table[:4] == (0, 2, 1, -1)
    assert classes.label_table[255] == 2


def test_a_label_map_is_part_of_the_table(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("0,1,things\n1,0,road\n2,1,things\n")
    options = DataOptions(label_map=str(path))
    reader = open_dataset(
        "folder", makers.folder(tmp_path / "set"), options=options
    )
    classes = find_classes(reader, options.label_map)
    assert classes.names == ("road", "things")
    assert classes.class_table == (0, 1)
    assert classes.label_table[:4] == (1, 0, 1, -1)


def test_published_data_sets_have_the_tables_of_other_judges():
    ade20k = find_classes(reader_of("ade20k", 151, unknown_id=0))
    assert ade20k.label_table == label_tables.table_of("ade20k")
    cityscapes = find_classes(reader_of("cityscapes", 35))
    assert cityscapes.num_classes == 19
    table = label_tables.table_of("cityscapes")
    assert cityscapes.class_table == (*table, 19)
    # With classes of one's own, there is no benchmark to follow.
    assert find_classes(reader_of("cityscapes", 35), "map.csv").num_classes > 19


def test_too_many_classes_for_one_byte_are_refused():
    with pytest.raises(ValueError, match="256 classes. Received: 300"):
        find_classes(reader_of("folder", 300))
