"""Folders are listed whole: what is left out is named."""

import os

import pytest

from tf_semsynth.data import files


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def problems_of(listing):
    return [str(problem.fault) for problem in listing.problems]


def test_numbers_in_names_are_compared_as_numbers():
    names = ["a10", "a2", "b1", "a1", "A3", "1²3"]
    found = sorted(names, key=files.natural_key)
    assert found == ["1²3", "A3", "a1", "a2", "a10", "b1"]


def test_the_key_is_the_path_without_its_known_ending(tmp_path):
    names = ("b.PNG", "a.1.png", "sub/a_b_c.png", "sub/deep/x.png.png")
    listing = files.list_files(touch(tmp_path, *names), (".png",))
    assert list(listing.files) == ["a.1", "b", "sub/a_b_c", "sub/deep/x.png"]
    assert listing.problems == []


def test_of_two_endings_the_longer_one_is_cut_off(tmp_path):
    touch(tmp_path, "a_1_labelIds.png", "b_1_gtFine_labelIds.png")
    endings = ("_labelIds.png", "_gtFine_labelIds.png")
    assert list(files.list_files(tmp_path, endings).files) == ["a_1", "b_1"]


@pytest.mark.parametrize(
    "name", [".a.png", "Thumbs.db", "README.md", "LICENSE", ".cache/x.png"]
)
def test_hidden_and_side_files_are_passed_over(tmp_path, name):
    listing = files.list_files(touch(tmp_path, name), (".png",))
    assert (listing.files, listing.problems) == ({}, [])


@pytest.mark.parametrize("name", ["a.bmp", "sub/a.webp", "license.tif", "a"])
def test_files_of_another_kind_are_named(tmp_path, name):
    listing = files.list_files(touch(tmp_path, name), (".png",), "label")
    (words,) = problems_of(listing)
    assert f"{name}: is not one of .png, as labels must be." in words


def test_siblings_of_a_data_set_are_no_problem(tmp_path):
    touch(tmp_path, "a_color.png", "a_ids.png")
    listing = files.list_files(
        tmp_path, ("_ids.png",), siblings=("_Color.png",)
    )
    assert list(listing.files) == ["a"] and listing.problems == []


def test_linked_folders_and_files_are_followed(tmp_path):
    disc = touch(tmp_path / "disc", "batch/q.png", "r.png")
    folder = touch(tmp_path / "images", "p.png")
    (folder / "linked").symlink_to(disc / "batch")
    (folder / "s.png").symlink_to(disc / "r.png")
    listing = files.list_files(folder, (".png",))
    assert list(listing.files) == ["linked/q", "p", "s"]
    assert listing.problems == []


def test_links_in_a_circle_or_to_nothing_are_named(tmp_path):
    touch(tmp_path, "a.png")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    listing = files.list_files(tmp_path, (".png",))
    assert list(listing.files) == ["a"]
    gone, loop = problems_of(listing)
    assert "gone.png: is a link to" in gone and "which is not there" in gone
    assert "loop: is a link to a folder above it" in loop


def test_what_is_neither_file_nor_folder_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (words,) = problems_of(files.list_files(tmp_path, (".png",)))
    assert "pipe.png: is neither file nor folder" in words


@pytest.mark.parametrize("second", ["a.PNG", "a.jpg"])
def test_of_two_files_of_one_name_none_is_to_be_thrown_away(tmp_path, second):
    touch(tmp_path, "a.png", second)
    listing = files.list_files(tmp_path, files.PHOTO_ENDINGS)
    (words,) = problems_of(listing)
    assert "is a second photo of the name 'a', beside" in words
    assert "Rename one of them" in words


def test_forms_of_unicode_make_one_key_and_two_of_them_are_told(tmp_path):
    composed, decomposed = "caf\u00e9.png", "cafe\u0301.png"
    listing = files.list_files(touch(tmp_path, decomposed), (".png",))
    assert list(listing.files) == ["caf\u00e9"]
    (words,) = problems_of(
        files.list_files(touch(tmp_path, composed), (".png",))
    )
    assert r"cafe\u0301" in words and r"caf\xe9" in words


@pytest.mark.parametrize(
    "name, words",
    [
        (b"caf\xe9.png", r"another encoding than UTF-8: 'caf\udce9.png'"),
        (b"a\nb.png", r"control characters in its name: 'a\nb.png'"),
    ],
)
def test_names_that_cannot_be_written_are_told_in_ascii(tmp_path, name, words):
    with open(os.path.join(os.fsencode(tmp_path), name), "wb"):
        pass
    listing = files.list_files(tmp_path, (".png",))
    (told,) = problems_of(listing)
    assert words in told and told.isprintable() and listing.files == {}


def test_a_missing_folder_is_named_with_the_remedy(tmp_path):
    with pytest.raises(OSError, match="images.*does not exist. Do this."):
        files.require_folder(tmp_path, "images", remedy="Do this.")
    with pytest.raises(OSError, match="name of a folder is empty"):
        files.require_folder("", remedy="Do this.")
    with pytest.raises(ValueError, match="another encoding than UTF-8"):
        files.require_folder(tmp_path / "caf\udce9", remedy="Do this.")
