"""The table says what a user wants to know."""

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.report_table import make_table


def test_pairs_sizes_classes_and_unknown_pixels_are_listed(tmp_path):
    options = DataOptions(unknown_id=2)
    folder = makers.folder(tmp_path, instances=True)
    reader = open_dataset("folder", folder, options=options)
    lines = make_table(check_dataset(reader)).splitlines()
    assert lines[0] == (
        "folder, split train: 6 pairs, with instances, 3 classes, unknown "
        "class: 2 (car)"
    )
    assert lines[1] == "0 faults; 6 headers read, 6 examples decoded"
    assert lines[2] == "label sizes: 30 x 20 (6)"
    assert lines[3].startswith("unknown pixels: ")
    columns = [line.split() for line in lines[6:9]]
    assert [c[1] for c in columns] == ["sky", "road", "car"]
    assert sum(int(c[2]) for c in columns) == 6 * makers.H * makers.W
