import os

from tf_semsynth_serving.server import version_files


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_folders_named_by_a_whole_number_are_versions(tmp_path):
    for name in ("1", "0012", "2.unfinished", "-3", "latest", "٣"):
        (tmp_path / name).mkdir()
    write(tmp_path / "4", "a file")
    found = version_files.find_versions(tmp_path)
    assert found == {1: str(tmp_path / "1"), 12: str(tmp_path / "0012")}


def test_the_fingerprint_changes_with_any_file(tmp_path):
    write(tmp_path / "saved_model.pb", "a")
    seen = {version_files.fingerprint(tmp_path)}
    write(tmp_path / "variables" / "index", "b")
    seen.add(version_files.fingerprint(tmp_path))
    write(tmp_path / "variables" / "index", "bc")
    seen.add(version_files.fingerprint(tmp_path))
    os.utime(tmp_path / "saved_model.pb", ns=(1, 1))
    seen.add(version_files.fingerprint(tmp_path))
    assert len(seen) == 4
    assert version_files.fingerprint(tmp_path) in seen


def test_a_folder_without_a_graph_is_told(tmp_path):
    assert not version_files.has_saved_model(tmp_path)
    write(tmp_path / "saved_model.pb", "a")
    assert version_files.has_saved_model(tmp_path)
