"""What files say of themselves is read as in the library."""

import io

import pytest
from PIL import Image

from tests.architecture import ROOT
from tf_semsynth_serving import file_marks


def test_the_file_is_the_librarys():
    """Neither depends on the other, so the text is there twice."""
    ours = (ROOT / "serving" / "file_marks.py").read_text("utf-8")
    theirs = (ROOT / "tf_semsynth" / "data" / "file_marks.py").read_text(
        "utf-8"
    )
    assert ours == theirs.replace("tf_semsynth.data", "tf_semsynth_serving")


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_the_orientation_is_read(format):
    exif = Image.Exif()
    exif[0x0112] = 7
    file = io.BytesIO()
    Image.new("RGB", (4, 3)).save(file, format, exif=exif)
    read = {
        "PNG": file_marks.read_png_marks,
        "JPEG": file_marks.read_jpeg_marks,
    }[format]
    marks = read(file)
    assert marks == file_marks.Marks(orientation=7)
    problem, remedy = file_marks.find_other_view(marks)
    assert "orientation 7" in problem and "exif_transpose" in remedy
    assert file_marks.find_other_view(file_marks.Marks()) is None
