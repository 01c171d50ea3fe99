import io

import numpy as np
import pytest
from PIL import Image

from tf_semsynth.core.png_files import encode_ids, encode_png, write_png

rng = np.random.default_rng(0)


@pytest.mark.parametrize(("last", "mode"), [(255, "L"), (256, "I;16")])
def test_ids_are_grey_and_exact(last, mode):
    ids = np.array([[0, last, 7], [1, 2, 3]])
    picture = Image.open(io.BytesIO(encode_ids(ids)))
    assert picture.mode == mode
    np.testing.assert_array_equal(np.asarray(picture), ids)


@pytest.mark.parametrize("optimize", [False, True])
def test_a_picture_comes_back(optimize):
    pixels = rng.integers(256, size=(4, 5, 3), dtype="uint8")
    turned = pixels.transpose(1, 0, 2)  # Not contiguous.
    picture = Image.open(io.BytesIO(encode_png(turned, optimize)))
    assert picture.format == "PNG" and picture.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(picture), turned)


def test_a_picture_is_written_whole(tmp_path):
    pixels = rng.integers(256, size=(4, 5, 3), dtype="uint8")
    path = tmp_path / "new" / "a.png"
    write_png(path, pixels)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), pixels)
    assert [file.name for file in path.parent.iterdir()] == ["a.png"]
