"""Finding, pairing, checking and reading of files."""

import numpy as np
import pytest
from PIL import Image

from tf_semsynth.evaluation import picture_files


def save(path, size=(8, 6), mode="RGB", value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)
    return path


def test_files_are_found_in_subfolders_too(tmp_path):
    save(tmp_path / "aachen" / "a_1_2_leftImg8bit.png")
    save(tmp_path / "b.jpg")
    save(tmp_path / ".hidden.png")
    (tmp_path / "notes.txt").write_text("no picture")
    found = picture_files.find_files(tmp_path, "--images")
    assert list(found) == ["aachen/a_1_2", "b"]


def test_only_labels_of_an_ending_are_taken(tmp_path):
    save(tmp_path / "a_gtFine_labelIds.png", mode="L")
    save(tmp_path / "a_gtFine_instanceIds.png", mode="L")
    found = picture_files.find_files(tmp_path, "--labels", "_gtFine_labelIds")
    assert [path.name for path in found.values()] == ["a_gtFine_labelIds.png"]
    assert list(found) == ["a"]


def test_two_files_of_one_scene_are_refused(tmp_path):
    save(tmp_path / "a.png")
    save(tmp_path / "a_leftImg8bit.jpg")
    with pytest.raises(ValueError, match="second picture of the name 'a'"):
        picture_files.find_files(tmp_path, "--images")


def test_pictures_in_one_folder_pair_with_files_in_folders():
    nested = {"aachen/a": 1, "ulm/b": 2}
    assert picture_files.is_flat({"a": 1, "b": 2})
    assert not picture_files.is_flat(nested)
    assert picture_files.pair_by_name(nested, flat=False) == nested
    assert picture_files.pair_by_name(nested, flat=True) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="two files are called 'a'"):
        picture_files.pair_by_name({"aachen/a": 1, "ulm/a": 2}, flat=True)


def test_a_picture_that_cannot_be_read_is_not_left_out(tmp_path):
    save(tmp_path / "a.png")
    (tmp_path / "index.html").write_text("no picture")
    assert list(picture_files.find_files(tmp_path, "--images")) == ["a"]
    save(tmp_path / "b.webp")
    with pytest.raises(ValueError, match="--images: .*b.webp: is not one of"):
        picture_files.find_files(tmp_path, "--images")


def test_a_missing_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(OSError, match="does not exist.*--images"):
        picture_files.find_files(tmp_path / "no", "--images")
    with pytest.raises(ValueError, match="no \\*.png"):
        picture_files.find_files(tmp_path, "--images")


@pytest.mark.parametrize(
    ("pictures", "labels", "words"),
    [
        ("ab", "abc", "1 label has no picture .*: c. Synthesize"),
        ("abcd", "ab", "2 pictures have no label .*: c, d. Give --images"),
    ],
)
def test_orphans_are_named(pictures, labels, words):
    pictures, labels = dict.fromkeys(pictures), dict.fromkeys(labels)
    with pytest.raises(ValueError, match=words):
        picture_files.check_pairs(pictures, labels)


def test_the_common_size_is_told(tmp_path):
    paths = [save(tmp_path / "a.png"), save(tmp_path / "b.png")]
    modes = picture_files.PICTURE_MODES
    size = picture_files.check_files(paths, "picture", modes, (80, 60))
    assert size == (8, 6)
    paths.append(save(tmp_path / "c.png", (4, 3)))
    found = picture_files.check_files(paths, "photo", modes, one_size=False)
    assert found is None


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([{"mode": "RGBA"}], "wrong kind: 0.png .RGBA.*without alpha"),
        ([{"mode": "L"}], "wrong kind"),
        ([{"mode": "I;16"}], "wrong kind: 0.png .L of 16 bits"),
        ([{"size": (8, 8)}], "wrong shape: 0.png .8 x 8.*480 x 360"),
        ([{}, {"size": (16, 12)}], "differ in size: 0.png .8 x 6.*1.png"),
    ],
)
def test_what_is_wrong_with_pictures_is_told(tmp_path, files, words):
    paths = [
        save(tmp_path / f"{i}.png", **file) for i, file in enumerate(files)
    ]
    modes = picture_files.PICTURE_MODES
    with pytest.raises(ValueError, match=words):
        picture_files.check_files(paths, "picture", modes, (480, 360))


def test_a_ratio_off_by_rounding_is_accepted(tmp_path):
    path = save(tmp_path / "a.png", (171, 128))
    modes = picture_files.PICTURE_MODES
    picture_files.check_files([path], "picture", modes, (480, 360))


def test_coloured_labels_are_refused(tmp_path):
    path = save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="class and not its colour"):
        picture_files.check_files([path], "label", picture_files.LABEL_MODES)


def test_what_is_no_picture_and_what_is_cut_off_are_refused(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"text")
    with pytest.raises(ValueError, match="a.png.*neither a PNG nor a JPEG"):
        picture_files.check_files([path], "picture", ("RGB",))
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(64, 64, 3), dtype="uint8")
    Image.fromarray(pixels).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(ValueError, match="a.png.*damaged"):
        picture_files.read_picture(path)


def test_what_a_file_says_of_how_it_is_seen_is_not_dropped(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 3
    Image.new("RGB", (8, 6)).save(tmp_path / "a.jpg", exif=exif)
    Image.new("RGB", (8, 6)).save(tmp_path / "a.png", transparency=(0, 0, 0))
    Image.new("L", (8, 6)).save(tmp_path / "l.png", transparency=0)
    modes = picture_files.PICTURE_MODES
    with pytest.raises(ValueError, match="a.jpg: has the EXIF orientation 3"):
        picture_files.check_files([tmp_path / "a.jpg"], "picture", modes)
    with pytest.raises(ValueError, match="a.png: is partly transparent"):
        picture_files.read_picture(tmp_path / "a.png")
    with pytest.raises(ValueError, match="l.png: is partly transparent"):
        picture_files.read_label(tmp_path / "l.png", (0,))


def test_the_limit_on_pixels_is_the_users(tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", (80, 60))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    modes = picture_files.PICTURE_MODES
    with pytest.raises(ValueError, match="limit is 4000 pixels"):
        picture_files.check_files([path], "photo", modes, max_pixels=4000)
    assert picture_files.check_files([path], "photo", modes) == (80, 60)
    assert picture_files.read_picture(path).shape == (60, 80, 3)


def test_pictures_are_resized_as_pillow_does(tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(256, size=(60, 80, 3), dtype="uint8")
    Image.fromarray(pixels).save(tmp_path / "a.png")
    expected = Image.fromarray(pixels).resize((24, 18), Image.BICUBIC)
    result = picture_files.read_picture(tmp_path / "a.png", (24, 18))
    np.testing.assert_array_equal(result, np.asarray(expected))
    np.testing.assert_array_equal(
        picture_files.read_picture(tmp_path / "a.png"), pixels
    )


def test_labels_go_through_the_table_and_nearest(tmp_path):
    values = np.array([[0, 2, 5, 5], [1, 1, 0, 2]], "uint8")
    Image.fromarray(values).save(tmp_path / "a.png")
    table = (3, 0, 1, -1, -1, 2)
    label = picture_files.read_label(tmp_path / "a.png", table)
    np.testing.assert_array_equal(label, [[3, 1, 2, 2], [0, 0, 3, 1]])
    assert label.dtype == np.int32
    doubled = picture_files.read_label(tmp_path / "a.png", table, (8, 4))
    np.testing.assert_array_equal(doubled, label.repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize("value", [3, 4])
def test_values_that_are_no_label_are_refused(tmp_path, value):
    save(tmp_path / "a.png", mode="L", value=value)
    with pytest.raises(ValueError, match=f"holds the values \\[{value}\\]"):
        picture_files.read_label(tmp_path / "a.png", (0, 1, 2, -1))
