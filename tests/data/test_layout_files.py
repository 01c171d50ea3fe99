"""Layouts without photos: listed, read, resized, or refused."""

import numpy as np
import pytest
from PIL import Image

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data.layout_files import (
    LayoutFile,
    check_layouts,
    describe_resize,
    find_layouts,
    make_rule,
    read_layout,
)

K = 5
NAMES, COLOURS = ClassTable.default(K).names, ClassTable.default(K).colours
CLASSES = ClassTable(NAMES, COLOURS, unknown_id=4)
IDS = np.array([[0, 1, 2, 3], [1, 1, 2, 2]], "uint8")


def save(path, ids=IDS):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(ids).save(path)
    return path


def layout_file(path, instances=None):
    return LayoutFile(path.stem, path, instances)


def test_layouts_come_in_natural_order_and_others_are_told(tmp_path):
    for name in ("b10.png", "b9.png", "a.PNG"):
        save(tmp_path / "x" / name)
    (tmp_path / "x" / "notes.txt").write_text("hello")
    found, others = find_layouts(tmp_path / "x")
    assert [file.name for file in found] == ["a", "b9", "b10"]
    assert [path.name for path in others] == ["notes.txt"]


def test_one_file_is_a_layout_as_well(tmp_path):
    found, _ = find_layouts(save(tmp_path / "one.png"))
    assert found == [layout_file(tmp_path / "one.png")]


def test_an_empty_and_a_missing_folder_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no PNG in this folder"):
        find_layouts(tmp_path)
    with pytest.raises(OSError, match="does not exist"):
        find_layouts(tmp_path / "no")


def test_two_layouts_of_one_name_are_refused(tmp_path):
    save(tmp_path / "a.png")
    Image.fromarray(IDS).save(tmp_path / "a.PNG", "PNG")
    with pytest.raises(ValueError, match="second layout of the name 'a'"):
        find_layouts(tmp_path)


def test_each_layout_needs_its_instance_map(tmp_path):
    save(tmp_path / "labels" / "a.png")
    save(tmp_path / "labels" / "b.png")
    save(tmp_path / "maps" / "a.png")
    with pytest.raises(ValueError, match="label without a instance map|b.png"):
        find_layouts(tmp_path / "labels", tmp_path / "maps")
    save(tmp_path / "maps" / "b.png")
    found, _ = find_layouts(tmp_path / "labels", tmp_path / "maps")
    assert found[1].instance_path == tmp_path / "maps" / "b.png"


def test_a_layout_is_resized_by_nearest_as_pillow_does(tmp_path):
    file = layout_file(save(tmp_path / "a.png"))
    layout = read_layout(file, make_rule(CLASSES), 4, 6)
    expected = Image.fromarray(IDS).resize((6, 4), Image.Resampling.NEAREST)
    np.testing.assert_array_equal(layout.class_ids, np.asarray(expected))
    assert layout.class_ids.dtype == np.int32
    assert layout.file_size == (4, 2)
    assert layout.edges is None


def test_instances_give_borders_at_the_new_size(tmp_path):
    instances = np.array([[0, 0, 300, 300]] * 2, "uint16")
    file = layout_file(
        save(tmp_path / "a.png"), save(tmp_path / "i.png", instances)
    )
    layout = read_layout(file, make_rule(CLASSES), 2, 8)
    expected = np.zeros((2, 8, 1), "float32")
    expected[:, 3:5] = 1
    np.testing.assert_array_equal(layout.edges, expected)


def test_an_instance_map_of_another_size_is_refused(tmp_path):
    file = layout_file(
        save(tmp_path / "a.png"), save(tmp_path / "i.png", IDS[:1])
    )
    with pytest.raises(ValueError, match="4 x 1 pixels, its layout 4 x 2"):
        read_layout(file, make_rule(CLASSES), 2, 4)


def test_palette_and_colour_layouts_are_read_by_the_classes(tmp_path):
    rule = make_rule(CLASSES)
    rgb = save(tmp_path / "rgb.png", CLASSES.colourise(IDS))
    palette = Image.fromarray(IDS).convert("P")
    palette.putpalette(np.array(CLASSES.colours, "uint8").tobytes())
    palette.save(tmp_path / "palette.png")
    for path in (rgb, tmp_path / "palette.png"):
        layout = read_layout(layout_file(path), rule, *IDS.shape)
        np.testing.assert_array_equal(layout.class_ids, IDS)


def test_a_model_without_colours_reads_none(tmp_path):
    rgb = save(tmp_path / "rgb.png", CLASSES.colourise(IDS))
    plain = ClassTable.without_colours(NAMES)
    with pytest.raises(ValueError, match="rgb.png: holds colours.*made up"):
        read_layout(layout_file(rgb), make_rule(plain), *IDS.shape)
    with pytest.raises(ValueError, match="--label_encoding=colour"):
        make_rule(plain, encoding="colour")


def test_a_label_map_has_no_colours_to_read_by(tmp_path):
    table = tmp_path / "map.csv"
    table.write_text("".join(f"{i},{i}\n" for i in range(K)))
    rgb = save(tmp_path / "rgb.png", CLASSES.colourise(IDS))
    with pytest.raises(ValueError, match="rgb.png: holds colours.*map.csv"):
        read_layout(layout_file(rgb), make_rule(CLASSES, table), *IDS.shape)


def test_255_is_the_unknown_class(tmp_path):
    path = save(tmp_path / "a.png", np.full((2, 2), 255, "uint8"))
    layout = read_layout(layout_file(path), make_rule(CLASSES), 2, 2)
    assert (layout.class_ids == 4).all()


def test_a_label_map_turns_old_ids_into_the_models(tmp_path):
    table = tmp_path / "map.csv"
    table.write_text("old,new\n0,0\n1,0\n2,1\n3,2\n")
    rule = make_rule(CLASSES, table)
    layout = read_layout(layout_file(save(tmp_path / "a.png")), rule, 2, 4)
    expected = [[0, 0, 1, 2], [0, 0, 1, 1]]
    np.testing.assert_array_equal(layout.class_ids, expected)


def test_a_label_map_beyond_the_models_classes_is_refused(tmp_path):
    table = tmp_path / "map.csv"
    table.write_text("\n".join(f"{i},{i}" for i in range(K + 1)))
    with pytest.raises(ValueError, match="classes 0 to 4"):
        make_rule(CLASSES, table)


def test_all_faults_are_told_at_once(tmp_path):
    save(tmp_path / "good.png")
    save(tmp_path / "wrong.png", IDS + 9)
    (tmp_path / "torn.png").write_bytes(
        (tmp_path / "good.png").read_bytes()[:50]
    )
    found, _ = find_layouts(tmp_path)
    with pytest.raises(ValueError) as caught:
        check_layouts(found, make_rule(CLASSES), 2, 4)
    message = str(caught.value)
    assert "wrong.png" in message and "9 (1 pixels)" in message
    assert "torn.png" in message
    assert "good.png" not in message
    assert "Nothing was written" in message


def test_the_resize_is_told_in_words():
    assert describe_resize([(6, 4)], 4, 6) == "1 layout of 6 x 4 pixels"
    text = describe_resize([(6, 4), (12, 8), (9, 9)], 4, 6)
    assert "resized 2 of them to the model's 6 x 4 pixels by nearest" in text
    assert "from 9 x 9, 12 x 8" in text
    assert "stretched" in text
