"""What judging and taking features have in common."""

import hashlib

import numpy as np
import pytest

from tf_semsynth.evaluation.network_pass import NetworkPass


def digests(keys):
    return {key: hashlib.sha256(key.encode()).digest() for key in keys}


def collect(folder, keys, compute, **options):
    run = NetworkPass(folder, **{"show": False, **options})
    return run.collect(
        {"kind": "rows"}, digests(keys), compute, "pictures", "float32"
    )


def lengths(missing):
    for key in missing:
        yield key, [len(key), 1]


def test_only_what_is_missing_is_computed(tmp_path):
    asked = []

    def compute(missing):
        asked.append(list(missing))
        return lengths(missing)

    first = collect(tmp_path, ["a", "bb"], compute)
    again = collect(tmp_path, ["a", "ccc", "bb"], compute)
    assert asked == [["a", "bb"], ["ccc"]]
    assert {key: row[0] for key, row in again.items()} == {
        "a": 1,
        "bb": 2,
        "ccc": 3,
    }
    np.testing.assert_array_equal(first["bb"], again["bb"])


def test_without_a_folder_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        rows = collect(None, ["a", "bb"], lengths)
        assert rows == {"a": [1, 1], "bb": [2, 1]}
    assert list(tmp_path.iterdir()) == []


def test_what_was_computed_before_an_error_is_kept(tmp_path):
    def fail(missing):
        yield "a", [1]
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        collect(tmp_path, ["a", "b"], fail)
    asked = []
    collect(tmp_path, ["a", "b"], lambda keys: asked.extend(keys) or [])
    assert asked == ["b"]


def test_progress_is_shown_of_what_is_missing(tmp_path, capsys):
    collect(tmp_path, ["a"], lengths, show=True)
    assert "1/1 pictures" in capsys.readouterr().out
    collect(tmp_path, ["a", "b"], lengths, show=True)
    assert "1/1 pictures" in capsys.readouterr().out
    collect(tmp_path, ["a", "b"], lengths, show=True)
    assert capsys.readouterr().out == ""
