"""Label values become class ids, or are refused with file and remedy."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data import label_ops
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.label_map import LabelMap
from tf_semsynth.data.label_ops import LabelRule

COLOURS = ((10, 20, 30), (40, 50, 60), (70, 80, 90))
NAMES = ("sky", "road", "car")
PLAIN = ClassTable(NAMES, COLOURS)
WITH_UNKNOWN = ClassTable(NAMES, COLOURS, unknown_id=2)
IDS = makers.label(3)


def test_index_palette_and_colour_files_give_the_same_ids():
    rule = LabelRule(PLAIN)
    colours = np.array(COLOURS, "uint8")[IDS]
    for data in (
        makers.png(IDS),
        makers.png(IDS.astype("uint16")),
        makers.palette_png(IDS, COLOURS),
        makers.png(colours),
    ):
        class_ids = rule.decode(data, "file")
        assert class_ids.dtype == np.int32
        np.testing.assert_array_equal(class_ids, IDS)


def test_a_foreign_palette_is_read_by_index():
    data = makers.palette_png(IDS, [(0, 0, 0), (255, 0, 0), (0, 255, 0)])
    np.testing.assert_array_equal(LabelRule(PLAIN).decode(data, "f"), IDS)


def test_a_palette_that_contradicts_its_indices_is_refused():
    data = makers.palette_png(IDS, [COLOURS[2], COLOURS[0], COLOURS[1]])
    with pytest.raises(DataError, match="index 0 has the colour of class 2"):
        LabelRule(PLAIN).decode(data, "file")
    by_index = LabelRule(PLAIN, encoding="index").decode(data, "file")
    np.testing.assert_array_equal(by_index, IDS)
    by_colour = LabelRule(PLAIN, encoding="colour").decode(data, "file")
    np.testing.assert_array_equal(by_colour, (IDS + 2) % 3)


@pytest.mark.parametrize(
    "palette, words",
    [
        ((2, 1, None), "index 0 has the colour of class 2"),
        ((0, 2, None), "index 1 has the colour of class 2"),
        (
            (0, 1, None),
            r"index 2 has the colour \(9, 9, 9\), which is no class",
        ),
        ((None, 0, 2), "index 1 has the colour of class 0"),
    ],
)
def test_one_foreign_colour_does_not_excuse_a_palette(palette, words):
    colours = [(9, 9, 9) if i is None else COLOURS[i] for i in palette]
    data = makers.palette_png(IDS, colours)
    with pytest.raises(DataError, match=words):
        LabelRule(PLAIN).decode(data, "file")
    by_index = LabelRule(PLAIN, encoding="index").decode(data, "file")
    np.testing.assert_array_equal(by_index, IDS)


def test_colours_that_are_not_used_do_not_matter():
    two = np.minimum(IDS, 1)
    data = makers.palette_png(two, [*COLOURS[:2], COLOURS[0]])
    np.testing.assert_array_equal(LabelRule(PLAIN).decode(data, "f"), two)


def test_a_palette_that_is_too_short_excuses_nothing():
    palette = makers.chunk(b"PLTE", bytes(COLOURS[1] + COLOURS[0]))
    rows = b"".join(b"\0" + row.tobytes() for row in IDS)
    data = makers.png_by_hand(makers.W, makers.H, 8, 3, rows, palette)
    with pytest.raises(DataError, match="index 0 has the colour of class 1"):
        LabelRule(PLAIN).decode(data, "file")
    with pytest.raises(DataError, match="index 2, but its palette has only 2"):
        LabelRule(PLAIN, encoding="colour").decode(data, "file")


def test_a_shared_colour_contradicts_only_other_classes():
    table = ClassTable(NAMES, (COLOURS[0], COLOURS[0], COLOURS[2]))
    data = makers.palette_png(IDS, table.colours)
    np.testing.assert_array_equal(LabelRule(table).decode(data, "f"), IDS)
    data = makers.palette_png(IDS, (COLOURS[2], COLOURS[0], COLOURS[0]))
    with pytest.raises(DataError, match="index 0 has the colour of class 2"):
        LabelRule(table).decode(data, "file")


def test_values_of_a_shifted_table_keep_their_names():
    rule = LabelRule(PLAIN, value_ids={1: 0, 2: 1, 3: 2})
    colours = np.array(COLOURS, "uint8")[IDS]
    np.testing.assert_array_equal(rule.decode(makers.png(colours), "f"), IDS)
    shifted = IDS + np.uint8(1)
    good = makers.palette_png(shifted, [(9, 9, 9), *COLOURS])
    np.testing.assert_array_equal(rule.decode(good, "f"), IDS)
    bad = makers.palette_png(IDS, COLOURS)
    with pytest.raises(DataError, match=r"index 0 .* class 1 \(sky\)"):
        rule.decode(bad, "file")


def test_a_file_of_another_kind_than_the_encoding_is_refused():
    colours = np.array(COLOURS, "uint8")[IDS]
    with pytest.raises(DataError, match="a colour .*=index says one grey"):
        LabelRule(PLAIN, encoding="index").decode(makers.png(colours), "file")
    with pytest.raises(DataError, match="one grey .*=colour says a colour"):
        LabelRule(PLAIN, encoding="colour").decode(makers.png(IDS), "file")


def test_invented_colours_are_not_read():
    table = ClassTable(NAMES, COLOURS, invented_colours=(1,))
    colours = np.array(COLOURS, "uint8")[IDS]
    with pytest.raises(DataError, match=r"\(40, 50, 60\).*no class's"):
        LabelRule(table).decode(makers.png(colours), "file")
    named = np.array(COLOURS, "uint8")[IDS // 2 * 2]
    np.testing.assert_array_equal(
        LabelRule(table).decode(makers.png(named), "file"), IDS // 2 * 2
    )


def test_an_unknown_colour_is_named_with_its_place():
    colours = np.array(COLOURS, "uint8")[IDS]
    colours[4, 7] = (1, 2, 3)
    with pytest.raises(DataError, match=r"a.png.*\(1, 2, 3\) at \(x=7, y=4\)"):
        LabelRule(PLAIN).decode(makers.png(colours), "a.png")


def test_ids_saved_as_rgb_get_the_right_advice():
    data = makers.png(np.stack([IDS] * 3, -1))
    with pytest.raises(DataError, match="one channel"):
        LabelRule(PLAIN).decode(data, "file")


def test_a_colour_that_two_classes_share_is_refused_where_it_occurs():
    table = ClassTable(NAMES, (COLOURS[0], COLOURS[0], COLOURS[2]))
    rule = LabelRule(table)
    only_third = np.full((4, 4, 3), COLOURS[2], "uint8")
    assert (rule.decode(makers.png(only_third), "file") == 2).all()
    shared = np.full((4, 4, 3), COLOURS[0], "uint8")
    with pytest.raises(DataError, match="two classes share"):
        rule.decode(makers.png(shared), "file")


def test_an_id_out_of_range_is_named_with_file_and_value():
    ids = IDS.copy()
    ids[3, 5] = 7
    with pytest.raises(DataError, match=r"a.png.*7 \(1 pixels\).*x=5, y=3"):
        LabelRule(PLAIN).decode(makers.png(ids), "a.png")


def test_255_becomes_the_unknown_class_or_is_an_error():
    ids = IDS.copy()
    ids[0, 0] = 255
    class_ids = LabelRule(WITH_UNKNOWN).decode(makers.png(ids), "file")
    assert class_ids[0, 0] == 2
    with pytest.raises(DataError, match="255 means unknown only where"):
        LabelRule(PLAIN).decode(makers.png(ids), "file")


def test_255_is_a_class_where_there_are_256():
    rule = LabelRule(ClassTable.default(256, unknown_id=0))
    assert rule.to_class_ids(np.array([[255]]), "file")[0, 0] == 255


def test_masks_are_recognised_and_the_proposed_map_works(tmp_path):
    mask = (IDS > 0).astype("uint8") * 255
    with pytest.raises(DataError, match="is a mask.*0,0 and 1,1 and 255,1"):
        LabelRule(PLAIN).decode(makers.png(mask), "file")
    path = tmp_path / "map.csv"
    path.write_text("0,0\n1,1\n255,1\n")
    two = ClassTable(NAMES[:2], COLOURS[:2])
    rule = LabelRule(two, label_map=LabelMap.from_csv(path))
    assert rule.classes.num_classes == 2
    class_ids = rule.decode(makers.png(mask), "file")
    np.testing.assert_array_equal(class_ids, IDS > 0)


def test_a_label_map_is_applied_to_class_ids(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("0,1\n1,0\n2,0\n")
    rule = LabelRule(WITH_UNKNOWN, label_map=LabelMap.from_csv(path))
    values = np.array([[0, 1, 2, 255]])
    assert rule.to_class_ids(values, "f").tolist() == [[1, 0, 0, 0]]
    assert rule.classes.unknown_id == 0


def test_edges_mark_both_sides_of_a_border_without_wrapping():
    ids = np.zeros((3, 5), "int32")
    ids[1, 2] = 300
    expected = np.zeros((3, 5))
    for y, x in ((1, 2), (0, 2), (2, 2), (1, 1), (1, 3)):
        expected[y, x] = 1
    edges = label_ops.instance_edges(ids)
    assert edges.shape == (3, 5, 1)
    np.testing.assert_array_equal(edges[..., 0], expected)


def test_instances_keep_all_16_bits():
    ids = np.array([[7, 26001], [33002, 65535]], "uint16")
    decoded = label_ops.decode_instances(makers.png(ids), "file")
    np.testing.assert_array_equal(decoded, ids)
