"""Layouts in all forms become the same class ids, or are refused in words."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.serving.layout_forms import (
    CLASS_IDS,
    COLOURS,
    FORMS,
    TABLE,
    H,
    K,
    W,
    palette_picture,
    png,
    png_by_hand,
    to_bytes,
)
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.data.label_ops import LabelRule
from tf_semsynth_serving.errors import LayoutError
from tf_semsynth_serving.layouts import LayoutReader


def describe(table=TABLE, height=H, width=W):
    return {
        "image_height": height,
        "image_width": width,
        "num_classes": table.num_classes,
        "unknown_id": table.unknown_id,
        "invented_colours": list(table.invented_colours),
        "classes": [
            {"id": i, "name": name, "colour": list(colour)}
            for i, (name, colour) in enumerate(
                zip(table.names, table.colours, strict=True)
            )
        ],
    }


@pytest.fixture
def reader():
    return LayoutReader(describe())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_layout_is_read_exactly(reader, form):
    np.testing.assert_array_equal(reader.read(FORMS[form]), CLASS_IDS)


@pytest.mark.parametrize("form", FORMS)
def test_synthesize_reads_layouts_in_the_same_way(reader, form):
    rule = LabelRule(TABLE)
    np.testing.assert_array_equal(
        reader.read(FORMS[form]), rule.decode(FORMS[form], form)
    )


def test_paths_pictures_and_arrays_are_layouts_too(reader, tmp_path):
    path = tmp_path / "city.png"
    path.write_bytes(FORMS["palette"])
    for layout in (
        path,
        str(path),
        Image.open(path),
        Image.open(io.BytesIO(FORMS["RGB"])),
        Image.open(io.BytesIO(FORMS["grey of 16 bits"])),
        CLASS_IDS,
        CLASS_IDS.astype("uint8"),
        COLOURS[CLASS_IDS],
    ):
        np.testing.assert_array_equal(reader.read(layout), CLASS_IDS)


def test_what_is_sent_is_a_grey_png_of_8_bits(reader):
    sent = reader.encode(FORMS["RGB"])
    assert sent[24:26] == bytes([8, 0])
    picture = Image.open(io.BytesIO(sent))
    np.testing.assert_array_equal(np.asarray(picture), CLASS_IDS)


def test_more_than_256_classes_are_sent_with_16_bits():
    table = ClassTable(
        tuple(map(str, range(300))),
        tuple((i // 256, i % 256, 9) for i in range(300)),
    )
    reader = LayoutReader(describe(table))
    class_ids = CLASS_IDS + 280
    sent = reader.encode(class_ids)
    assert sent[24:26] == bytes([16, 0])
    picture = Image.open(io.BytesIO(sent))
    np.testing.assert_array_equal(np.asarray(picture), class_ids)


def test_255_is_the_unknown_class_where_there_is_one():
    table = ClassTable.default(K, unknown_id=K - 1)
    values = CLASS_IDS.astype("uint8")
    values[0, 0] = 255
    expected = CLASS_IDS.copy()
    expected[0, 0] = K - 1
    reader = LayoutReader(describe(table))
    np.testing.assert_array_equal(reader.read(png(values)), expected)


def test_255_is_refused_where_there_is_none(reader):
    values = CLASS_IDS.astype("uint8")
    values[2, 3] = 255
    with pytest.raises(LayoutError) as caught:
        reader.read(png(values), "city.png")
    words = str(caught.value)
    assert words.startswith("city.png holds values that are no class: 255")
    assert "(x=3, y=2)" in words and "0 to 11" in words


def test_a_mask_is_called_one(reader):
    with pytest.raises(LayoutError, match="mask"):
        reader.read(png(np.uint8(255) * (CLASS_IDS % 2).astype("uint8")))


def test_a_colour_that_is_no_classs_names_pixel_and_value(reader):
    colours = COLOURS[CLASS_IDS].copy()
    colours[1, 2] = (1, 2, 3)
    with pytest.raises(LayoutError) as caught:
        reader.read(png(colours), "city.png")
    words = str(caught.value)
    assert "(1, 2, 3) at (x=2, y=1)" in words
    assert "1 such colours on 1 pixels" in words


def test_grey_in_three_channels_is_explained(reader):
    with pytest.raises(LayoutError, match="one channel"):
        reader.read(png(CLASS_IDS.astype("uint8"), "RGB"))


def test_a_colour_that_classes_share_is_refused():
    colours = list(TABLE.colours)
    colours[7] = colours[3]
    reader = LayoutReader(describe(ClassTable(TABLE.names, tuple(colours))))
    with pytest.raises(LayoutError, match="class_3 and class_7 share"):
        reader.read(np.array(colours, "uint8")[CLASS_IDS])
    reader.read(FORMS["grey of 8 bits"])


def test_a_palette_in_another_order_must_be_decided():
    order = np.roll(np.arange(K), 1)
    layout = to_bytes(palette_picture(CLASS_IDS, COLOURS[order]))
    with pytest.raises(LayoutError, match="--label_encoding=colour or"):
        LayoutReader(describe()).read(layout)
    by_index = LayoutReader(describe(), "index").read(layout)
    np.testing.assert_array_equal(by_index, CLASS_IDS)
    by_colour = LayoutReader(describe(), "colour").read(layout)
    np.testing.assert_array_equal(by_colour, order[CLASS_IDS])


@pytest.mark.parametrize("colour", [(9, 9, 9), tuple(TABLE.colours[4])])
def test_one_other_colour_in_the_palette_must_be_decided(reader, colour):
    colours = COLOURS.copy()
    colours[7] = colour
    layout = to_bytes(palette_picture(CLASS_IDS, colours))
    with pytest.raises(LayoutError, match="its palette gives index 7 the col"):
        reader.read(layout)
    by_index = LayoutReader(describe(), "index").read(layout)
    np.testing.assert_array_equal(by_index, CLASS_IDS)


def test_colours_that_only_show_the_classes_are_not_read():
    reader = LayoutReader(describe(ClassTable.default(K)))
    with pytest.raises(LayoutError, match="made up to show them"):
        reader.read(FORMS["RGB"], "city.png")
    shifted = to_bytes(palette_picture(CLASS_IDS, np.roll(COLOURS, 1, 0)))
    np.testing.assert_array_equal(reader.read(shifted), CLASS_IDS)


def test_a_palette_of_foreign_colours_is_read_by_index(reader):
    greys = np.repeat(np.arange(K)[:, None], 3, axis=1)
    layout = to_bytes(palette_picture(CLASS_IDS, greys))
    np.testing.assert_array_equal(reader.read(layout), CLASS_IDS)
    with pytest.raises(LayoutError, match="no class's"):
        LayoutReader(describe(), "colour").read(layout)


def test_an_index_behind_the_palette_is_refused():
    layout = png_by_hand(CLASS_IDS, 8, palette=COLOURS[:4])
    with pytest.raises(LayoutError, match="palette has only 4"):
        LayoutReader(describe(), "colour").read(layout)


def test_another_size_is_refused_with_the_remedy(reader):
    with pytest.raises(LayoutError) as caught:
        reader.read(CLASS_IDS.T)
    words = str(caught.value)
    assert "4 x 6 pixels" in words and "Received 6 x 4" in words
    assert "--resize" in words


def test_resizing_takes_the_nearest_pixel():
    reader = LayoutReader(describe(height=H // 2, width=W * 2), resize=True)
    expected = CLASS_IDS[1::2].repeat(2, axis=1)
    np.testing.assert_array_equal(reader.read(CLASS_IDS), expected)


def test_a_missing_file_is_an_os_error(reader, tmp_path):
    with pytest.raises(OSError):
        reader.read(tmp_path / "nothing.png")


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="auto, index, colour"):
        LayoutReader(describe(), "palette")
