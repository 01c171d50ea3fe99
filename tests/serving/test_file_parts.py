"""The parts of files are walked as in the library, whose text this is."""

import io

import numpy as np
from PIL import Image, PngImagePlugin

from tests.architecture import ROOT
from tf_semsynth_serving import file_parts


def test_the_file_is_the_librarys():
    """Neither depends on the other, so the text is there twice."""
    ours = (ROOT / "serving" / "file_parts.py").read_text("utf-8")
    theirs = (ROOT / "tf_semsynth" / "data" / "file_parts.py").read_text(
        "utf-8"
    )
    assert ours == theirs.replace("tf_semsynth.data", "tf_semsynth_serving")


def test_words_are_left_out_and_pixels_are_not():
    words = PngImagePlugin.PngInfo()
    words.add_text("author", "somebody")
    picture = Image.fromarray(np.arange(12, dtype="uint8").reshape(3, 4))
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=words)
    short = file_parts.without_words(file.getvalue())
    assert b"somebody" in file.getvalue() and b"somebody" not in short
    np.testing.assert_array_equal(
        np.asarray(Image.open(io.BytesIO(short))), np.asarray(picture)
    )
