"""Contact sheets show photo, label, overlay and borders."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.contact_sheet import make_contact_sheet


def test_a_row_shows_photo_label_overlay_and_borders(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path))
    sheet = np.asarray(make_contact_sheet(reader, [2], height=makers.H))
    photo = makers.photo(2)
    colours = reader.classes.colourise(makers.label(2))
    parts = [sheet[: makers.H, i * 34 : i * 34 + 30] for i in range(4)]
    np.testing.assert_array_equal(parts[0], photo)
    np.testing.assert_array_equal(parts[1], colours)
    middle = (photo.astype(int) + colours) / 2
    np.testing.assert_allclose(parts[2], middle, atol=1)
    assert set(np.unique(parts[3])) == {0, 255}


def test_examples_that_cannot_be_read_are_passed_over(tmp_path):
    folder = makers.folder(tmp_path, count=3)
    (tmp_path / "images" / "p0.png").write_bytes(b"broken")
    reader = open_dataset("folder", folder)
    sheet = make_contact_sheet(reader, height=20)
    assert sheet.height >= 2 * 20
    for i in (1, 2):
        (tmp_path / "images" / f"p{i}.png").write_bytes(b"broken")
    with pytest.raises(ValueError, match="no example"):
        make_contact_sheet(reader)
