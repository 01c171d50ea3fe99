import pytest

from tf_semsynth.core.workdir import WorkDir, installed_versions

CONFIG = {
    "system": "spade",
    "config": {"num_classes": 3},
    "classes": {"names": ["sky", "Straße", "unknown"]},
    "data": {"dataset": "scenes"},
    "training": {"seed": 1},
    "plugins": [],
    "versions": {"keras": "3"},
}


def test_config_comes_back(tmp_path):
    workdir = WorkDir(tmp_path / "runs" / "first")
    assert not workdir.has_config()
    workdir.create(CONFIG)
    assert workdir.has_config()
    assert WorkDir(workdir.path).read_config() == CONFIG


def test_a_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(OSError, match="no work directory .*nowhere"):
        WorkDir(tmp_path / "nowhere").read_config()
    with pytest.raises(OSError, match="no config.json"):
        WorkDir(tmp_path).read_config()
    with pytest.raises(ValueError, match="empty"):
        WorkDir("")


def test_a_damaged_config_is_named(tmp_path):
    workdir = WorkDir(tmp_path)
    workdir.create(CONFIG)
    text = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(text[:40])
    with pytest.raises(ValueError, match="damaged"):
        workdir.read_config()
    (tmp_path / "config.json").write_text('{"system": "spade"}')
    with pytest.raises(ValueError, match=r"lacks the sections \['config'"):
        workdir.read_config()


def test_sections_are_checked(tmp_path):
    without_seed = {k: v for k, v in CONFIG.items() if k != "training"}
    with pytest.raises(ValueError, match=r"Missing: \['training'\]"):
        WorkDir(tmp_path).create(without_seed)
    with pytest.raises(ValueError, match=r"unknown: \['extra'\]"):
        WorkDir(tmp_path).create({**CONFIG, "extra": 1})


def test_versions_name_what_a_result_depends_on():
    assert {"python", "tensorflow", "keras"} <= set(installed_versions())
