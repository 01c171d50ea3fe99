"""Values come out of pictures as they were put in, or not at all."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from tests.serving.layout_forms import (
    CLASS_IDS,
    COLOURS,
    FORMS,
    H,
    W,
    palette_picture,
    png,
    png_by_hand,
    to_bytes,
)
from tf_semsynth_serving.errors import LayoutError
from tf_semsynth_serving.label_values import (
    values_of_array,
    values_of_picture,
    values_of_png,
)


def read(layout):
    """The values alone, of whatever it is."""
    if isinstance(layout, bytes):
        return values_of_png(layout, "city.png")[0]
    if isinstance(layout, Image.Image):
        return values_of_picture(layout, None, "city.png")[0]
    return values_of_array(layout, "city.png")


@pytest.mark.parametrize("form", FORMS)
def test_values_are_exact(form):
    values, palette = values_of_png(FORMS[form], form)
    expected = COLOURS[CLASS_IDS] if "RGB" in form else CLASS_IDS
    np.testing.assert_array_equal(values, expected)
    assert (palette is not None) == ("palette" in form)
    if palette is not None:
        np.testing.assert_array_equal(palette[: len(COLOURS)], COLOURS)


def test_palettes_keep_their_own_indices():
    order = COLOURS[::-1]
    layout = to_bytes(palette_picture(CLASS_IDS, order))
    values, palette = values_of_png(layout, "city.png")
    np.testing.assert_array_equal(values, CLASS_IDS)
    np.testing.assert_array_equal(palette[: len(order)], order)


def test_files_that_are_no_layouts_are_refused_in_words():
    picture = Image.fromarray(CLASS_IDS.astype("uint8"))
    whole = FORMS["grey of 8 bits"]
    clear = np.dstack([COLOURS[CLASS_IDS], np.zeros((H, W), "uint8")])
    cases = {
        "is no PNG. Received 0 bytes": b"",
        "JPEG, which changes labels": to_bytes(picture, "JPEG"),
        "is no PNG. Received 6 bytes": b"GIF89a",
        "is damaged": whole[:60],
        "partly transparent": png(clear),
        "16 bits for each channel": whole[:24] + b"\x10\x02" + whole[26:],
        "mode CMYK": picture.convert("CMYK"),
        "shape \\(6,\\)": CLASS_IDS[0],
        "float64": CLASS_IDS.astype("float64"),
        "from -1 to 10": CLASS_IDS - 1,
        "empty": CLASS_IDS[:0],
    }
    for words, layout in cases.items():
        with pytest.raises(LayoutError, match=words):
            read(layout)


def test_a_file_that_was_cut_off_or_changed_is_refused():
    whole = FORMS["grey of 8 bits"]
    for length in range(len(whole) - 4):
        with pytest.raises(LayoutError):
            read(whole[:length])
    for place in range(8, len(whole) - 12):  # The last chunk is empty.
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(LayoutError):
            read(bytes(changed))


def test_a_gigantic_picture_is_refused_by_its_header():
    whole = bytearray(FORMS["grey of 8 bits"])
    whole[16:24] = struct.pack(">II", 100_000, 100_000)
    with pytest.raises(LayoutError, match="at most 4096 x 4096"):
        read(bytes(whole))


@pytest.mark.parametrize("depth", [1, 2])
def test_few_bits_are_not_stretched(depth):
    values = CLASS_IDS % 2**depth
    layout = png_by_hand(values, depth)
    np.testing.assert_array_equal(read(layout), values)


def test_what_a_file_says_of_how_it_is_seen_is_not_dropped():
    picture = Image.fromarray(CLASS_IDS.astype("uint8"))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = to_bytes(picture, exif=exif)
    cases = {
        "has the EXIF orientation 6": turned,
        "has an EXIF orientation": Image.open(io.BytesIO(turned)),
        "is partly transparent": to_bytes(picture, transparency=3),
        "is an animation of 2 pictures": to_bytes(
            picture, save_all=True, append_images=[picture.rotate(180)]
        ),
    }
    for words, layout in cases.items():
        with pytest.raises(LayoutError, match=words):
            read(layout)
    palette = palette_picture(CLASS_IDS, COLOURS)
    with pytest.raises(LayoutError, match="is partly transparent"):
        read(to_bytes(palette, transparency=b"\xff\xff\x00"))
    opaque = to_bytes(palette, transparency=b"\xff\xff\xff")
    np.testing.assert_array_equal(read(opaque), CLASS_IDS)
    unused = to_bytes(picture, transparency=200)
    np.testing.assert_array_equal(read(unused), CLASS_IDS)


def test_pillows_own_limits_are_not_ours(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2)
    words = PngImagePlugin.PngInfo()
    words.add_text("workflow", "a" * 3_000_000, zip=True)
    picture = Image.fromarray(CLASS_IDS.astype("uint8"))
    layout = to_bytes(picture, pnginfo=words)
    np.testing.assert_array_equal(read(layout), CLASS_IDS)
