"""Which PNGs can be loaded as a layout, and what is said of the others."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.serving.studio.browser import run_module, to_text
from tests.serving.studio.fake_server import describe
from tests.serving.studio.user import png

COLOURS = [[0, 0, 0], [200, 10, 10], [10, 200, 10], [7, 7, 7], [90, 0, 255]]
MODEL = describe(["void", "a", "b", "c", "d"], colours=COLOURS, unknown_id=0)
IDS = np.random.default_rng(0).integers(0, 5, (6, 8)).astype("uint8")


def ids_of(page, data, description=MODEL):
    """The class ids, or the words of the refusal."""
    found = run_module(
        page,
        "files/layout_file.js",
        """
        const { fromBase64 } = await import('/files/base64.js');
        const { readPng } = await import('/files/png_reader.js');
        const { makeModelInfo } = await import('/api/model_info.js');
        const model = makeModelInfo(argument[1], ['synthesize_png']);
        try {
          const png = await readPng(fromBase64(argument[0]));
          return Array.from(m.idsFromPng(png, model));
        } catch (error) { return `${error.name}: ${error.message}`; }
        """,
        [to_text(data), description],
    )
    return found if isinstance(found, str) else np.reshape(found, IDS.shape)


def palette_png(ids, palette):
    image = Image.fromarray(ids, "P")
    image.putpalette(np.ravel(palette).tolist())
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        png(IDS),
        png(IDS.astype("uint16")),
        png(np.array(COLOURS, "uint8")[IDS]),
        png(np.array(COLOURS, "uint8")[IDS], "RGBA"),
        palette_png(IDS, COLOURS),
        palette_png(IDS, [[i, i, 3] for i in range(5)]),  # Colours of no class.
    ],
    ids=["grey", "grey16", "rgb", "rgba", "palette", "other palette"],
)
def test_ids_indices_and_colours_are_read(module_page, data):
    np.testing.assert_array_equal(ids_of(module_page, data), IDS)


def test_255_is_unknown_where_the_model_has_such_a_class(module_page):
    grey = IDS.copy()
    grey[2, 3] = 255
    assert ids_of(module_page, png(grey))[2, 3] == 0
    refused = ids_of(module_page, png(grey), {**MODEL, "unknown_id": None})
    assert "255 (1 px), first at x = 3, y = 2" in refused


def test_a_wrong_id_is_named_with_its_place(module_page):
    grey = IDS.copy()
    grey[4, 1:3] = 9
    refused = ids_of(module_page, png(grey))
    assert refused.startswith("FileError: ")
    assert "9 (2 px), first at x = 1, y = 4" in refused
    assert "0 to 4, or 255 for unknown" in refused


def test_a_colour_of_no_class_is_named_with_its_place(module_page):
    colours = np.array(COLOURS, "uint8")[IDS]
    colours[1, 6] = 201, 10, 10
    refused = ids_of(module_page, png(colours))
    assert "(201, 10, 10) at x = 6, y = 1" in refused
    assert "smoothed or compressed borders" in refused


def test_grey_ids_saved_with_three_channels_are_recognised(module_page):
    refused = ids_of(module_page, png(np.full((6, 8, 3), 2, "uint8")))
    assert "with one channel" in refused


def test_a_colour_of_two_classes_is_refused(module_page):
    shared = describe(list("abcde"), colours=[*COLOURS[:4], COLOURS[1]])
    image = np.broadcast_to(np.array(COLOURS[1], "uint8"), (6, 8, 3))
    assert "belongs to two classes" in ids_of(module_page, png(image), shared)


def test_a_palette_that_contradicts_itself_is_refused(module_page):
    refused = ids_of(module_page, palette_png(IDS, COLOURS[::-1]))
    assert "read in two ways: it gives index 0 the colour of cl" in refused


def test_one_foreign_colour_switches_no_check_off(module_page):
    palette = [COLOURS[1], COLOURS[0], *COLOURS[2:4], (1, 2, 3)]
    refused = ids_of(module_page, palette_png(IDS, palette))
    assert "index 0 the colour of class 1 (a)" in refused
    palette = [*COLOURS[:4], (1, 2, 3)]
    refused = ids_of(module_page, palette_png(IDS, palette))
    assert "index 4 the colour (1, 2, 3), which is no class" in refused


def test_invented_colours_read_no_file(module_page):
    invented = {**MODEL, "invented_colours": list(range(5))}
    colours = png(np.array(COLOURS, "uint8")[IDS])
    assert "nobody gave them" in ids_of(module_page, colours, invented)
    turned = palette_png(IDS, COLOURS[::-1])
    np.testing.assert_array_equal(ids_of(module_page, turned, invented), IDS)


def test_transparent_pixels_are_refused(module_page):
    image = np.dstack([np.array(COLOURS, "uint8")[IDS], np.full((6, 8), 255)])
    image[3, 5, 3] = 254
    refused = ids_of(module_page, png(image.astype("uint8")))
    assert "partly transparent, first at x = 5, y = 3" in refused


@pytest.mark.parametrize("byteorder", ["little", "big"])
def test_a_file_that_is_to_be_turned_is_refused(module_page, byteorder):
    for orientation in (1, 6):
        exif = Image.Exif()
        exif.endian = "<" if byteorder == "little" else ">"
        exif[0x0112] = orientation
        file = io.BytesIO()
        Image.fromarray(IDS).save(file, "PNG", exif=exif.tobytes())
        found = ids_of(module_page, file.getvalue())
        if orientation == 1:
            np.testing.assert_array_equal(found, IDS)
        else:
            assert "EXIF orientation 6" in found and "upright" in found


def test_an_animated_file_is_refused(module_page):
    frames = [Image.fromarray(IDS), Image.fromarray(IDS[::-1].copy())]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    assert "animated" in ids_of(module_page, file.getvalue())
