"""What a file says of how it is seen is refused where it is not heeded."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from tests.data import makers
from tf_semsynth.data.decoding import decode_photo, decode_values
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.file_header import read_header

ROWS = (b"\0" + bytes(5)) * 3  # A grey PNG of 5 x 3 pixels.


def _png(before=b"", after=b""):
    return makers.png_by_hand(5, 3, 8, 0, ROWS, before, after)


def _jpeg(orientation, **options):
    exif = Image.Exif()
    exif[0x010E] = "a description"
    exif[0x0112] = orientation
    file = io.BytesIO()
    picture = Image.fromarray(makers.photo())
    picture.save(file, "JPEG", exif=exif, **options)
    return file.getvalue()


def _tiff(order, orientation):
    """The least EXIF that notes an orientation."""
    mark = {"<": b"II", ">": b"MM"}[order]
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "HIH", 42, 8, 1) + entry


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_refused_by_its_header(orientation, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(_jpeg(orientation))
    words = f"photo.jpg: has the EXIF orientation {orientation}.*exif_transpose"
    with pytest.raises(DataError, match=words):
        read_header(path)
    with pytest.raises(DataError, match=words):
        decode_photo(path.read_bytes(), path)


@pytest.mark.parametrize("orientation", [0, 1, 9])
def test_an_upright_photo_is_read(orientation):
    plain = io.BytesIO()
    Image.fromarray(makers.photo()).save(plain, "JPEG")
    np.testing.assert_array_equal(
        decode_photo(_jpeg(orientation), "file"),
        np.asarray(Image.open(plain)),
    )


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_png_may_note_it_before_or_after_its_pixels(order, place):
    turned = makers.chunk(b"eXIf", _tiff(order, 8))
    for decode in (decode_photo, decode_values):
        with pytest.raises(DataError, match="EXIF orientation 8"):
            decode(_png(**{place: turned}), "file")
    upright = makers.chunk(b"eXIf", _tiff(order, 1))
    assert decode_values(_png(**{place: upright}), "file")[0].shape == (3, 5)


@pytest.mark.parametrize("length", range(0, 26))
def test_cut_off_exif_is_no_orientation_and_no_error(length):
    exif = makers.chunk(b"eXIf", _tiff("<", 1)[:length])
    assert read_header(_png(exif), "file").width == 5


def test_an_animation_is_refused_and_a_single_frame_is_none():
    def control(frames):
        return makers.chunk(b"acTL", struct.pack(">II", frames, 0))

    with pytest.raises(DataError, match="animation of 3 pictures"):
        decode_photo(_png(control(3)), "file")
    assert decode_photo(_png(control(1)), "file").shape == (3, 5, 3)


@pytest.mark.parametrize("gamma, is_refused", [(45455, False), (100000, True)])
def test_another_gamma_is_refused_in_photos(gamma, is_refused):
    data = _png(makers.chunk(b"gAMA", struct.pack(">I", gamma)))
    decode_values(data, "file")  # Class ids have no gamma.
    if is_refused:
        with pytest.raises(DataError, match="gamma 1.000.*Convert it to sRGB"):
            decode_photo(data, "file")
    else:
        decode_photo(data, "file")


def test_where_srgb_is_said_the_gamma_is_not_looked_at():
    marks = makers.chunk(b"gAMA", struct.pack(">I", 100000))
    decode_photo(_png(makers.chunk(b"sRGB", b"\0") + marks), "file")


@pytest.mark.parametrize("transfer, is_refused", [(13, False), (16, True)])
def test_a_photo_of_high_dynamic_range_is_refused(transfer, is_refused):
    data = _png(makers.chunk(b"cICP", bytes([9, transfer, 0, 1])))
    if is_refused:
        with pytest.raises(DataError, match="transfer function 16"):
            decode_photo(data, "file")
    else:
        decode_photo(data, "file")


def test_of_several_pictures_in_a_jpeg_the_first_is_read():
    """As every viewer does; phones add previews and gain maps."""
    first, second = io.BytesIO(), Image.new("RGB", (makers.W, makers.H))
    picture = Image.fromarray(makers.photo())
    picture.save(first, "MPO", save_all=True, append_images=[second])
    alone = io.BytesIO()
    picture.save(alone, "JPEG")
    np.testing.assert_array_equal(
        decode_photo(first.getvalue(), "file"),
        np.asarray(Image.open(alone)),
    )


def test_a_colour_profile_is_not_applied():
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain, profiled = io.BytesIO(), io.BytesIO()
    picture = Image.fromarray(makers.photo())
    picture.save(plain, "JPEG")
    picture.save(profiled, "JPEG", icc_profile=lab)
    np.testing.assert_array_equal(
        decode_photo(profiled.getvalue(), "file"),
        decode_photo(plain.getvalue(), "file"),
    )
