import hashlib

import pytest

from tf_semsynth.core import storage


def test_text_comes_back_and_leaves_nothing_unfinished(tmp_path):
    path = tmp_path / "deep" / "words.txt"
    storage.write_text(path, "first")
    storage.write_text(path, "Größe")
    assert storage.read_text(path) == "Größe"
    assert storage.names_in(path.parent) == ["words.txt"]


def test_sha256_is_that_of_the_content(tmp_path):
    path = tmp_path / "bytes"
    content = bytes(range(256)) * 1000
    storage.write_bytes(path, content)
    assert storage.sha256(path) == hashlib.sha256(content).hexdigest()
    assert storage.size_in_bytes(path) == len(content)


def test_errors_are_os_errors_with_the_path(tmp_path):
    missing = tmp_path / "missing"
    with pytest.raises(OSError, match="missing"):
        storage.read_text(missing)
    with pytest.raises(OSError, match="missing"):
        storage.remove(missing)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        storage.make_folder(tmp_path / "file" / "folder")


def test_a_missing_folder_has_no_names(tmp_path):
    assert storage.names_in(tmp_path / "missing") == []


def test_folders_are_renamed_and_removed_with_their_content(tmp_path):
    storage.write_text(tmp_path / "old" / "file", "x")
    storage.rename(tmp_path / "old", tmp_path / "new")
    assert storage.names_in(tmp_path) == ["new"]
    assert storage.read_text(tmp_path / "new" / "file") == "x"
    storage.remove(tmp_path / "new")
    assert not storage.exists(tmp_path / "new")


def test_temporary_names_are_recognised_and_differ():
    names = {storage.temporary_name("a") for _ in range(10)}
    assert len(names) == 10
    assert all(map(storage.is_temporary, names))
    assert not storage.is_temporary("a")
